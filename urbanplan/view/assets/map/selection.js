// Choosing a target: its evidence is switched on, marked, and flown to.
import { layerOf, verdictOf } from "./page-data.js";
import { change, state } from "./state.js";
import { announce, t } from "./texts.js";
import { nameOf } from "./verdict-name.js";
import { flyTo, map } from "./viewport.js";

/** @import { Feature } from "./hit-test.js" */

/**
 * @param {string | null} target null chooses none
 * @param {{ fly?: boolean }} [how]
 */
export function choose(target, { fly = true } = {}) {
  const verdict = target ? verdictOf[target] : null;
  if (!verdict) return change({ verdict: null });
  const visible = { ...state.visible };
  /** @type {Feature[]} */
  const features = [];
  for (const [name, rows] of Object.entries(verdict.evidence)) {
    visible[name] = true;
    for (const row of rows) features.push([layerOf[name], row]);
  }
  map.closePopup();
  change({ verdict: verdict.target, visible, tab: "verdicts" });
  if (fly && features.length) flyTo(features);
  const item = document.querySelector(`#verdict-list [data-target="${CSS.escape(verdict.target)}"]`);
  item?.scrollIntoView({ block: "nearest" });
  announce(`${verdict.target}: ${t(verdict.status)}. ${nameOf(verdict)}`);
}
