// Small evidence maps, drawn when a target is opened.
import { element, svgElement } from "../page/elements.js";
import { fillTemplate } from "../page/template.js";
import { link } from "./components.js";
import { formatCount } from "./number-format.js";
import { data, layerTitle, words } from "./page-data.js";
import { toSvgPath } from "./svg-path.js";

const PAD = 25; // units around the map
const IDS = 24; // features named in a text

/**
 * The map of a target; null where nothing of it can be drawn.
 * @param {string} id
 */
export function evidenceMap(id) {
  const { targets, width, height, outline } = data.evidence;
  const own = targets[id];
  if (!own || !width) return null;
  const viewBox = `${-PAD} ${-PAD} ${width + 2 * PAD} ${height + 2 * PAD}`;
  const drawn = [
    ...own.results.flatMap(resultPaths),
    ...Object.entries(own.layers).flatMap(([name, rows]) => layerPaths(name, rows)),
  ];
  const named = Object.entries(own.layers).some(([name, rows]) => data.evidence.layers[name] && rows.length);
  if (!drawn.length && !named) return null;
  return svgElement(
    "svg",
    { viewBox, class: "map", role: "img", "aria-label": words.evidence },
    svgElement("path", { d: outline.map((path) => toSvgPath(path, true)).join(""), class: "outline" }),
    drawn,
  );
}

/** @param {string} name */
const resultPaths = (name) =>
  (data.evidence.results[name] ?? []).map((part) =>
    svgElement("path", { d: toSvgPath(part.path, false), class: `result ${part.style}` }),
  );

/** @type {(name: string, rows: number[]) => SVGElement[]} */
function layerPaths(name, rows) {
  const layer = data.evidence.layers[name];
  if (!layer || !rows.length) return [];
  const area = layer.kind === "polygon";
  const paths = rows.map((row) => layer.paths[row]);
  const dots = paths.filter((path) => path.length === 2);
  const rest = paths.filter((path) => path.length > 2);
  const made = [];
  if (rest.length) {
    made.push(
      svgElement("path", { d: rest.map((path) => toSvgPath(path, area)).join(""), class: area ? "area" : "way" }),
    );
  }
  if (dots.length) {
    made.push(svgElement("path", { d: dots.map((path) => toSvgPath(path, false)).join(""), class: "dots" }));
  }
  return made;
}

/**
 * The features of a target in words.
 * @param {string} id
 */
export const evidenceText = (id) =>
  Object.entries(data.evidence.targets[id]?.layers ?? {}).map(([name, rows]) => {
    const ids = data.evidence.layers[name]?.ids ?? [];
    const some = rows
      .slice(0, IDS)
      .map((row) => ids[row])
      .join(", ");
    const rest = rows.length > IDS ? ` ${fillTemplate(words.more, { n: formatCount(rows.length - IDS) })}` : "";
    return element("p", { class: "ids" }, link("inputs", name, layerTitle(name)), `: ${some || "–"}${rest}`);
  });
