// The least way of a home to a site: by the ends of an edge, along it, or over a point that both reach.

/** @import { LegIndex } from "./leg-index.js" */
/** @import { LegTable } from "./legs.js" */
/** @import { StreetNetwork } from "./street-network.js" */

/**
 * Least way of a home over one part of an edge that it reaches.
 * @param {StreetNetwork} streets
 * @param {LegTable} own legs of homes
 * @param {number} i row of the home
 * @param {{ tables: LegIndex[], distance: Float64Array }} reach of the sites
 */
export function leastWay(streets, own, i, { tables, distance }) {
  const e = own.edge[i];
  const [low, high] = [own.low[i], own.high[i]];
  const [atLow, atHigh] = [own.at(i, low), own.at(i, high)];
  let best = Math.min(
    distance[streets.u[e]] + low + atLow,
    distance[streets.v[e]] + (streets.length[e] - high) + atHigh,
  );
  for (const { legs, first, row } of tables) {
    for (let k = first[e]; k < first[e + 1]; k++) {
      const j = row[k];
      if (high <= legs.low[j]) best = Math.min(best, atHigh + legs.at(j, legs.low[j]) + (legs.low[j] - high));
      if (low >= legs.high[j]) best = Math.min(best, atLow + legs.at(j, legs.high[j]) + (low - legs.high[j]));
      best = Math.min(best, wayOverOnePoint(own, i, legs, j));
    }
  }
  return best;
}

/**
 * Least sum of two legs to one point of the part that both reach; Infinity where there is none.
 * @param {LegTable} mine
 * @param {number} i
 * @param {LegTable} site
 * @param {number} j
 */
export function wayOverOnePoint(mine, i, site, j) {
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
