// A reading against a bound, as urbanplan/verdict judges it.

/** @import { Bound, Reading } from "./payload.d.ts" */
/** @import { Status } from "../page/status.js" */

/**
 * Wholly inside is met, wholly outside not met, across undecidable.
 * @param {Bound} bound
 * @param {Reading} reading a share may be asked for in per cent
 * @returns {Status}
 */
export function judge(bound, reading) {
  const factor = bound.unit === "%" && reading.unit === "share" ? 0.01 : 1;
  const [n, room] = [bound.number * factor, (bound.tolerance ?? 0) * factor];
  const [low, high] = [Number(reading.low), Number(reading.high)];
  switch (bound.comparator) {
    case ">=":
      return low >= n ? "met" : high < n ? "not_met" : "undecidable";
    case ">":
      return low > n ? "met" : high <= n ? "not_met" : "undecidable";
    case "<=":
      return high <= n ? "met" : low > n ? "not_met" : "undecidable";
    case "<":
      return high < n ? "met" : low >= n ? "not_met" : "undecidable";
    default:
      if (low >= n - room && high <= n + room) return "met";
      return high < n - room || low > n + room ? "not_met" : "undecidable";
  }
}
