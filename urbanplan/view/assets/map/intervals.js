// Unions of intervals along an edge, in metres.

/** @typedef {[number, number]} Interval low and high */
/** @typedef {readonly Interval[]} Union ordered, without overlaps */

/** Positions nearer than this are one. */
export const TOUCH = 1e-9;
const LEAST = 1e-6; // shorter differences are rounding

/**
 * The union of intervals; those nearer than `touch` are one, and those that end before they begin are none.
 * @param {Interval[]} pieces sorted in place
 * @param {number} [touch]
 * @returns {Interval[]}
 */
export function unite(pieces, touch = TOUCH) {
  pieces.sort((a, b) => a[0] - b[0]);
  /** @type {Interval[]} */
  const out = [];
  for (const [low, high] of pieces) {
    if (high < low) continue;
    const last = out[out.length - 1];
    if (last && low <= last[1] + touch) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}

/**
 * What a union leaves of 0..length.
 * @param {Union} union
 * @param {number} length
 * @returns {Interval[]}
 */
export function complement(union, length) {
  /** @type {Interval[]} */
  const out = [];
  let at = 0;
  for (const [low, high] of union) {
    if (low - at > TOUCH) out.push([at, low]);
    at = Math.max(at, high);
  }
  if (length - at > TOUCH) out.push([at, length]);
  return out;
}

/**
 * The parts of one union that another leaves.
 * @param {Union} union
 * @param {Union} taken
 * @returns {Interval[]}
 */
export function subtract(union, taken) {
  /** @type {Interval[]} */
  const out = [];
  for (const [low, high] of union) {
    let at = low;
    for (const [a, b] of taken) {
      if (b <= at || a >= high) continue;
      if (a - at > LEAST) out.push([at, a]);
      at = Math.max(at, b);
    }
    if (high - at > LEAST) out.push([at, high]);
  }
  return out;
}

/** @typedef {[number, number, number]} Stretch edge, low, high */

/**
 * The stretches won and lost between two coverages of the same edges.
 * @param {readonly Union[]} before
 * @param {readonly Union[]} after
 */
export function differences(before, after) {
  /** @type {{ won: Stretch[], lost: Stretch[] }} */
  const rows = { won: [], lost: [] };
  for (let e = 0; e < before.length; e++) {
    if (before[e] === after[e]) continue;
    for (const [low, high] of subtract(after[e], before[e])) rows.won.push([e, low, high]);
    for (const [low, high] of subtract(before[e], after[e])) rows.lost.push([e, low, high]);
  }
  return rows;
}
