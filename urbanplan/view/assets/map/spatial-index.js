// Numbered boxes by cells of 100 m.

/** @typedef {readonly [number, number, number, number]} Extent west, south, east, north in metres */

const CELL = 100;

/** @param {Extent} extent */
function* cellsOf([w, s, e, n]) {
  for (let i = Math.floor(w / CELL); i <= Math.floor(e / CELL); i++) {
    for (let j = Math.floor(s / CELL); j <= Math.floor(n / CELL); j++) yield i * 1e6 + j;
  }
}

export class SpatialIndex {
  /**
   * @param {number} count
   * @param {(k: number) => Extent} extentOf
   */
  constructor(count, extentOf) {
    /** @type {Map<number, number[]>} */
    this.cells = new Map();
    for (let k = 0; k < count; k++) {
      for (const key of cellsOf(extentOf(k))) {
        const cell = this.cells.get(key);
        if (cell) cell.push(k);
        else this.cells.set(key, [k]);
      }
    }
  }

  /**
   * The numbers of boxes whose cells an extent meets, in order; some may lie a cell away.
   * @param {Extent} extent
   */
  near(extent) {
    /** @type {Set<number>} */
    const found = new Set();
    for (const key of cellsOf(extent)) for (const k of this.cells.get(key) ?? []) found.add(k);
    return [...found].sort((a, b) => a - b);
  }
}
