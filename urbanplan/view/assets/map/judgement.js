// A reading against a bound, as urbanplan/verdict judges it.

/** @import { Bound, Reading } from "./payload.d.ts" */
/** @import { Status } from "../page/status.js" */

const EPSILON = 1e-9; // as urbanplan/model/comparison.py: closed limits hold within it

/**
 * Whether a value is clearly below a limit.
 * @param {number} value
 * @param {number} limit
 */
export const isBelow = (value, limit) => value < limit - EPSILON * Math.abs(limit);

/**
 * Whether a value is clearly above a limit.
 * @param {number} value
 * @param {number} limit
 */
export const isAbove = (value, limit) => value > limit + EPSILON * Math.abs(limit);

/**
 * Wholly inside is met, wholly outside not met, across undecidable.
 * @param {Bound} bound
 * @param {Reading} reading a share may be asked for in per cent
 * @returns {Status}
 */
export function judge(bound, reading) {
  const factor = bound.unit === "%" && reading.unit === "share" ? 0.01 : 1;
  const [n, room] = [bound.number * factor, (bound.tolerance ?? 0) * factor];
  const [low, high] = [reading.low ?? -Infinity, reading.high ?? Infinity]; // an end that is not known has no limit
  if (bound.comparator === "about" && (bound.tolerance ?? null) === null) return "undecidable";
  switch (bound.comparator) {
    case ">=":
      return !isBelow(low, n) ? "met" : isBelow(high, n) ? "not_met" : "undecidable";
    case ">":
      return isAbove(low, n) ? "met" : !isAbove(high, n) ? "not_met" : "undecidable";
    case "<=":
      return !isAbove(high, n) ? "met" : isAbove(low, n) ? "not_met" : "undecidable";
    case "<":
      return isBelow(high, n) ? "met" : !isBelow(low, n) ? "not_met" : "undecidable";
    default:
      if (!isBelow(low, n - room) && !isAbove(high, n + room)) return "met";
      return isBelow(high, n - room) || isAbove(low, n + room) ? "not_met" : "undecidable";
  }
}
