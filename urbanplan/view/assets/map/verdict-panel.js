// The verdict panel: shares, filters, and the list.
import { byId, element, fieldValue, isTicked, svgElement } from "../page/elements.js";
import { STATUSES } from "../page/status.js";
import { statusMark } from "./badges.js";
import { meta, verdicts } from "./page-data.js";
import { change, listen, state } from "./state.js";
import { integer, t } from "./texts.js";
import { markChosen, showList } from "./verdict-list.js";

/** @import { Verdict } from "./payload.d.ts" */
/** @import { Status } from "../page/status.js" */

export function createVerdictPanel() {
  const promises = verdicts.filter((verdict) => verdict.role === "promise");
  const chips = STATUSES.map((status) => statusChip(status, promises));
  const placed = verdicts.some((verdict) => Object.keys(verdict.evidence).length);
  if (!placed) change({ scope: "all" });
  byId("tab-verdicts").append(
    shareBar(promises),
    element("div", { class: "chips", role: "group", "aria-label": t("filter_status") }, chips),
    element("div", { class: "filters" }, wordFilter(), chapterFilter()),
    ...(placed ? [scopeSwitch()] : []),
    ...(meta.compared ? [turnedSwitch()] : []),
    element("div", { id: "verdict-list" }),
  );
  listen(["statuses", "scope", "turned", "words", "chapter", "verdict"], (changed) => {
    if (changed.length === 1 && changed[0] === "verdict") return markChosen();
    for (const chip of chips) {
      chip.setAttribute("aria-pressed", String(Boolean(state.statuses?.some((s) => s === chip.dataset.status))));
    }
    const turned = /** @type {HTMLInputElement | null} */ (document.querySelector("#verdict-turned"));
    if (turned) turned.checked = state.turned;
    showList();
  });
  showList();
}

/** @type {(status: Status, promises: Verdict[]) => HTMLElement} */
function statusChip(status, promises) {
  const n = promises.filter((verdict) => verdict.status === status).length;
  return element(
    "button",
    {
      type: "button",
      class: `chip chip-${status}`,
      "aria-pressed": "false",
      "data-status": status,
      onclick: () => toggleStatus(status),
    },
    statusMark(status),
    element("span", { text: t(status) }),
    element("b", { text: integer.format(n) }),
  );
}

/** @param {Status} status */
function toggleStatus(status) {
  const now = new Set(state.statuses ?? []);
  if (!now.delete(status)) now.add(status);
  change({ statuses: now.size ? [...now].sort() : null });
}

const wordFilter = () =>
  element("input", {
    type: "search",
    id: "verdict-words",
    placeholder: t("filter_targets"),
    "aria-label": t("filter_targets"),
    oninput: (event) => change({ words: fieldValue(event) }),
  });

function chapterFilter() {
  const chapters = [...new Set(verdicts.map((verdict) => verdict.chapter))];
  return element(
    "select",
    { id: "verdict-chapter", "aria-label": t("chapter"), onchange: (event) => change({ chapter: fieldValue(event) }) },
    element("option", { value: "", text: t("all_chapters") }),
    chapters.map((name) => element("option", { value: name, text: name || t("no_chapter") })),
  );
}

const scopeSwitch = () =>
  element(
    "label",
    { class: "scope" },
    element("input", {
      type: "checkbox",
      id: "verdict-scope",
      checked: state.scope === "map",
      onchange: (event) => change({ scope: isTicked(event) ? "map" : "all" }),
    }),
    element("span", { text: t("scope") }),
  );

const turnedSwitch = () =>
  element(
    "label",
    { class: "scope" },
    element("input", {
      type: "checkbox",
      id: "verdict-turned",
      checked: state.turned,
      onchange: (event) => change({ turned: isTicked(event) }),
    }),
    element("span", { text: t("turned_only", { n: integer.format(verdicts.filter((one) => one.turned).length) }) }),
  );

/** @param {Verdict[]} promises */
function shareBar(promises) {
  const parts = STATUSES.map((status) => ({
    status,
    n: promises.filter((verdict) => verdict.status === status).length,
  })).filter(({ n }) => n);
  const spoken = parts.map(({ status, n }) => `${t(status)} ${n}`).join(", ");
  const bar = svgElement("svg", {
    class: "share",
    viewBox: "0 0 100 6",
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": spoken,
  });
  let x = 0;
  for (const { status, n } of parts) {
    const w = (100 * n) / promises.length;
    bar.append(svgElement("rect", { class: `fill-${status}`, x, y: 0, width: Math.max(0, w - 0.4), height: 6 }));
    x += w;
  }
  return bar;
}
