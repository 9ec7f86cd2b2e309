// The street network in the page: exact doubles, straight segments, arcs in compressed rows, an index of segments.
import { ExactSum, sumOf } from "./exact-sum.js";
import { SpatialIndex } from "./spatial-index.js";
import { decodeDoubles, offsetsOf } from "./varint.js";

/** @import { NetworkEntry } from "./payload.d.ts" */
/** @import { Extent } from "./spatial-index.js" */

/** @typedef {[number, number]} Point x and y in metres */

/** Distances that differ by less are one. */
export const SLACK = 1e-6;

export class StreetNetwork {
  /** @param {NetworkEntry} entry */
  constructor(entry) {
    this.coords = decodeDoubles(entry.coords);
    this.offsets = offsetsOf(entry.sizes);
    this.u = Int32Array.from(entry.u);
    this.v = Int32Array.from(entry.v);
    this.nodes = entry.nodes;
    this.edges = this.u.length;
    this.length = new Float64Array(this.edges);
    const count = this.coords.length / 2 - this.edges;
    this.segmentEdge = new Int32Array(count);
    this.segmentFirst = new Int32Array(count);
    this.segmentStart = new Float64Array(count);
    this.segmentLength = new Float64Array(count);
    this.dx = new Float64Array(count);
    this.dy = new Float64Array(count);
    this.measureSegments();
    const counts = new Int32Array(this.nodes);
    for (const ends of [this.u, this.v]) for (const node of ends) counts[node]++;
    this.first = offsetsOf(counts);
    this.arcNode = new Int32Array(2 * this.edges);
    this.arcEdge = new Int32Array(2 * this.edges);
    this.fillArcs();
    this.index = new SpatialIndex(count, (k) => this.segmentExtent(k));
    this.total = sumOf(this.length);
  }

  measureSegments() {
    let s = 0;
    for (let e = 0; e < this.edges; e++) {
      const along = new ExactSum();
      for (let i = this.offsets[e]; i < this.offsets[e + 1] - 1; i++, s++) {
        const x = this.coords[2 * i + 2] - this.coords[2 * i];
        const y = this.coords[2 * i + 3] - this.coords[2 * i + 1];
        const long = Math.hypot(x, y);
        this.segmentEdge[s] = e;
        this.segmentFirst[s] = i;
        this.segmentStart[s] = along.value;
        this.segmentLength[s] = long;
        if (long > 0) [this.dx[s], this.dy[s]] = [x / long, y / long];
        along.add(long);
      }
      this.length[e] = along.value;
    }
  }

  fillArcs() {
    const next = this.first.slice();
    /** @type {(from: number, to: number, e: number) => void} */
    const add = (from, to, e) => {
      this.arcNode[next[from]] = to;
      this.arcEdge[next[from]++] = e;
    };
    for (let e = 0; e < this.edges; e++) {
      add(this.u[e], this.v[e], e);
      add(this.v[e], this.u[e], e);
    }
  }

  /**
   * @param {number} k
   * @returns {Extent}
   */
  segmentExtent(k) {
    const i = 2 * this.segmentFirst[k];
    const c = this.coords;
    return [
      Math.min(c[i], c[i + 2]),
      Math.min(c[i + 1], c[i + 3]),
      Math.max(c[i], c[i + 2]),
      Math.max(c[i + 1], c[i + 3]),
    ];
  }

  /**
   * The nearest street point, null where none is within 500 m.
   * @param {number} x
   * @param {number} y
   * @returns {Point | null}
   */
  nearestPoint(x, y) {
    for (const reach of [60, 200, 500]) {
      let least = Infinity;
      /** @type {Point | null} */
      let best = null;
      for (const s of this.index.near([x - reach, y - reach, x + reach, y + reach])) {
        const spot = this.footOn(s, x, y);
        const far = Math.hypot(spot[0] - x, spot[1] - y);
        if (far <= reach && far < least) [least, best] = [far, spot];
      }
      if (best) return best;
    }
    return null;
  }

  /**
   * The point of a segment nearest to a point.
   * @param {number} s
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  footOn(s, x, y) {
    const i = 2 * this.segmentFirst[s];
    const [ax, ay] = [this.coords[i], this.coords[i + 1]];
    const t = Math.min(this.segmentLength[s], Math.max(0, (x - ax) * this.dx[s] + (y - ay) * this.dy[s]));
    return [ax + t * this.dx[s], ay + t * this.dy[s]];
  }
}
