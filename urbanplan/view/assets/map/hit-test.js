// What lies under a point: exact tests on the unit coordinates, the topmost layer first.
import { latitudeOf, longitudeOf } from "./projection.js";

/** @import { Layer } from "./layer-decoder.js" */

/** @typedef {[Layer, number]} Feature a layer and a row of it */

const MOST = 24; // features found at one point

/** @type {(px: number, py: number, ax: number, ay: number, bx: number, by: number) => number} */
export function segmentDistance(px, py, ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const s = square ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / square)) : 0;
  return Math.hypot(px - ax - s * dx, py - ay - s * dy);
}

/**
 * Whether a point is in a polygon; rings count by the even-odd rule.
 * @param {Layer} layer
 * @param {number} row
 * @param {number} px
 * @param {number} py
 */
export function contains(layer, row, px, py) {
  let odd = false;
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) {
    const [from, to] = [layer.chain[j], layer.chain[j + 1]];
    for (let i = from, k = to - 1; i < to; k = i++) {
      const crosses = layer.y[i] > py !== layer.y[k] > py;
      if (crosses && px < ((layer.x[k] - layer.x[i]) * (py - layer.y[i])) / (layer.y[k] - layer.y[i]) + layer.x[i]) {
        odd = !odd;
      }
    }
  }
  return odd;
}

/**
 * Whether a point is within a distance of a mark, a line or an outline.
 * @param {Layer} layer
 * @param {number} row
 * @param {number} px
 * @param {number} py
 * @param {number} distance in units
 */
export function isNear(layer, row, px, py, distance) {
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) {
    const [from, to] = [layer.chain[j], layer.chain[j + 1]];
    if (to - from === 1 && Math.hypot(px - layer.x[from], py - layer.y[from]) <= distance) return true;
    const last = layer.dims[row] === 2 ? to : to - 1;
    for (let i = from; i < last; i++) {
      const k = i + 1 < to ? i + 1 : from;
      if (segmentDistance(px, py, layer.x[i], layer.y[i], layer.x[k], layer.y[k]) <= distance) return true;
    }
  }
  return false;
}

/**
 * Whether a polygon's land is drawn; of others only the outline can be hit.
 * @param {Layer} layer
 * @param {number} row
 */
const isFilled = (layer, row) => Boolean(layer.classes[layer.class[row]]?.symbol.fill);

/**
 * The features at a point, those of base layers last.
 * @param {readonly Layer[]} layers that can be hit, the lowest first
 * @param {number} px in units
 * @param {number} py
 * @param {number} zoom
 * @param {number} [reach] pixels beside lines and marks
 */
export function hitTest(layers, px, py, zoom, reach = 7) {
  /** @type {Feature[]} */
  const found = [];
  const k = 256 * 2 ** zoom;
  for (const layer of [...layers].reverse()) {
    if (zoom < layer.minZoom) continue;
    for (let row = 0; row < layer.count; row++) {
      const flat = layer.dims[row] === 2 && isFilled(layer, row);
      const slack = (flat ? 0 : reach + (layer.dims[row] === 0 ? 4 : 0)) / k;
      const b = layer.box;
      if (
        px < b[4 * row] - slack ||
        px > b[4 * row + 2] + slack ||
        py < b[4 * row + 1] - slack ||
        py > b[4 * row + 3] + slack
      ) {
        continue;
      }
      if (flat ? contains(layer, row, px, py) : isNear(layer, row, px, py, slack)) found.push([layer, row]);
      if (found.length > MOST) return found;
    }
  }
  return found.filter(([layer]) => !layer.base).concat(found.filter(([layer]) => layer.base));
}

/**
 * South-west and north-east of some features in degrees; null where none has a shape.
 * @param {readonly Feature[]} features
 * @returns {[[number, number], [number, number]] | null}
 */
export function boundsOf(features) {
  let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [layer, row] of features) {
    const b = layer.box;
    w = Math.min(w, b[4 * row]);
    n = Math.min(n, b[4 * row + 1]);
    e = Math.max(e, b[4 * row + 2]);
    s = Math.max(s, b[4 * row + 3]);
  }
  if (w > e) return null;
  return [
    [latitudeOf(s), longitudeOf(w)],
    [latitudeOf(n), longitudeOf(e)],
  ];
}
