// Coverage in the page, by the rules of urbanplan/network: bounded search, intervals on edges, people.
import { ExactSum, sumOf } from "./exact-sum.js";
import { TOUCH, unite } from "./intervals.js";
import { indexByEdge } from "./leg-index.js";
import { joinLegs } from "./legs.js";
import { PriorityQueue } from "./priority-queue.js";
import { leastWay } from "./resident-ways.js";

/** @import { WalkReading } from "./payload.d.ts" */
/** @import { Interval, Union } from "./intervals.js" */
/** @import { LegIndex } from "./leg-index.js" */
/** @import { Residents, Walk } from "./walk.js" */
/** @import { Point, StreetNetwork } from "./street-network.js" */

/**
 * What sites reach on foot.
 * @typedef {object} Reach
 * @property {number} within metres
 * @property {LegIndex[]} tables legs of the sites
 * @property {Float64Array} distance metres from each node to a site
 * @property {Float64Array[]} ways least way of each home over each of its legs, by method
 * @property {Union[]} parts covered intervals of each edge
 * @property {Float64Array} metres covered metres of each edge
 */

/**
 * A reach and its sums.
 * @typedef {Reach & {
 *   covered_m: number,
 *   share: number | null,
 *   byDistrict: Map<number, [number, number]>,
 *   residents: number | null,
 *   residents_high: number | null,
 *   residents_share: number | null,
 *   residents_high_share: number | null,
 * }} Coverage byDistrict: people, and the fewest people reached; residents: the fewest over the methods of placing
 *   people, null without people
 */

/** @type {Union} */
const NOTHING = Object.freeze([]);

/**
 * Lower the distances of nodes by legs and by the ways on from there.
 * @param {StreetNetwork} streets
 * @param {LegIndex} index
 * @param {number} within
 * @param {Float64Array} distance changed in place
 * @returns {number[]} the nodes that came nearer
 */
export function search(streets, { legs, first, row }, within, distance) {
  const queue = new PriorityQueue();
  /** @type {(node: number, way: number) => void} */
  const lower = (node, way) => {
    if (way > within || way >= distance[node]) return;
    distance[node] = way;
    queue.push(way, node);
  };
  for (let e = 0; e < streets.edges; e++) {
    for (let k = first[e]; k < first[e + 1]; k++) {
      const i = row[k];
      lower(streets.u[e], legs.at(i, legs.low[i]) + legs.low[i]);
      lower(streets.v[e], legs.at(i, legs.high[i]) + Math.max(streets.length[e] - legs.high[i], 0));
    }
  }
  const nearer = [];
  while (queue.size) {
    const [way, node] = queue.pop();
    if (way > distance[node]) continue;
    nearer.push(node);
    for (let k = streets.first[node]; k < streets.first[node + 1]; k++) {
      lower(streets.arcNode[k], way + streets.length[streets.arcEdge[k]]);
    }
  }
  return nearer;
}

/**
 * Covered intervals of an edge: the union of what both ends and all legs cover.
 * @param {StreetNetwork} streets
 * @param {number} e
 * @param {Pick<Reach, "tables" | "distance" | "within">} reach
 * @returns {Union}
 */
export function coveredIntervals(streets, e, { tables, distance, within }) {
  const long = streets.length[e];
  /** @type {Interval[]} */
  const pieces = [];
  /** @type {(low: number, high: number) => void} */
  const put = (low, high) => void pieces.push([low <= TOUCH ? 0 : low, high >= long - TOUCH ? long : high]);
  const a = within - distance[streets.u[e]];
  const b = within - distance[streets.v[e]];
  if (a >= 0) put(0, a);
  if (b >= 0) put(long - b, long);
  for (const { legs, first, row } of tables) {
    for (let k = first[e]; k < first[e + 1]; k++) {
      const i = row[k];
      put(legs.low[i] - (within - legs.at(i, legs.low[i])), legs.high[i] + (within - legs.at(i, legs.high[i])));
    }
  }
  return pieces.length ? unite(pieces).filter(([low, high]) => high > low) : NOTHING;
}

/**
 * One walk from the present sites but those that are gone.
 * @param {Walk} walk
 * @param {{ within: number, reading: WalkReading, sure: boolean, gone: ReadonlySet<number> }} question sure: only
 *   sites that certainly count
 * @returns {Coverage}
 */
