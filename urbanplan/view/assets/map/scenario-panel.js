// The panel of a scenario: how to put a site, what changed, and the answer.
import { byId, element, refill } from "../page/elements.js";
import { statusMark } from "./badges.js";
import { bandChoice } from "./band-choice.js";
import { judge, keepDoubts } from "./judgement.js";
import { hasScenario, layerOf, meta, verdictOf } from "./page-data.js";
import {
  answer,
  dropSite,
  hasChanges,
  isAwake,
  onAnswer,
  plans,
  putSite,
  toGeoJson,
  toggleSite,
  undoAll,
  wake,
} from "./scenario.js";
import { addSpotTool, createPutBar } from "./spot-tools.js";
import { listen, state } from "./state.js";
import { announce, decimal, formatBound, formatReading, formatValue, integer, t } from "./texts.js";
import { nameOf } from "./verdict-name.js";
import { map } from "./viewport.js";

/** @import { Layer } from "./layer-decoder.js" */
/** @import { Answer } from "./scenario.js" */

/** Bring the panel to life where the page holds a scenario. */
export function createScenarioPanel() {
  if (!hasScenario()) return;
  byId("show-whatif").hidden = false;
  fillPanel();
  onAnswer(showAnswer);
  listen(["tab"], () => {
    if (state.tab === "whatif") wake();
  });
  addSpotTool("put", { button: byId("put-site"), start: wake, act: (at) => putSite(at) });
  createPutBar();
  listen(["tool"], () => document.body.classList.toggle("putting", state.tool === "put"));
  listen(["band"], () => {
    if (isAwake()) answer();
  });
}

function fillPanel() {
  byId("tab-whatif").append(
    element("p", { class: "hint", text: t("whatif_how") }),
    element("div", { id: "whatif-bands" }, meta.bands.length ? bandChoice() : null),
    element(
      "p",
      {},
      element("button", {
        type: "button",
        id: "put-site",
        class: "main",
        "aria-pressed": "false",
        text: t("put_site"),
      }),
    ),
    element("ul", { id: "whatif-changes" }),
    element("div", { id: "whatif-answer", "aria-live": "polite" }),
    element("div", { id: "whatif-copy" }),
  );
}

/** @typedef {[string, number | null, number | null, string]} AnswerRow name, before, after, unit */

/** @param {Answer} answer */
function showAnswer({ band, before, after, told }) {
  /** @type {AnswerRow[]} */
  const rows = [
    [t("streets_share", { m: band }), before.share, after.share, "share"],
    [t("streets_km"), before.covered_m / 1000, after.covered_m / 1000, "km"],
  ];
  if (before.residents !== null) {
    rows.push(
      [t("people_share", { m: band }), before.residents_share, after.residents_share, "share"],
      [t("people"), before.residents, after.residents, "people"],
    );
  }
  const heads = ["now", "then", "difference"].map((key) =>
    element("th", { scope: "col", class: "number", text: t(key) }),
  );
  byId("whatif-answer").replaceChildren(
    element(
      "table",
      { class: "answer" },
      element("thead", {}, element("tr", {}, element("td"), heads)),
      element("tbody", {}, rows.map(answerRow)),
    ),
    element(
      "ul",
      { class: "turned" },
      wake().walk.targets.map(({ target }) => targetItem(target, told)),
    ),
  );
  showChanges();
}

/** @param {AnswerRow} row */
function answerRow([name, before, after, unit]) {
  const [a, b] = [Number(before), Number(after)];
  const shown = unit === "people" ? "" : unit;
  const sense = b > a + 1e-9 ? "more" : b < a - 1e-9 ? "less" : "";
  return element(
    "tr",
    {},
    element("th", { scope: "row", text: name }),
    element("td", { class: "number", text: formatValue(before, shown) }),
    element("td", { class: "number", text: formatValue(after, shown) }),
    element("td", { class: `number ${sense}`, text: formatDifference(b - a, unit) }),
  );
}

/** @type {(difference: number, unit: string) => string} */
function formatDifference(difference, unit) {
  const n = unit === "share" ? difference * 100 : difference;
  const points = meta.lang === "zh" ? " 个百分点" : " pp";
  const size = (unit === "people" ? integer : decimal).format(Math.abs(n));
  if (size === "0") return size;
  return `${n > 0 ? "+" : "−"}${size}${unit === "share" ? points : ""}`;
}

/** @type {(target: string, told: Answer["told"]) => HTMLElement} */
function targetItem(target, told) {
  const verdict = verdictOf[target];
  const was = verdict.status;
  const [before, after] = [told.before, told.after].map((readings) =>
    keepDoubts(readings[target], told.before[target], verdict.reading),
  );
  const is = hasChanges() && verdict.bound ? judge(verdict.bound, after) : was;
  return element(
    "li",
    { "data-target": target, "data-status": is },
    element("code", { text: target }),
    element("span", { class: "quote", text: nameOf(verdict) }),
    element(
      "span",
      { class: "line" },
      statusMark(was),
      element("span", { text: formatReading(before, verdict.bound) }),
      element("span", { "aria-hidden": "true", text: "→" }),
      statusMark(is),
      element("b", { text: formatReading(after, verdict.bound) }),
      element("span", { class: "bound", text: t("asked", { bound: formatBound(verdict.bound) }) }),
    ),
  );
}

function showChanges() {
  refill(byId("whatif-changes"), ...plans.added.map(addedItem), ...[...plans.gone].map(goneItem));
  const copy = byId("whatif-copy");
  if (!hasChanges()) return refill(copy);
  refill(
    copy,
    element(
      "p",
      {},
      element("button", {
        type: "button",
        id: "copy-layer",
        text: t("copy_layer"),
        disabled: !plans.added.length,
        onclick: copyLayer,
      }),
      " ",
      element("button", { type: "button", text: t("undo_all"), onclick: undoAll }),
    ),
    element("textarea", { id: "layer-text", readonly: true, rows: 5, "aria-label": t("copy_layer"), hidden: true }),
  );
}

/** @param {(typeof plans.added)[number]} site */
const addedItem = (site) =>
  element(
    "li",
    {},
    element("button", {
      class: "link",
      type: "button",
      text: site.name,
      onclick: () => map.panTo([site.lat, site.lng]),
    }),
    element("button", { type: "button", text: t("remove_site"), onclick: () => dropSite(site) }),
  );

/** @param {number} k */
function goneItem(k) {
  const site = wake().walk.sites[k];
  /** @type {Layer | undefined} */
  const layer = layerOf[site.layer];
  return element(
    "li",
    {},
    element("s", { text: layer?.names[layer.ids.indexOf(site.id)] ?? site.id }),
    element("button", { type: "button", text: t("restore_site"), onclick: () => toggleSite(k) }),
  );
}

async function copyLayer() {
  const box = /** @type {HTMLTextAreaElement} */ (byId("layer-text"));
  box.hidden = false;
  box.value = toGeoJson();
  box.select();
  try {
    await navigator.clipboard.writeText(box.value);
    announce(t("copied"));
  } catch {
    announce(t("copy_by_hand"));
  }
}
