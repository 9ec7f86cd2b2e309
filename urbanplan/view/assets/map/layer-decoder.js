// Packed shapes become typed arrays in Web-Mercator units; see urbanplan/view/map/pack.py.
import { unitX, unitY } from "./projection.js";
import { decodeVarints, offsetsOf } from "./varint.js";

/** @import { Field, LabelEntry, LayerEntry, RepeatedField, Verdict } from "./payload.d.ts" */

/**
 * The shapes of a layer: row i has the chains first[i]..first[i + 1], chain j the points chain[j]..chain[j + 1].
 * @typedef {object} Shapes
 * @property {Float64Array} x
 * @property {Float64Array} y
 * @property {Float64Array} spotX a point inside each shape
 * @property {Float64Array} spotY
 * @property {Int32Array} chain
 * @property {Int32Array} first
 * @property {number} count rows
 * @property {Float64Array} box west, north, east, south of each row
 * @property {number[]} dims 0 point, 1 line, 2 polygon
 */

/**
 * @typedef {LabelEntry & { names: (string | null)[] }} Label
 *
 * A layer of the page, ready to draw.
 * @typedef {Omit<LayerEntry, "class" | "fields" | "label"> & Shapes & {
 *   label: Label | null,
 *   fields: Field[],
 *   class: number[],
 *   members: number[][],
 *   mostly: number,
 *   targets: Map<number, Verdict[]>,
 *   moves?: Map<number, number>,
 *   removed?: Set<number>,
 * }} Layer members: the rows of each class; mostly: the dimension of most rows; moves: the site of a row in the
 *   scenario; removed: rows that the scenario took away
 * @typedef {Layer & { label: Label }} LabelledLayer
 */

/**
 * Positions from differences in 1e-7 degrees, zigzagged, longitude and latitude in turn.
 * @param {string} text
 * @returns {[Float64Array, Float64Array]}
 */
function decodePositions(text) {
  const steps = decodeVarints(text);
  const n = steps.length / 2;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  let longitude = 0;
  let latitude = 0;
  for (let i = 0; i < n; i++) {
    longitude += signed(steps[2 * i]);
    latitude += signed(steps[2 * i + 1]);
    x[i] = unitX(longitude / 1e7);
    y[i] = unitY(latitude / 1e7);
  }
  return [x, y];
}

/**
 * A zigzagged number: 0, -1, 1, -2, … of 0, 1, 2, 3, …; integers of more than 31 bits come whole.
 * @param {number} folded
 */
function signed(folded) {
  const half = Math.floor(folded / 2);
  return 2 * half === folded ? half : -half - 1;
}

/**
 * The boxes of a layer's rows; a row without a shape has an empty one, from Infinity to -Infinity.
 * @param {Omit<Shapes, "box">} shapes
 */
function boxesOf({ x, y, chain, first, count }) {
  const box = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) {
    let w = Infinity;
    let n = Infinity;
    let e = -Infinity;
    let s = -Infinity;
    for (let k = chain[first[i]]; k < chain[first[i + 1]]; k++) {
      if (x[k] < w) w = x[k];
      if (x[k] > e) e = x[k];
      if (y[k] < n) n = y[k];
      if (y[k] > s) s = y[k];
    }
    box[4 * i] = w;
    box[4 * i + 1] = n;
    box[4 * i + 2] = e;
    box[4 * i + 3] = s;
  }
  return box;
}

/** @type {(field: Field | RepeatedField, entry: LayerEntry) => Field} */
const fieldOf = (field, entry) =>
  field.same === undefined ? field : { ...field, values: entry[field.same], same: undefined };

/**
 * The label of a layer with its words: those of the layer, or their ends, where it has none of its own.
 * @type {(entry: LayerEntry) => Label | null}
 */
function labelOf({ label, names }) {
  if (!label) return null;
  const { cut } = label;
  const words = label.names ?? names;
  return { ...label, names: cut ? words.map((word) => word && word.slice(cut)) : words };
}

/**
 * Which dimensions stand among some, the commonest first.
 * @param {number[]} dims
 */
export function dimensionsAmong(dims) {
  const counts = [0, 0, 0];
  for (const dimension of dims) counts[dimension]++;
  const found = [0, 1, 2].filter((dimension) => counts[dimension]);
  return found.sort((a, b) => counts[b] - counts[a]);
}

/**
 * A layer of the page with its shapes ready to draw.
 * @param {LayerEntry} entry
 * @returns {Layer}
 */
export function decodeLayer(entry) {
  const { shape } = entry;
  const [x, y] = decodePositions(shape.coords);
  const [spotX, spotY] = decodePositions(shape.spots);
  const chain = offsetsOf(decodeVarints(shape.sizes));
  const first = offsetsOf(decodeVarints(shape.chains));
  const shapes = { x, y, spotX, spotY, chain, first, count: shape.dims.length, dims: shape.dims };
  const classes = entry.class ?? new Array(shapes.count).fill(0);
  /** @type {number[][]} */
  const members = entry.classes.map(() => []);
  classes.forEach((c, i) => members[c].push(i));
  return {
    ...entry,
    ...shapes,
    label: labelOf(entry),
    fields: entry.fields.map((field) => fieldOf(field, entry)),
    box: boxesOf(shapes),
    class: classes,
    members,
    mostly: dimensionsAmong(shape.dims)[0] ?? 0,
    targets: new Map(),
  };
}
