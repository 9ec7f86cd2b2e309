// A gauge's axis: from the least to the most of reading and bound, with room at the ends.

/** @import { Gauge } from "./payload.d.ts" */

const EDGE = 8; // pixels left free at each end

/**
 * Pixels of a gauge's parts on an axis of some width.
 * @param {Gauge} gauge
 * @param {number} wide
 */
export function gaugeScale(gauge, wide) {
  const { low, high, at, margin } = gauge;
  const ends = [low, high, at - margin, at + margin];
  let least = Math.min(...ends);
  let most = Math.max(...ends);
  if (least >= 0 && least < most * 0.6) least = 0;
  const spare = (most - least || Math.abs(most) || 1) * 0.12;
  most += spare;
  if (least !== 0) least -= spare;
  /** @param {number} value */
  const x = (value) => EDGE + ((wide - 2 * EDGE) * (value - least)) / (most - least);
  const left = x(low);
  return { at: x(at), goal: goalOf(gauge, x, wide), reading: [left, Math.max(x(high), left + 4)] };
}

/** @type {(gauge: Gauge, x: (value: number) => number, wide: number) => [number, number]} */
function goalOf({ at, margin, is }, x, wide) {
  if (is === ">=" || is === ">") return [x(at), wide];
  if (is === "<=" || is === "<") return [0, x(at)];
  return [x(at - margin), x(at + margin)];
}
