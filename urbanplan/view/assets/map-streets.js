// The street network in the page: exact doubles, straight segments, arcs, a grid.
const SLACK = 1e-6;
const TOUCH = 1e-9;

function floats(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Float64Array(bytes.buffer);
}

/** A sum whose rounding does not grow with its length. */
class Sum {
  constructor() {
    this.high = 0;
    this.low = 0;
  }
  add(x) {
    const t = this.high + x;
    this.low += Math.abs(this.high) >= Math.abs(x) ? this.high - t + x : x - t + this.high;
    this.high = t;
  }
  get value() {
    return this.high + this.low;
  }
}

/** The street network: edges with their straight segments, arcs in compressed rows, a grid of segments. */
class Streets {
  constructor(given) {
    this.coords = floats(given.coords);
    this.offsets = starts(given.sizes);
    this.u = Int32Array.from(given.u);
    this.v = Int32Array.from(given.v);
    this.nodes = given.nodes;
    this.edges = this.u.length;
    this.length = new Float64Array(this.edges);
    const count = this.coords.length / 2 - this.edges;
    this.segmentEdge = new Int32Array(count);
    this.segmentFirst = new Int32Array(count);
    this.segmentStart = new Float64Array(count);
    this.segmentLength = new Float64Array(count);
    this.dx = new Float64Array(count);
    this.dy = new Float64Array(count);
    let s = 0;
    for (let e = 0; e < this.edges; e++) {
      const along = new Sum();
      for (let i = this.offsets[e]; i < this.offsets[e + 1] - 1; i++, s++) {
        const [x, y] = [this.coords[2 * i + 2] - this.coords[2 * i], this.coords[2 * i + 3] - this.coords[2 * i + 1]];
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
    this.arcs();
    this.grid = new Grid(count, (k) => this.segmentBox(k));
    this.total = summed(this.length);
  }

  segmentBox(k) {
    const i = this.segmentFirst[k];
    const c = this.coords;
    return [Math.min(c[2 * i], c[2 * i + 2]), Math.min(c[2 * i + 1], c[2 * i + 3]), Math.max(c[2 * i], c[2 * i + 2]), Math.max(c[2 * i + 1], c[2 * i + 3])];
  }

  arcs() {
    const counts = new Int32Array(this.nodes);
    for (let e = 0; e < this.edges; e++) (counts[this.u[e]]++, counts[this.v[e]]++);
    this.first = starts(counts);
    const fill = this.first.slice();
    this.arcNode = new Int32Array(2 * this.edges);
    this.arcEdge = new Int32Array(2 * this.edges);
    for (let e = 0; e < this.edges; e++) {
      for (const [from, to] of [[this.u[e], this.v[e]], [this.v[e], this.u[e]]]) {
        this.arcNode[fill[from]] = to;
        this.arcEdge[fill[from]++] = e;
      }
    }
  }
}

const summed = (values) => {
  const sum = new Sum();
  for (const x of values) sum.add(x);
  return sum.value;
};

/** Numbered boxes by cells of 100 m. */
class Grid {
  constructor(count, boxOf) {
    this.cells = new Map();
    for (let k = 0; k < count; k++) for (const key of this.keys(boxOf(k))) (this.cells.get(key) ?? this.cells.set(key, []).get(key)).push(k);
  }
  *keys([w, s, e, n]) {
    for (let i = Math.floor(w / 100); i <= Math.floor(e / 100); i++) for (let j = Math.floor(s / 100); j <= Math.floor(n / 100); j++) yield i * 1e6 + j;
  }
  near(box) {
    const found = new Set();
    for (const key of this.keys(box)) for (const k of this.cells.get(key) ?? []) found.add(k);
    return [...found].sort((a, b) => a - b);
  }
}

