// Files and folders that are dropped on a form become the files of its input, and the form is sent.

/** Let every form that takes files take those that are dropped on it. */
export function takeDrops() {
  for (const form of document.querySelectorAll("form[data-drop]")) takeDropsOn(/** @type {HTMLFormElement} */ (form));
}

/** @param {HTMLFormElement} form */
function takeDropsOn(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    void collect(event.dataTransfer).then((files) => {
      const held = new DataTransfer();
      for (const file of files) held.items.add(file);
      input.files = held.files;
      if (files.length > 0) form.requestSubmit();
    });
  });
  input.addEventListener("change", () => {
    if (input.files !== null && input.files.length > 0) form.requestSubmit();
  });
}

/**
 * Every file of what was dropped, those of folders too.
 * @param {DataTransfer | null} dropped
 * @returns {Promise<File[]>}
 */
async function collect(dropped) {
  const entries = [...(dropped?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...(dropped?.files ?? [])];
  const lists = await Promise.all(entries.map(filesOf));
  return lists.flat();
}

/** @type {(entry: FileSystemEntry) => Promise<File[]>} */
async function filesOf(entry) {
  if (entry.isFile) return [await fileOf(/** @type {FileSystemFileEntry} */ (entry))];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const files = [];
  for (;;) {
    const some = await entriesOf(reader); // a reader gives a hundred at a time
    if (some.length === 0) return files;
    const lists = await Promise.all(some.map(filesOf));
    files.push(...lists.flat());
  }
}

/** @type {(entry: FileSystemFileEntry) => Promise<File>} */
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

/** @type {(reader: FileSystemDirectoryReader) => Promise<FileSystemEntry[]>} */
const entriesOf = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
