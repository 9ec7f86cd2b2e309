// One target in full: quote, gauge, breakdown, evidence, and how its number came about.
import { element, svgElement } from "../page/elements.js";
import { fillTemplate } from "../page/template.js";
import { badge, basisBadge, link } from "./components.js";
import { evidenceMap, evidenceText } from "./evidence-map.js";
import { gaugeScale } from "./gauge-scale.js";
import { formatCount, shortDigest } from "./number-format.js";
import { data, inputs, layerTitle, words } from "./page-data.js";

/** @import { Child } from "../page/child.d.ts" */
/** @import { TargetRow } from "./payload.d.ts" */

const MOST = 1500; // features of one layer on one map: MOST of evidence.py
const WIDE = 360; // pixels of a gauge

/** @param {TargetRow} row */
function gauge(row) {
  if (!row.gauge) return null;
  const { at, goal, reading } = gaugeScale(row.gauge, WIDE);
  const label = `${words.bound} ${row.bound}, ${words.reading} ${row.reading}`;
  return svgElement(
    "svg",
    { viewBox: `0 0 ${WIDE} 34`, class: `gauge g-${row.status}`, role: "img", "aria-label": label },
    svgElement("rect", { x: goal[0], y: 5, width: Math.max(goal[1] - goal[0], 2), height: 24, class: "goal" }),
    svgElement("line", { x1: 0, x2: WIDE, y1: 17, y2: 17, class: "axis" }),
    svgElement("line", { x1: at, x2: at, y1: 3, y2: 31, class: "bound" }),
    svgElement("rect", { x: reading[0], y: 11, width: reading[1] - reading[0], height: 12, class: "reading" }),
  );
}

/** @param {TargetRow} row */
function partBars(row) {
  if (!row.parts) return null;
  const most = Math.max(...row.parts.map(([, , low, high]) => Math.abs(high ?? low ?? 0)), 1e-12);
  const lines = row.parts.map(([name, text, low, high]) => {
    const track = element("div", { class: "track" });
    if (low !== null && high !== null) {
      const sure = element("span", { class: "piece p0" });
      const open = element("span", { class: "piece open" });
      sure.style.width = `${(Math.max(low, 0) / most) * 100}%`;
      open.style.width = `${(Math.max(high - low, 0) / most) * 100}%`;
      track.append(sure, open);
    }
    return element(
      "div",
      { class: "barline" },
      element("div", { class: "barname", title: name }, name),
      track,
      element("div", { class: "barvalue" }, text),
    );
  });
  const more = row.more ? fillTemplate(words.more, { n: formatCount(row.more) }) : null;
  return element(
    "div",
    { class: "block" },
    element("h4", {}, words.parts),
    element("div", { class: "bars" }, lines, more),
  );
}

/** @param {TargetRow} row */
function lineage(row) {
  /** @type {(head: string, ...content: Child[]) => HTMLElement} */
  const step = (head, ...content) => element("li", {}, element("span", { class: "steph" }, head), content);
  const files = row.layers.flatMap((name) => inputs.get(name) ?? []);
  const parameters = (row.params ?? []).map(([name, value]) =>
    element("div", { class: "param" }, element("code", {}, name), " ", value),
  );
  const digests = files.map((file) =>
    element(
      "div",
      {},
      element("span", {}, file.file),
      " ",
      element("code", { title: file.digest }, shortDigest(file.digest)),
    ),
  );
  return element(
    "ol",
    { class: "lineage" },
    step(words.target, element("div", {}, row.id), row.where ? element("div", { class: "faint" }, row.where) : null),
    step(words.measure, element("div", {}, row.measure || "–"), parameters),
    files.length ? step(words.layers, row.layers.map(layerLine)) : null,
    files.length ? step(words.file, digests) : null,
    row.reported ? step(words.reported_value, element("div", {}, Object.values(row.reported).join(" · "))) : null,
  );
}

/** @param {string} name */
function layerLine(name) {
  const input = inputs.get(name);
  return element(
    "div",
    {},
    link("inputs", name, layerTitle(name)),
    input ? [" ", basisBadge(input.basis), ` ${formatCount(input.features)}`] : null,
  );
}

/** @param {TargetRow} row */
function facts(row) {
  /** @type {(name: string, content: Child) => HTMLElement[]} */
  const term = (name, content) => [element("dt", {}, name), element("dd", {}, content)];
  return element(
    "dl",
    {},
    term(words.bound, row.bound || "–"),
    term(words.reading, row.reading || "–"),
    term(words.reason, row.reason),
    row.settle ? term(words.settle, row.settle) : null,
  );
}

/** @param {TargetRow} row */
function evidenceBlock(row) {
  const map = evidenceMap(row.id);
  const texts = evidenceText(row.id);
  if (!map && !texts.length) return null;
  const cut = Object.values(data.evidence.targets[row.id]?.layers ?? {}).some((rows) => rows.length >= MOST);
  const note = cut ? element("p", { class: "faint" }, fillTemplate(words.more_on_map, { n: MOST })) : null;
  return element("div", { class: "block" }, element("h4", {}, words.evidence), map, note, texts);
}

/**
 * The parts of a target's detail.
 * @param {TargetRow} row
 */
export function targetDetail(row) {
  const cite = row.source ? element("cite", {}, row.source) : null;
  const near = row.warn ? element("span", { class: "near" }, words.near) : null;
  return [
    element("p", { class: "over" }, [row.id, row.chapter].filter(Boolean).join(" · ")),
    element("h3", {}, row.title),
    element("p", { class: "marks" }, badge(row.role === "promise" ? row.status : ""), " ", basisBadge(row.basis), near),
    row.quote ? element("blockquote", {}, `“${row.quote}”`, cite) : null,
    gauge(row),
    facts(row),
    partBars(row),
    evidenceBlock(row),
    element("div", { class: "block" }, element("h4", {}, words.lineage), lineage(row)),
  ].filter((part) => part !== null);
}
