// The focus of a page that is asked for again: whoever works by keyboard goes on where they were.

const KEY = "urbanplan-focus";

/** Remember which field or link has the focus, for this tab and the next page of the same address. */
export function keepFocus() {
  const at = document.activeElement;
  if (at === null || at === document.body) return;
  const all = [...document.querySelectorAll(at.tagName)];
  const name = at.getAttribute("name");
  const value = at instanceof HTMLInputElement && at.type !== "text" ? at.value : null;
  sessionStorage.setItem(
    KEY,
    JSON.stringify({ path: location.pathname, tag: at.tagName, id: at.id, name, value, order: all.indexOf(at) }),
  );
}

/** Give the focus back to what had it before; a page that waits for work has it later, when it is asked for again. */
export function giveFocusBack() {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return;
  const held = JSON.parse(text);
  const found = held.path === location.pathname ? findAgain(held) : null;
  if (!(found instanceof HTMLElement) && document.querySelector("[data-job]") !== null) return;
  sessionStorage.removeItem(KEY);
  if (found instanceof HTMLElement) found.focus();
}

/**
 * The element that is the same: by id, else by name and value, else by its place among those of its kind.
 * @param {{ tag: string, id: string, name: string | null, value: string | null, order: number }} held
 * @returns {Element | null | undefined}
 */
function findAgain({ tag, id, name, value, order }) {
  if (id !== "") return document.getElementById(id);
  const all = [...document.querySelectorAll(tag)];
  if (name === null) return all[order];
  return all.find(
    (one) => one.getAttribute("name") === name && (value === null || one.getAttribute("value") === value),
  );
}
