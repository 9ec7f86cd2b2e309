// Where labels may stand: boxes that never overlap, and candidates beside or inside a shape.

/** @import { LabelledLayer, Layer } from "./layer-decoder.js" */
/** @import { Frame } from "./painter.js" */

/** @typedef {readonly [number, number, number, number]} Box left, top, right, bottom in pixels */

const CELL = 64; // pixels

/** The boxes that are taken, by cells. */
export class LabelGrid {
  constructor() {
    /** @type {Map<string, Box[]>} */
    this.cells = new Map();
  }

  /** @param {Box} box */
  *keys([left, top, right, bottom]) {
    for (let i = Math.floor(left / CELL); i <= Math.floor(right / CELL); i++) {
      for (let j = Math.floor(top / CELL); j <= Math.floor(bottom / CELL); j++) yield `${i},${j}`;
    }
  }

  /**
   * Keeps a box free of labels.
   * @param {Box} box
   */
  block(box) {
    for (const key of this.keys(box)) {
      const cell = this.cells.get(key);
      if (cell) cell.push(box);
      else this.cells.set(key, [box]);
    }
  }

  /**
   * Takes a box if nothing stands there, and says whether it did.
   * @param {Box} box
   */
  take(box) {
    /** @param {Box} b */
    const meets = (b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1];
    for (const key of this.keys(box)) if (this.cells.get(key)?.some(meets)) return false;
    this.block(box);
    return true;
  }
}

/**
 * Whether a label beside its shape would lie on another shape of its layer.
 * @param {Layer} layer
 * @param {number} row
 * @param {Frame} frame
 * @param {Box} box
 */
export function overlapsOthers(layer, row, frame, [left, top, right, bottom]) {
  const b = layer.box;
  if (layer.count > 2000) return true;
  for (let i = 0; i < layer.count; i++) {
    if (i === row) continue;
    const [west, east] = [b[4 * i] * frame.k - frame.x, b[4 * i + 2] * frame.k - frame.x];
    const [north, south] = [b[4 * i + 1] * frame.k - frame.y, b[4 * i + 3] * frame.k - frame.y];
    if (west < right && east > left && north < bottom && south > top) return true;
  }
  return false;
}

/** How much larger than the window the canvas is on each side, as a share of the window: it is moved before it is redrawn. */
export const PADDING = 0.2;

/**
 * Whether the window's left or right edge cuts what lies between two places across the canvas, pixels.
 * @param {number} left
 * @param {number} right
 * @param {Pick<Frame, "width">} frame
 */
export function isCut(left, right, { width }) {
  const edge = (width * PADDING) / (1 + 2 * PADDING);
  return [edge, width - edge].some((side) => left < side && side < right);
}

/**
 * Where a label may stand from its shape's spot: inside a shape, or beside a mark and around a shape too small, where the
 * window cuts none.
 * @param {LabelledLayer} layer
 * @param {number} row
 * @param {Frame} frame
 * @param {{ wide: number, high: number, growth: number }} label in pixels; growth is that of marks
 * @returns {[number, number][]} offsets in pixels, the best first
 */
export function candidateOffsets(layer, row, frame, label) {
  const left = layer.spotX[row] * frame.k - frame.x - label.wide / 2;
  return offsetsAround(layer, row, frame, label).filter(
    ([dx, dy]) => (!dx && !dy) || !isCut(left + dx, left + dx + label.wide, frame),
  );
}

/** @type {typeof candidateOffsets} */
function offsetsAround(layer, row, frame, { wide, high, growth }) {
  const b = layer.box.subarray(4 * row, 4 * row + 4);
  const [x, y] = [layer.spotX[row], layer.spotY[row]];
  if (layer.dims[row] === 0) {
    const off = layer.classes[layer.class[row]].symbol.size * growth + 4;
    return [
      [off + wide / 2, 0],
      [-off - wide / 2, 0],
      [0, off + high / 2],
      [0, -off - high / 2],
    ];
  }
  const low = layer.label.outside && (b[3] - b[1]) * frame.k < high * 0.9;
  const narrow = (b[2] - b[0]) * frame.k < wide * 0.8; // a word wider than half again its polygon says nothing there
  if (!low && !narrow) return [[0, 0]];
  if (!layer.label.outside) return [];
  const [east, west] = [(b[2] - x) * frame.k, (b[0] - x) * frame.k];
  const [south, north] = [(b[3] - y) * frame.k, (b[1] - y) * frame.k];
  return [
    [east + wide / 2 + 4, 0],
    [west - wide / 2 - 4, 0],
    [0, south + high / 2 + 3],
    [0, north - high / 2 - 3],
  ];
}

/**
 * The middle and direction of a line's longest segment, in pixels; null where none has room for a label.
 * @param {Layer} layer
 * @param {number} row
 * @param {Frame} frame
 * @param {number} wide the label's width
 * @returns {{ x: number, y: number, angle: number } | null} the angle reads from left to right
 */
export function longestSegment(layer, row, frame, wide) {
  let most = wide * 1.05;
  let best = null;
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) {
    for (let i = layer.chain[j]; i < layer.chain[j + 1] - 1; i++) {
      const [ax, ay] = [layer.x[i] * frame.k - frame.x, layer.y[i] * frame.k - frame.y];
      const [bx, by] = [layer.x[i + 1] * frame.k - frame.x, layer.y[i + 1] * frame.k - frame.y];
      const length = Math.hypot(bx - ax, by - ay);
      if (length > most) [most, best] = [length, { ax, ay, bx, by }];
    }
  }
  if (!best) return null;
  let angle = Math.atan2(best.by - best.ay, best.bx - best.ax);
  if (angle > Math.PI / 2) angle -= Math.PI;
  if (angle <= -Math.PI / 2) angle += Math.PI;
  return { x: (best.ax + best.bx) / 2, y: (best.ay + best.by) / 2, angle };
}
