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

/**
 * A trial's reading, as open as the check's: what the layers leave open today (streets of which nobody knows whether
 * they meet, sites that may not stand) is taken to stay open.
 * @param {Reading} trial
 * @param {Reading} today the trial's own reading without a change
 * @param {Reading | null} checked the check's reading
 * @returns {Reading}
 */
export function keepDoubts(trial, today, checked) {
  if (!checked) return trial;
  return {
    ...trial,
    low: lowerEnd(trial.low, today.low, checked.low),
    high: upperEnd(trial.high, today.high, checked.high, trial.unit === "share" ? 1 : Infinity),
  };
}

/** @type {(trial: number | null, today: number | null, checked: number | null) => number | null} */
function lowerEnd(trial, today, checked) {
  if (trial === null || today === null || checked === null) return null;
  return Math.max(Math.min(0, trial), trial - Math.max(0, today - checked));
}

/** @type {(trial: number | null, today: number | null, checked: number | null, most: number) => number | null} */
function upperEnd(trial, today, checked, most) {
  if (trial === null || today === null || checked === null) return null;
  return Math.min(Math.max(most, trial), trial + Math.max(0, checked - today));
}
