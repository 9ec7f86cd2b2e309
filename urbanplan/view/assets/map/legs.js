// Legs: the parts of edges that a place reaches in a straight line; see urbanplan/network/walk.
import { SLACK } from "./street-network.js";
import { decodeDoubles } from "./varint.js";

/** @import { LegEntry } from "./payload.d.ts" */
/** @import { Barriers } from "./barriers.js" */
/** @import { Point, StreetNetwork } from "./street-network.js" */

/** Parts of edges as columns: from low to high metres the leg at t is plus + hypot(g, m (t - t0)). */
export class LegTable {
  constructor() {
    /** @type {number[]} */
    this.place = [];
    /** @type {number[]} */
    this.edge = [];
    /** @type {number[] | Float64Array} */
    this.low = [];
    /** @type {number[] | Float64Array} */
    this.high = [];
    /** @type {number[] | Float64Array} */
    this.t0 = [];
    /** @type {number[] | Float64Array} */
    this.g = [];
    /** @type {number[] | Float64Array} */
    this.m = [];
    /** @type {number[] | Float64Array} */
    this.plus = [];
  }

  /** @param {LegEntry} entry */
  static decode(entry) {
    const legs = new LegTable();
    legs.place = entry.place;
    legs.edge = entry.edge;
    for (const name of /** @type {const} */ (["low", "high", "t0", "g", "m", "plus"])) {
      legs[name] = decodeDoubles(entry[name]);
    }
    return legs;
  }

  /**
   * Metres from the place of row i to the point t of its edge.
   * @param {number} i
   * @param {number} t
   */
  at(i, t) {
    return this.plus[i] + Math.hypot(this.g[i], this.m[i] * (t - this.t0[i]));
  }
}

/**
 * The parts of streets within a leg of points; barriers cut what they shade.
 * @param {StreetNetwork} streets
 * @param {readonly Point[]} points
 * @param {number} leg metres
 * @param {Barriers} barriers
 */
export function joinLegs(streets, points, leg, barriers) {
  const legs = new LegTable();
  const columns = /** @type {Record<"low" | "high" | "t0" | "g" | "m" | "plus", number[]>} */ (
    /** @type {unknown} */ (legs)
  );
  const r = leg + SLACK;
  points.forEach(([x, y], p) => {
    for (const s of streets.index.near([x - r, y - r, x + r, y + r])) {
      const part = partInCircle(streets, s, x, y, leg);
      if (!part) continue;
      const [low, high, foot, offset] = part;
      const start = streets.segmentStart[s];
      for (const [a, b] of barriers.openParts(streets, s, x, y, start + low, start + high)) {
        legs.place.push(p);
        legs.edge.push(streets.segmentEdge[s]);
        columns.low.push(a);
        columns.high.push(b);
        columns.t0.push(start + foot);
        columns.g.push(offset);
        columns.m.push(1);
        columns.plus.push(0);
      }
    }
  });
  return legs;
}

/**
 * The part of a segment in a circle.
 * @param {StreetNetwork} streets
 * @param {number} s segment
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @returns {[number, number, number, number] | null} low, high, foot along the segment, and distance from its line
 */
export function partInCircle(streets, s, x, y, radius) {
  const i = 2 * streets.segmentFirst[s];
  const wx = x - streets.coords[i];
  const wy = y - streets.coords[i + 1];
  const long = streets.segmentLength[s];
  const foot = wx * streets.dx[s] + wy * streets.dy[s];
  const offset = long === 0 ? Math.hypot(wx, wy) : Math.abs(wx * streets.dy[s] - wy * streets.dx[s]);
  const half = Math.sqrt(Math.max(radius * radius - offset * offset, 0));
  let low = Math.max(foot - half, 0);
  let high = Math.min(foot + half, long);
  if (!(offset <= radius + SLACK && low <= high + SLACK)) return null;
  if (low > high) low = high = Math.min(Math.max(foot, 0), long);
  return [low, high, foot, offset];
}
