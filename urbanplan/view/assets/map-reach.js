// Coverage in the page, by the rules of urbanplan/network: legs in sight, bounded search, intervals on edges.
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

/** Seen parts as columns; the straight distance at t is plus + hypot(g, m (t - t0)). */
class Seen {
  constructor() {
    this.place = [];
    this.edge = [];
    this.low = [];
    this.high = [];
    this.t0 = [];
    this.g = [];
    this.m = [];
    this.plus = [];
  }
  static from(table) {
    const seen = new Seen();
    Object.assign(seen, { place: table.place, edge: table.edge });
    for (const name of ["low", "high", "t0", "g", "m", "plus"]) seen[name] = floats(table[name]);
    return seen;
  }
  push(place, edge, low, high, t0, g) {
    this.place.push(place);
    this.edge.push(edge);
    this.low.push(low);
    this.high.push(high);
    this.t0.push(t0);
    this.g.push(g);
    this.m.push(1);
    this.plus.push(0);
  }
  at(i, t) {
    return this.plus[i] + Math.hypot(this.g[i], this.m[i] * (t - this.t0[i]));
  }
}

/** What points see of the streets within a leg; barriers cut what they shade. */
function look(streets, points, leg, walls) {
  const seen = new Seen();
  for (let p = 0; p < points.length; p++) {
    const [x, y] = points[p];
    const r = leg + SLACK;
    for (const s of streets.grid.near([x - r, y - r, x + r, y + r])) {
      const part = circle(streets, s, x, y, leg);
      if (!part) continue;
      const [low, high, foot, offset] = part;
      const start = streets.segmentStart[s];
      for (const [a, b] of walls.lit(streets, s, x, y, start + low, start + high)) seen.push(p, streets.segmentEdge[s], a, b, start + foot, offset);
    }
  }
  return seen;
}

function circle(streets, s, x, y, leg) {
  const i = streets.segmentFirst[s];
  const wx = x - streets.coords[2 * i];
  const wy = y - streets.coords[2 * i + 1];
  const long = streets.segmentLength[s];
  const foot = wx * streets.dx[s] + wy * streets.dy[s];
  const offset = long === 0 ? Math.hypot(wx, wy) : Math.abs(wx * streets.dy[s] - wy * streets.dx[s]);
  const half = Math.sqrt(Math.max(leg * leg - offset * offset, 0));
  let low = Math.max(foot - half, 0);
  let high = Math.min(foot + half, long);
  if (!(offset <= leg + SLACK && low <= high + SLACK)) return null;
  if (low > high) low = high = Math.min(Math.max(foot, 0), long);
  return [low, high, foot, offset];
}