export function cover(walk, { within, reading, sure, gone }) {
  const { streets } = walk;
  const legs = walk.legs[walk.use[within][reading]];
  const index = indexByEdge(streets.edges, legs, (place) => !gone.has(place) && (!sure || walk.sites[place].sure));
  const distance = new Float64Array(streets.nodes).fill(Infinity);
  search(streets, index, within, distance);
  const ways = walk.people.map(({ legs: own }) => new Float64Array(own.edge.length));
  /** @type {Reach} */
  const reach = {
    within,
    tables: [index],
    distance,
    ways,
    parts: new Array(streets.edges),
    metres: new Float64Array(streets.edges),
  };
  for (let e = 0; e < streets.edges; e++) coverEdge(walk, reach, e);
  return summarise(walk, reach);
}

/**
 * The same walk with further sites: only what came nearer is asked anew.
 * @param {Walk} walk
 * @param {Coverage} base
 * @param {readonly Point[]} added
 * @returns {Coverage}
 */
export function extendCoverage(walk, base, added) {
  const { streets } = walk;
  const legs = joinLegs(streets, added, Math.min(walk.leg, base.within), walk.barriers);
  const index = indexByEdge(streets.edges, legs, () => true);
  const [distance, parts, metres] = [base.distance.slice(), base.parts.slice(), base.metres.slice()];
  const ways = base.ways.map((way) => way.slice());
  /** @type {Reach} */
  const reach = { within: base.within, tables: [...base.tables, index], distance, parts, metres, ways };
  const edges = new Set(legs.edge);
  for (const node of search(streets, index, base.within, distance)) {
    for (let k = streets.first[node]; k < streets.first[node + 1]; k++) edges.add(streets.arcEdge[k]);
  }
  for (const e of edges) coverEdge(walk, reach, e);
  return summarise(walk, reach);
}

/** @type {(walk: Walk, reach: Reach, e: number) => void} */
function coverEdge({ streets, people }, reach, e) {
  const parts = coveredIntervals(streets, e, reach);
  reach.parts[e] = parts;
  reach.metres[e] = parts.length === 1 ? parts[0][1] - parts[0][0] : sumOf(parts.map(([low, high]) => high - low));
  people.forEach(({ legs, first, row }, g) => {
    for (let k = first[e]; k < first[e + 1]; k++) reach.ways[g][row[k]] = leastWay(streets, legs, row[k], reach);
  });
}

/** @type {(walk: Walk, reach: Reach) => Coverage} */
function summarise({ streets, people }, reach) {
  const covered_m = sumOf(reach.metres);
  const byDistrict = new Map();
  const counts = people.map((group, g) => countReached(group, reach, g, byDistrict));
  const total = people.length ? people[0].total : 0;
  const [least, most] = people.length ? [Math.min(...counts), Math.max(...counts)] : [null, null];
  /** @param {number | null} n */
  const shareOf = (n) => (n !== null && total > 0 ? n / total : null);
  return {
    ...reach,
    covered_m,
    share: streets.total > 0 ? covered_m / streets.total : null,
    byDistrict,
    residents: least,
    residents_high: most,
    residents_share: shareOf(least),
    residents_high_share: shareOf(most),
  };
}

/**
 * People of one method who reach a site.
 * @param {Residents} group
 * @param {Reach} reach
 * @param {number} g the method's number
 * @param {Map<number, [number, number]>} byDistrict lowered to the fewest people reached
 */
function countReached(group, reach, g, byDistrict) {
  const way = new Float64Array(group.count.length).fill(Infinity);
  reach.ways[g].forEach((w, i) => {
    if (w < way[group.legs.place[i]]) way[group.legs.place[i]] = w;
  });
  const sum = new ExactSum();
  /** @type {Map<number, [number, number]>} */
  const districts = new Map();
  way.forEach((w, k) => {
    const reached = w <= reach.within ? group.count[k] : 0;
    sum.add(reached);
    const [all, before] = districts.get(group.district[k]) ?? [0, 0];
    districts.set(group.district[k], [all + group.count[k], before + reached]);
  });
  for (const [k, [all, reached]] of districts) {
    const fewest = byDistrict.get(k);
    if (!fewest || reached < fewest[1]) byDistrict.set(k, [fewest?.[0] ?? all, reached]);
  }
  addStretches(sum, group, reach);
  return sum.value;
}

/**
 * Add the people who are spread over stretches of street.
 * @param {ExactSum} sum
 * @param {Residents} group
 * @param {Reach} reach
 */
function addStretches(sum, group, reach) {
  group.edge.forEach((e, k) => {
    let part = 0;
    for (const [low, high] of reach.parts[e]) {
      part += Math.max(0, Math.min(high, group.high[k]) - Math.max(low, group.low[k]));
    }
    const long = group.high[k] - group.low[k];
    if (long > 0) sum.add(group.living[k] * Math.min(1, part / long));
  });
}
