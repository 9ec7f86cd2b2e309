// The list of verdicts: chapters, quotes, readings, bases; a click flies to the evidence.
import { byId, element, svgElement } from "../page/elements.js";
import { basisBadge, statusMark } from "./badges.js";
import { meta, verdictOf, verdicts } from "./page-data.js";
import { choose } from "./selection.js";
import { state } from "./state.js";
import { formatBound, formatReading, formatValue, integer, t } from "./texts.js";
import { idBeside, nameOf } from "./verdict-name.js";

/** @import { Turn, Verdict } from "./payload.d.ts" */

const BREAKDOWN = 40; // rows of a breakdown

/** @param {Verdict} verdict */
const hasEvidence = (verdict) => Object.keys(verdict.evidence).length > 0;

/** @param {Verdict} verdict */
function passes(verdict) {
  if (state.scope === "map" && !hasEvidence(verdict)) return false;
  if (state.statuses && !(state.statuses.includes(verdict.status) && verdict.role === "promise")) return false;
  if (state.turned && !verdict.turned) return false;
  if (state.chapter && verdict.chapter !== state.chapter) return false;
  const words = state.words.trim().toLowerCase();
  return !words || `${verdict.target} ${verdict.title} ${verdict.quote}`.toLowerCase().includes(words);
}

/** Write the list of the verdicts that pass the filters. */
export function showList() {
  const shown = verdicts.filter(passes);
  const list = byId("verdict-list");
  list.replaceChildren();
  for (const chapter of new Set(shown.map((verdict) => verdict.chapter))) {
    const members = shown.filter((verdict) => verdict.chapter === chapter);
    const head = element(
      "h3",
      {},
      element("span", { text: chapter || t("no_chapter") }),
      element("small", { text: integer.format(members.length) }),
    );
    list.append(element("section", { class: "chapter" }, head, element("ul", {}, members.map(verdictItem))));
  }
  if (!shown.length) list.append(element("p", { class: "empty", text: t("nothing_fits") }));
}

/** Open the chosen verdict in the list, and close the others. */
export function markChosen() {
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#verdict-list .verdict"))) {
    const chosen = item.dataset.target === state.verdict;
    item.classList.toggle("chosen", chosen);
    item.querySelector("button")?.setAttribute("aria-expanded", String(chosen));
    item.querySelector(".detail")?.remove();
    if (chosen && state.verdict) item.append(verdictDetail(verdictOf[state.verdict]));
  }
}

/** @param {Verdict} verdict */
function verdictItem(verdict) {
  const { target } = verdict;
  const button = element(
    "button",
    {
      type: "button",
      "aria-expanded": String(state.verdict === target),
      onclick: () => choose(state.verdict === target ? null : target),
    },
    statusMark(verdict.status),
    element(
      "span",
      { class: "what" },
      element("span", { class: "quote", text: nameOf(verdict) }),
      verdictLine(verdict),
      verdict.turned ? turnedLine(verdict.turned) : null,
    ),
    hasEvidence(verdict) ? pin() : null,
  );
  return element(
    "li",
    { class: "verdict", "data-target": target },
    button,
    state.verdict === target ? verdictDetail(verdict) : null,
  );
}

/** @param {Verdict} verdict */
const verdictLine = (verdict) =>
  element(
    "span",
    { class: "line" },
    idBeside(verdict) ? element("code", { text: verdict.target }) : null,
    element("span", { class: "reading", text: formatReading(verdict.reading, verdict.bound) }),
    verdict.bound ? element("span", { class: "bound", text: t("asked", { bound: formatBound(verdict.bound) }) }) : null,
    verdict.role === "context" ? element("span", { class: "context", text: t("context") }) : null,
    basisBadge(verdict.basis),
  );

/** @param {Turn} turned */
const turnedLine = ({ way, was, before }) =>
  element(
    "span",
    { class: `line turn turn-${way}` },
    element("b", { text: t(`turned_${way}`) }),
    was ? element("span", { text: t("was", { reading: `${t(was)} · ${before}` }) }) : null,
  );

const pin = () =>
  svgElement(
    "svg",
    { class: "pin", viewBox: "0 0 16 16", "aria-hidden": "true" },
    svgElement("path", { d: "M8 15s5-5.2 5-9A5 5 0 0 0 3 6c0 3.800 5 9 5 9z" }),
    svgElement("circle", { cx: 8, cy: 6, r: 1.8 }),
  );

/** @param {Verdict} verdict */
function verdictDetail(verdict) {
  const box = element("div", { class: "detail" });
  if (verdict.quote) {
    box.append(
      element("blockquote", { text: verdict.quote }, verdict.source ? element("cite", { text: verdict.source }) : null),
    );
  }
  if (verdict.reason) box.append(element("p", { text: verdict.reason }));
  if (verdict.turned) box.append(element("p", { class: "turn-why", text: verdict.turned.why }));
  if (verdict.settled_by) {
    box.append(element("p", { class: "settled" }, element("b", { text: `${t("settled_by")} ` }), verdict.settled_by));
  }
  if (verdict.progress !== null) {
    box.append(element("p", { text: t("progress", { share: formatValue(verdict.progress, "share") }) }));
  }
  if (verdict.breakdown.length) box.append(breakdownTable(verdict));
  if (!hasEvidence(verdict)) box.append(element("p", { class: "empty", text: t("no_evidence") }));
  return box;
}

/** @param {Verdict} verdict */
function breakdownTable({ breakdown }) {
  const names = Object.keys(breakdown[0].keys);
  const heads = names.map((name) => (Object.hasOwn(meta.texts, `key_${name}`) ? meta.texts[`key_${name}`] : name));
  const rows = breakdown.slice(0, BREAKDOWN).map(({ keys, reading }) =>
    element(
      "tr",
      {},
      names.map((name) => element("td", { text: formatValue(keys[name]) })),
      element("td", { class: "number", text: formatReading(reading) }),
    ),
  );
  return element(
    "table",
    {},
    element("caption", { text: t("breakdown") }),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        [...heads, t("reading")].map((text) => element("th", { scope: "col", text })),
      ),
    ),
    element("tbody", {}, rows),
  );
}
