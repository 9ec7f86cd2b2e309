// The desk's pages work without a script; with one, choices take effect at once and long work tells how far it is.

/** Forms that are sent as soon as a choice in them changes. */
function sendChoices() {
  for (const form of document.querySelectorAll("form[data-send-choices]")) {
    form.addEventListener("change", () => /** @type {HTMLFormElement} */ (form).requestSubmit());
  }
}

sendChoices();
