// Jobs beside the server: their boxes tell how far they are, and the page is asked for again at their end.

import { element } from "../page/elements.js";
import { keepFocus } from "./focus.js";

/** @import { JobState, VerdictRow } from "./state.d.ts" */

const PAUSE = 600; // milliseconds between two questions

/** Watch every job that the page shows as under way. */
export function watchJobs() {
  for (const box of document.querySelectorAll("[data-job]")) {
    void watch(/** @type {HTMLElement} */ (box));
  }
}

/** @param {HTMLElement} box */
async function watch(box) {
  let shown = 0;
  for (;;) {
    const state = await ask(`${box.dataset["job"]}/state?from=${shown}`);
    if (state === null) {
      box.append(element("p", { role: "alert", text: box.dataset["gone"] ?? "" }));
      return;
    }
    show(box, state);
    shown += state.verdicts.length;
    if (state.state !== "waiting" && state.state !== "running") break;
    await new Promise((resume) => setTimeout(resume, PAUSE));
  }
  keepFocus();
  location.reload();
}

/**
 * The state of a job, null where the server is gone.
 * @param {string} address
 * @returns {Promise<JobState | null>}
 */
async function ask(address) {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** @type {(box: HTMLElement, state: JobState) => void} */
function show(box, state) {
  const bar = box.querySelector("progress");
  if (bar !== null) {
    bar.max = Math.max(state.of, 1);
    bar.value = state.done;
  }
  const what = box.querySelector("[data-what]");
  const count = state.of > 0 ? ` ${state.done}/${state.of}` : "";
  if (what !== null && what.textContent !== state.what + count) what.textContent = state.what + count;
  for (const verdict of state.verdicts) fillRow(verdict);
}

/** @type {(verdict: VerdictRow) => void} */
function fillRow(verdict) {
  const row = document.querySelector(`#targets tr[data-target="${CSS.escape(verdict.target)}"]`);
  if (row === null) return;
  const badge = element("span", { class: `badge s-${verdict.status}`, text: verdict.status_word });
  const basis = element("span", { class: `basis b-${verdict.basis}`, text: verdict.basis_word });
  row.querySelector("[data-reading]")?.replaceChildren(verdict.reading);
  row.querySelector("[data-status]")?.replaceChildren(badge);
  row.querySelector("[data-basis]")?.replaceChildren(...(verdict.basis === "" ? [] : [basis]));
}
