// The desk's pages work without a script; with one, long work tells how far it is, and the table fills as it goes.

import { takeDrops } from "./drop.js";
import { giveFocusBack, keepFocus } from "./focus.js";
import { watchJobs } from "./jobs.js";

/** Forms whose page follows from their answers are sent with each. */
function sendChoices() {
  for (const form of document.querySelectorAll("form[data-send-choices]")) {
    form.addEventListener("change", () => {
      keepFocus();
      /** @type {HTMLFormElement} */ (form).requestSubmit();
    });
  }
}

giveFocusBack();
watchJobs();
takeDrops();
sendChoices();
