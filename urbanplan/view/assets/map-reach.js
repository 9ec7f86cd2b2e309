// Coverage in the page, by the rules of urbanplan/network: bounded search, intervals on edges, people.
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
