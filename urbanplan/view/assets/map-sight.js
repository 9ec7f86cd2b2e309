// What a place sees of the streets within its leg, as urbanplan/network/sight.py and barriers.py say.
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

