// The table twin: every layer's rows as a table; a row's button flies to the feature.
import { byId, element, refill } from "../page/elements.js";
import { basisBadge, statusMark } from "./badges.js";
import { cellOf } from "./classification.js";
import { visitFeature } from "./feature-card.js";
import { layerOf, layers, verdicts } from "./page-data.js";
import { foldText } from "./search-text.js";
import { choose } from "./selection.js";
import { listen, showLayers, state } from "./state.js";
import { formatBound, formatReading, formatValue, integer, t } from "./texts.js";
import { idAndName } from "./verdict-name.js";

/** @import { Field, Verdict } from "./payload.d.ts" */
/** @import { Layer } from "./layer-decoder.js" */

const PAGE = 100; // rows
const COLUMNS = 12; // fields
const MARKS = 4; // verdicts of a row

export function createTablePanel() {
  const listed = layers.filter((layer) => layer.count).sort(bySubject);
  const pick = element(
    "select",
    { id: "table-layer", "aria-label": t("layer"), onchange: () => fill(0) },
    element("option", { value: "", text: `${t("targets")} (${integer.format(verdicts.length)})` }),
    listed.map((layer) =>
      element("option", { value: layer.name, text: `${layer.title} (${integer.format(layer.count)})` }),
    ),
  );
  const words = element("input", {
    type: "search",
    placeholder: t("filter_rows"),
    "aria-label": t("filter_rows"),
    oninput: () => fill(0),
  });
  const body = element("div", { class: "table-body", tabindex: "0", role: "region", "aria-label": t("tab_table") });
  /** @param {number} from */
  const fill = (from) => {
    const wanted = foldText(words.value).trim();
    refill(body, ...(pick.value ? layerTable(layerOf[pick.value], wanted, from, fill) : [verdictTable(wanted)]));
  };
  byId("tab-table").append(element("div", { class: "filters" }, pick, words), body);
  if (listed.length) pick.value = listed[0].name;
  /** What nobody looks at is not made. */
  const fillOnce = () => {
    if (state.tab === "table" && !body.hasChildNodes()) fill(0);
  };
  listen(["tab"], fillOnce);
  fillOnce();
}

/**
 * What a map is about stands before its ground, what it shows before what is switched off; groups keep their order.
 * @type {(a: Layer, b: Layer) => number}
 */
const bySubject = (a, b) =>
  Number(a.base) - Number(b.base) || Number(b.visible) - Number(a.visible) || a.group - b.group;

/**
 * The verdicts as a table; a row's button chooses the target.
 * @param {string} wanted
 */
function verdictTable(wanted) {
  const rows = verdicts.filter((v) => foldText(`${v.target} ${v.title} ${v.quote} ${v.chapter}`).includes(wanted));
  const heads = ["target", "chapter", "verdict", "reading", "bound", "basis"].map((key) =>
    head(t(key), key === "reading"),
  );
  return table(t("targets"), rows.length, heads, rows.map(verdictRow));
}

/** @type {(text: string, number?: boolean) => HTMLElement} */
const head = (text, number = false) => element("th", { scope: "col", class: number ? "number" : null, text });

/** @type {(title: string, count: number, heads: HTMLElement[], rows: HTMLElement[]) => HTMLElement} */
const table = (title, count, heads, rows) =>
  element(
    "table",
    {},
    element("caption", { text: `${title} · ${t("rows", { n: integer.format(count) })}` }),
    element("thead", {}, element("tr", {}, heads)),
    element("tbody", {}, rows),
  );

/** @type {(text: string, onclick: () => void) => HTMLElement} */
const rowHead = (text, onclick) =>
  element("th", { scope: "row" }, element("button", { class: "link", type: "button", text, onclick }));

/** @param {Verdict} v */
const verdictRow = (v) =>
  element(
    "tr",
    {},
    rowHead(idAndName(v), () => choose(v.target)),
    element("td", { text: v.chapter }),
    element("td", {}, statusMark(v.status), ` ${t(v.status)}`),
    element("td", { class: "number", text: formatReading(v.reading, v.bound) }),
    element("td", { text: formatBound(v.bound) }),
    element("td", {}, basisBadge(v.basis)),
  );

/** @type {(layer: Layer, wanted: string, from: number, fill: (from: number) => void) => HTMLElement[]} */
function layerTable(layer, wanted, from, fill) {
  const rows = matchingRows(layer, wanted);
  const fields = layer.fields
    .filter((field) => field.name !== layer.idField && field.name !== layer.nameField)
    .slice(0, COLUMNS);
  /** @param {Field} field */
  const isNumber = (field) => rows.some((row) => typeof cellOf(field, row) === "number");
  const heads = [head(t("name")), ...fields.map((field) => head(field.title, isNumber(field))), head(t("targets"))];
  const shown = table(
    layer.title,
    rows.length,
    heads,
    rows.slice(from, from + PAGE).map((row) => featureRow(layer, row, fields)),
  );
  if (rows.length <= PAGE) return [shown];
  /** @type {(to: number, text: string) => HTMLElement} */
  const step = (to, text) =>
    element("button", {
      type: "button",
      "aria-label": t(text === "‹" ? "previous" : "next"),
      disabled: to < 0 || to >= rows.length,
      text,
      onclick: () => fill(to),
    });
  const last = Math.min(rows.length, from + PAGE);
  const range = element("span", { text: `${integer.format(from + 1)}–${integer.format(last)}` });
  return [shown, element("p", { class: "pager" }, step(from - PAGE, "‹"), range, step(from + PAGE, "›"))];
}

/** @type {(layer: Layer, wanted: string) => number[]} */
function matchingRows(layer, wanted) {
  const rows = [];
  for (let row = 0; row < layer.count; row++) {
    const text = () =>
      foldText([layer.ids[row], layer.names[row], ...layer.fields.map((field) => cellOf(field, row))].join(" "));
    if (!wanted || text().includes(wanted)) rows.push(row);
  }
  return rows;
}

/** @type {(layer: Layer, row: number, fields: Field[]) => HTMLElement} */
function featureRow(layer, row, fields) {
  const visit = () => {
    showLayers({ [layer.name]: true });
    visitFeature(layer, row);
  };
  const cells = fields.map((field) => {
    const cell = cellOf(field, row);
    return element("td", { class: typeof cell === "number" ? "number" : null, text: formatValue(cell, field.unit) });
  });
  const marks = (layer.targets.get(row) ?? []).slice(0, MARKS).map((verdict) => statusMark(verdict.status));
  return element(
    "tr",
    {},
    rowHead(layer.names[row] || layer.ids[row] || String(row + 1), visit),
    cells,
    element("td", {}, marks),
  );
}
