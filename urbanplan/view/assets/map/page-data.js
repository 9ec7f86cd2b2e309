// What the page holds: its settings, its layers, its verdicts.
import { findById, readData } from "../page/elements.js";
import { linkTargets } from "./classification.js";
import { decodeLayer } from "./layer-decoder.js";
import { useTiling } from "./projection.js";

/** @import { Meta, ScenarioEntry, Verdict } from "./payload.d.ts" */

/** @type {Meta} */
export const meta = readData("map-meta");
useTiling(meta.tiling);

export const layers = meta.layers.map((id) => decodeLayer(readData(id)));

/** @type {Verdict[]} */
export const verdicts = readData("map-verdicts");

export const layerOf = indexBy(layers, (layer) => layer.name);
export const verdictOf = indexBy(verdicts, (verdict) => verdict.target);
linkTargets(layerOf, verdicts);

/** The dates on which something opens, in order. */
export const dates = [...new Set(layers.flatMap((layer) => layer.time ?? []).filter((date) => date !== null))]
  .filter(Boolean)
  .sort();

export const hasScenario = () => findById("map-whatif") !== null;

/** @returns {ScenarioEntry} */
export const readScenario = () => readData("map-whatif");

/**
 * Things by their key, without inherited names.
 * @template T
 * @param {readonly T[]} things
 * @param {(thing: T) => string} key
 * @returns {Record<string, T>}
 */
function indexBy(things, key) {
  const table = Object.create(null);
  for (const thing of things) table[key(thing)] = thing;
  return table;
}
