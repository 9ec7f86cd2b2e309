// Where the points and texts of the trend stand, in pixels.
import { STATUSES } from "../page/status.js";

/** @import { Run } from "./payload.d.ts" */

export const WIDE = 640;
export const HIGH = 180;
export const LEFT = 40; // margin of the tick texts
export const RIGHT = 96; // margin of the verdicts' texts
const [TOP, LOW] = [10, 24]; // margins
const LINE = 15; // between two texts

/**
 * Pixels of runs and counts.
 * @param {readonly Run[]} runs
 */
export function trendScale(runs) {
  const most = Math.max(1, ...runs.flatMap((run) => STATUSES.map((status) => run.verdicts[status] ?? 0)));
  /** @param {number} i */
  const x = (i) => LEFT + ((WIDE - LEFT - RIGHT) * i) / Math.max(1, runs.length - 1);
  /** @param {number} v */
  const y = (v) => TOP + (HIGH - TOP - LOW) * (1 - v / most);
  return { most, x, y };
}

/**
 * Heights of texts, moved down until each is a line from the one above.
 * @template T
 * @param {{ key: T, at: number }[]} texts
 */
export function spreadTexts(texts) {
  const sorted = [...texts].sort((a, b) => a.at - b.at);
  let free = -Infinity;
  return sorted.map(({ key, at }) => {
    const placed = Math.max(at, free);
    free = placed + LINE;
    return { key, at: placed };
  });
}
