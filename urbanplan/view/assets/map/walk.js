// The walk of a scenario as the page holds it, ready to be asked; see urbanplan/view/map/whatif.py.
import { Barriers } from "./barriers.js";
import { indexByEdge } from "./leg-index.js";
import { joinLegs, LegTable } from "./legs.js";
import { StreetNetwork } from "./street-network.js";
import { decodeDoubles } from "./varint.js";

/** @import { ResidentsEntry, ScenarioEntry } from "./payload.d.ts" */
/** @import { LegIndex } from "./leg-index.js" */
/** @import { Point } from "./street-network.js" */

/**
 * People placed by one method: homes with their legs, and people spread over stretches of street.
 * @typedef {LegIndex & {
 *   count: Float64Array, district: number[], total: number,
 *   edge: number[], low: Float64Array, high: Float64Array, living: Float64Array,
 * }} Residents
 */

/**
 * @typedef {Pick<ScenarioEntry, "bands" | "districts" | "leg" | "plane" | "sites" | "targets" | "template" | "use"> & {
 *   streets: StreetNetwork, barriers: Barriers, legs: LegTable[], people: Residents[],
 * }} Walk legs: the tables of the present sites, chosen by `use`
 */

/**
 * @param {ScenarioEntry} entry
 * @returns {Walk}
 */
export function decodeWalk(entry) {
  const { bands, districts, leg, plane, sites, targets, template, use } = entry;
  const streets = new StreetNetwork(entry);
  const barriers = new Barriers(decodeDoubles(entry.barriers));
  const people = entry.people.map((group) => decodeResidents(group, streets, barriers));
  const legs = entry.sights.map((table) => LegTable.decode(table));
  return { bands, districts, leg, plane, sites, targets, template, use, streets, barriers, legs, people };
}

/** @type {(entry: ResidentsEntry, streets: StreetNetwork, barriers: Barriers) => Residents} */
function decodeResidents(entry, streets, barriers) {
  const spots = decodeDoubles(entry.points);
  const count = decodeDoubles(entry.count);
  /** @type {Point[]} */
  const points = Array.from(count, (_, k) => [spots[2 * k], spots[2 * k + 1]]);
  const [low, high, living] = [entry.low, entry.high, entry.living].map(decodeDoubles);
  const index = indexByEdge(streets.edges, joinLegs(streets, points, entry.leg, barriers), () => true);
  return { ...index, count, district: entry.district, total: entry.total, edge: entry.edge, low, high, living };
}
