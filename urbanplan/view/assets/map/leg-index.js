// Rows of a leg table by edge.
import { offsetsOf } from "./varint.js";

/** @import { LegTable } from "./legs.js" */

/** @typedef {{ legs: LegTable, first: Int32Array, row: Int32Array }} LegIndex edge e has row[first[e]]..row[first[e + 1]] */

/**
 * The rows that count, grouped by edge.
 * @param {number} edges
 * @param {LegTable} legs
 * @param {(place: number) => boolean} counts
 * @returns {LegIndex}
 */
export function indexByEdge(edges, legs, counts) {
  const sizes = new Int32Array(edges);
  for (let i = 0; i < legs.edge.length; i++) if (counts(legs.place[i])) sizes[legs.edge[i]]++;
  const first = offsetsOf(sizes);
  const next = first.slice();
  const row = new Int32Array(first[edges]);
  for (let i = 0; i < legs.edge.length; i++) if (counts(legs.place[i])) row[next[legs.edge[i]]++] = i;
  return { legs, first, row };
}