/** Barriers as straight pieces that no leg crosses. */
class Walls {
  constructor(pieces) {
    this.pieces = pieces;
    this.count = pieces.length / 4;
    this.grid = new Grid(this.count, (k) => this.box(k));
  }
  box(k) {
    const [a, b, c, d] = this.pieces.subarray(4 * k, 4 * k + 4);
    return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  }
  /** The parts of low..high along an edge that stay in sight of a point. */
  lit(streets, s, x, y, low, high) {
    if (!this.count) return [[low, high]];
    const i = streets.segmentFirst[s];
    const start = streets.segmentStart[s];
    const [sx, sy, dx, dy] = [streets.coords[2 * i], streets.coords[2 * i + 1], streets.dx[s], streets.dy[s]];
    const ends = [low, high].map((t) => [sx + dx * (t - start), sy + dy * (t - start)]);
    const box = [Math.min(x, ends[0][0], ends[1][0]), Math.min(y, ends[0][1], ends[1][1]), Math.max(x, ends[0][0], ends[1][0]), Math.max(y, ends[0][1], ends[1][1])];
    const dark = [];
    for (const k of this.grid.near(box)) {
      const b = this.box(k);
      if (b[0] > box[2] || b[2] < box[0] || b[1] > box[3] || b[3] < box[1]) continue;
      const shade = this.cone(k, x, y, sx, sy, dx, dy, low - start, high - start);
      if (shade) dark.push([start + shade[0] - low, start + shade[1] - low]);
    }
    if (!dark.length) return [[low, high]];
    return complement(united(dark, SLACK), high - low).map(([a, b]) => [a + low, b + low]);
  }
  cone(k, x, y, sx, sy, dx, dy, low, high) {
    const p = this.pieces;
    let [fx, fy, gx, gy] = [p[4 * k] - x, p[4 * k + 1] - y, p[4 * k + 2] - x, p[4 * k + 3] - y];
    const turn = fx * gy - fy * gx;
    if (turn < 0) [fx, fy, gx, gy] = [gx, gy, fx, fy];
    if (!(Math.abs(turn) > 0 && away(x, y, p.subarray(4 * k, 4 * k + 4)) > 0.01)) return null;
    const [wx, wy, rx, ry] = [sx - x, sy - y, gx - fx, gy - fy];
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

function away(x, y, [ax, ay, bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const s = square > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square)) : 0;
  return Math.hypot(x - ax - s * dx, y - ay - s * dy);
}

/** The union of intervals [low, high]; those nearer than `touch` are one. */
function united(pieces, touch = TOUCH) {
  pieces.sort((a, b) => a[0] - b[0]);
  const out = [];
  for (const [low, high] of pieces) {
    if (high < low) continue;
    const last = out[out.length - 1];
    if (last && low <= last[1] + touch) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}

/** What a union leaves of 0..length. */
function complement(whole, length) {
  const out = [];
  let at = 0;
  for (const [low, high] of whole) {
    if (low - at > TOUCH) out.push([at, low]);
    at = Math.max(at, high);
  }
  if (length - at > TOUCH) out.push([at, length]);
  return out;
}

/** The rows of a seen table that count, grouped by edge. */
function grouped(streets, seen, counts) {
  const held = new Int32Array(streets.edges);
  for (let i = 0; i < seen.edge.length; i++) if (counts(seen.place[i])) held[seen.edge[i]]++;
  const first = starts(held);
  const fill = first.slice();
  const row = new Int32Array(first[streets.edges]);
  for (let i = 0; i < seen.edge.length; i++) if (counts(seen.place[i])) row[fill[seen.edge[i]]++] = i;
  return { seen, first, row };
}

/** Lowers labels by what places see and by the ways on from there; returns the nodes that came nearer. */
function spreadOut(streets, { seen, first, row }, within, label) {
  const heap = new Heap();
  const lower = (node, way) => {
    if (way > within || way >= label[node]) return;
    label[node] = way;
    heap.push(way, node);
  };
  for (let e = 0; e < streets.edges; e++) {
    for (let k = first[e]; k < first[e + 1]; k++) {
      const i = row[k];
      lower(streets.u[e], seen.at(i, seen.low[i]) + seen.low[i]);
      lower(streets.v[e], seen.at(i, seen.high[i]) + Math.max(streets.length[e] - seen.high[i], 0));
    }
  }
  const nearer = [];
  while (heap.size) {
    const [d, n] = heap.pop();
    if (d > label[n]) continue;
    nearer.push(n);
    for (let k = streets.first[n]; k < streets.first[n + 1]; k++) lower(streets.arcNode[k], d + streets.length[streets.arcEdge[k]]);
  }
  return nearer;
}

class Heap {
  constructor() {
    this.key = [];
    this.item = [];
  }
  get size() {
    return this.key.length;
  }
  push(key, item) {
    let i = this.key.push(key) - 1;
    this.item.push(item);
    while (i && this.key[(i - 1) >> 1] > key) {
      const up = (i - 1) >> 1;
      [this.key[i], this.item[i]] = [this.key[up], this.item[up]];
      i = up;
    }
    [this.key[i], this.item[i]] = [key, item];
  }
  pop() {
    const top = [this.key[0], this.item[0]];
    const key = this.key.pop();
    const item = this.item.pop();
    const n = this.key.length;
    if (!n) return top;
    let i = 0;
    for (;;) {
      let down = 2 * i + 1;
      if (down >= n) break;
      if (down + 1 < n && this.key[down + 1] < this.key[down]) down++;
      if (this.key[down] >= key) break;
      [this.key[i], this.item[i]] = [this.key[down], this.item[down]];
      i = down;
    }
    [this.key[i], this.item[i]] = [key, item];
    return top;
  }
}

const NOTHING = Object.freeze([]);

/** Covered intervals of an edge: the union of what both ends and all seen parts cover. */
function coveredOn(streets, e, tables, label, within) {
  const long = streets.length[e];
  const pieces = [];
  const put = (low, high) => pieces.push([low <= TOUCH ? 0 : low, high >= long - TOUCH ? long : high]);
  const [a, b] = [within - label[streets.u[e]], within - label[streets.v[e]]];
  if (a >= 0) put(0, a);
  if (b >= 0) put(long - b, long);
  for (const { seen, first, row } of tables) {
    for (let k = first[e]; k < first[e + 1]; k++) {
      const i = row[k];
      put(seen.low[i] - (within - seen.at(i, seen.low[i])), seen.high[i] + (within - seen.at(i, seen.high[i])));
    }
  }
  return pieces.length ? united(pieces).filter(([low, high]) => high > low) : NOTHING;
}

/** Least way of a home over one part that it sees. */
function wayOver(streets, sight, i, tables, label) {
  const e = sight.edge[i];
  const [atLow, atHigh] = [sight.at(i, sight.low[i]), sight.at(i, sight.high[i])];
  let best = Math.min(label[streets.u[e]] + sight.low[i] + atLow, label[streets.v[e]] + (streets.length[e] - sight.high[i]) + atHigh);
  for (const { seen, first, row } of tables) {
    for (let k = first[e]; k < first[e + 1]; k++) {
      const j = row[k];
      if (sight.high[i] <= seen.low[j]) best = Math.min(best, atHigh + seen.at(j, seen.low[j]) + (seen.low[j] - sight.high[i]));
      if (sight.low[i] >= seen.high[j]) best = Math.min(best, atLow + seen.at(j, seen.high[j]) + (sight.low[i] - seen.high[j]));
      best = Math.min(best, meeting(sight, i, seen, j));
    }
  }
  return best;
}

function meeting(mine, i, site, j) {
  const low = Math.max(mine.low[i], site.low[j]);
  const high = Math.min(mine.high[i], site.high[j]);
  if (low > high) return Infinity;
  const legs = mine.g[i] + site.g[j];
  const mirror = legs > 0 ? (mine.t0[i] * site.g[j] + site.t0[j] * mine.g[i]) / legs : mine.t0[i];
  const steep = Math.min(site.m[j], 1 - 1e-12);
  const slide = (steep * mine.g[i]) / Math.sqrt(1 - steep ** 2);
  let best = Infinity;
  for (const t of [low, high, mirror, mine.t0[i], site.t0[j], mine.t0[i] - slide, mine.t0[i] + slide]) {
    const s = Math.min(Math.max(t, low), high);
    best = Math.min(best, mine.at(i, s) + site.at(j, s));
  }
  return best;
}

/** One walk from the present sites but those gone: labels, covered intervals, metres, people. */
function reachOf(town, { within, reading, sure, gone }) {
  const { streets } = town;
  const held = grouped(streets, town.sights[town.use[within][reading]], (place) => !gone.has(place) && (!sure || town.sites[place].sure));
  const label = new Float64Array(streets.nodes).fill(Infinity);
  spreadOut(streets, held, within, label);
  const ways = town.people.map((group) => new Float64Array(group.sight.edge.length));
  const reach = { within, tables: [held], label, ways, parts: new Array(streets.edges), metres: new Float64Array(streets.edges) };
  for (let e = 0; e < streets.edges; e++) onEdge(town, reach, e);
  return summarised(town, reach);
}

/** The same walk with further sites: only what came nearer is asked anew. */
function extended(town, base, added) {
  const { streets } = town;
  const held = grouped(streets, look(streets, added, Math.min(town.leg, base.within), town.walls), () => true);
  const copies = { label: base.label.slice(), parts: base.parts.slice(), metres: base.metres.slice(), ways: base.ways.map((w) => w.slice()) };
  const reach = { ...base, ...copies, tables: [...base.tables, held] };
  const edges = new Set(held.seen.edge);
  for (const n of spreadOut(streets, held, base.within, reach.label)) for (let k = streets.first[n]; k < streets.first[n + 1]; k++) edges.add(streets.arcEdge[k]);
  for (const e of edges) onEdge(town, reach, e);
  return summarised(town, reach);
}

function onEdge({ streets, people }, reach, e) {
  const parts = coveredOn(streets, e, reach.tables, reach.label, reach.within);
  reach.parts[e] = parts;
  reach.metres[e] = parts.length === 1 ? parts[0][1] - parts[0][0] : summed(parts.map(([low, high]) => high - low));
  people.forEach(({ sight, first, row }, g) => {
    for (let k = first[e]; k < first[e + 1]; k++) reach.ways[g][row[k]] = wayOver(streets, sight, row[k], reach.tables, reach.label);
  });
}

function summarised({ streets, people }, reach) {
  reach.covered_m = summed(reach.metres);
  reach.share = streets.total > 0 ? reach.covered_m / streets.total : null;
  if (!people.length) return reach;
  reach.byDistrict = new Map();
  const counts = people.map((group, g) => served(group, reach, g));
  const { total } = people[0];
  reach.residents = Math.min(...counts);
  reach.residents_high = Math.max(...counts);
  [reach.residents_share, reach.residents_high_share] = total > 0 ? [reach.residents / total, reach.residents_high / total] : [null, null];
  return reach;
}

/** People of one method who reach a site; by district, the fewest over the methods. */
function served(group, reach, g) {
  const way = new Float64Array(group.count.length).fill(Infinity);
  reach.ways[g].forEach((w, i) => {
    if (w < way[group.sight.place[i]]) way[group.sight.place[i]] = w;
  });
  const sum = new Sum();
  const districts = new Map();
  way.forEach((w, k) => {
    const reached = w <= reach.within ? group.count[k] : 0;
    sum.add(reached);
    const held = districts.get(group.district[k]) ?? [0, 0];
    districts.set(group.district[k], [held[0] + group.count[k], held[1] + reached]);
  });
  group.edge.forEach((e, k) => {
    let part = 0;
    for (const [low, high] of reach.parts[e]) part += Math.max(0, Math.min(high, group.high[k]) - Math.max(low, group.low[k]));
    const long = group.high[k] - group.low[k];
    if (long > 0) sum.add(group.living[k] * Math.min(1, part / long));
  });
  for (const [k, [all, reached]] of districts) {
    const fewest = reach.byDistrict.get(k);
    if (!fewest || reached < fewest[1]) reach.byDistrict.set(k, [fewest?.[0] ?? all, reached]);
  }
  return sum.value;
}

function townOf(given) {
  const streets = new Streets(given);
  const town = { ...given, streets, walls: new Walls(floats(given.barriers)), sights: given.sights.map(Seen.from) };
  town.people = given.people.map((group) => {
    const spots = floats(group.points);
    const count = floats(group.count);
    const points = Array.from(count, (_, k) => [spots[2 * k], spots[2 * k + 1]]);
    const sight = look(streets, points, group.leg, town.walls);
    const { first, row } = grouped(streets, sight, () => true);
    return { ...group, count, low: floats(group.low), high: floats(group.high), living: floats(group.living), sight, first, row };
  });
  return town;
}
