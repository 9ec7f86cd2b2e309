// Barriers: straight pieces that no leg crosses; see urbanplan/network/barriers.py.
import { complement, unite } from "./intervals.js";
import { SpatialIndex } from "./spatial-index.js";
import { SLACK } from "./street-network.js";

/** @import { Interval } from "./intervals.js" */
/** @import { Extent } from "./spatial-index.js" */
/** @import { StreetNetwork } from "./street-network.js" */

const BESIDE = 0.01; // metres: a barrier nearer to the point than this shades nothing

export class Barriers {
  /** @param {Float64Array} pieces x and y of both ends, one piece after the other */
  constructor(pieces) {
    this.pieces = pieces;
    this.count = pieces.length / 4;
    this.index = new SpatialIndex(this.count, (k) => this.extent(k));
  }

  /**
   * @param {number} k
   * @returns {Extent}
   */
  extent(k) {
    const [a, b, c, d] = this.pieces.subarray(4 * k, 4 * k + 4);
    return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  }

  /**
   * The parts of low..high along a segment's edge to which a straight leg from a point crosses no barrier.
   * @param {StreetNetwork} streets
   * @param {number} s segment
   * @param {number} x
   * @param {number} y
   * @param {number} low
   * @param {number} high
   * @returns {Interval[]}
   */
  openParts(streets, s, x, y, low, high) {
    if (!this.count) return [[low, high]];
    const i = 2 * streets.segmentFirst[s];
    const start = streets.segmentStart[s];
    const line = { x: streets.coords[i], y: streets.coords[i + 1], dx: streets.dx[s], dy: streets.dy[s] };
    const [ax, ay] = [line.x + line.dx * (low - start), line.y + line.dy * (low - start)];
    const [bx, by] = [line.x + line.dx * (high - start), line.y + line.dy * (high - start)];
    /** @type {Extent} */
    const around = [Math.min(x, ax, bx), Math.min(y, ay, by), Math.max(x, ax, bx), Math.max(y, ay, by)];
    /** @type {Interval[]} */
    const dark = [];
    for (const k of this.index.near(around)) {
      const b = this.extent(k);
      if (b[0] > around[2] || b[2] < around[0] || b[1] > around[3] || b[3] < around[1]) continue;
      const shade = this.shadow(k, x, y, line, low - start, high - start);
      if (shade) dark.push([start + shade[0] - low, start + shade[1] - low]);
    }
    if (!dark.length) return [[low, high]];
    return complement(unite(dark, SLACK), high - low).map(([a, b]) => [a + low, b + low]);
  }

  /**
   * The part of low..high on a line that a piece shades from a point; null where it shades none.
   * @param {number} k
   * @param {number} x
   * @param {number} y
   * @param {{ x: number, y: number, dx: number, dy: number }} line
   * @param {number} low
   * @param {number} high
   * @returns {Interval | null}
   */
  shadow(k, x, y, line, low, high) {
    const piece = this.pieces.subarray(4 * k, 4 * k + 4);
    let [fx, fy, gx, gy] = [piece[0] - x, piece[1] - y, piece[2] - x, piece[3] - y];
    const turn = fx * gy - fy * gx;
    if (turn < 0) [fx, fy, gx, gy] = [gx, gy, fx, fy];
    if (!(Math.abs(turn) > 0 && distanceTo(piece, x, y) > BESIDE)) return null;
    const { dx, dy } = line;
    const [wx, wy, rx, ry] = [line.x - x, line.y - y, gx - fx, gy - fy];
    const limits = [
      [fx * wy - fy * wx, fx * dy - fy * dx],
      [wx * gy - wy * gx, dx * gy - dy * gx],
      [-(rx * (wy - fy) - ry * (wx - fx)) - SLACK * Math.hypot(rx, ry), -(rx * dy - ry * dx)],
    ];
    for (const [value, slope] of limits) {
      if (slope > 0) low = Math.max(low, -value / slope);
      else if (slope < 0) high = Math.min(high, -value / slope);
      else if (value < 0) return null;
    }
    return low <= high ? [low, high] : null;
  }
}

/** @type {(piece: Float64Array, x: number, y: number) => number} */
function distanceTo([ax, ay, bx, by], x, y) {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const s = square > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square)) : 0;
  return Math.hypot(x - ax - s * dx, y - ay - s * dy);
}
