// The state of the map's page.
import { createStore } from "../page/store.js";
import { layers, meta } from "./page-data.js";

/** @import { Status } from "../page/status.js" */

/**
 * Two views beside each other: each with a date or a band of its own, or the ground beside the plan on it.
 * @typedef {{ band: number } | { date: string | null } | {}} Side
 * @typedef {{ kind: "band" | "date" | "ground", left: Side, right: Side }} Comparison
 * @typedef {object} State
 * @property {Record<string, boolean>} visible by layer
 * @property {number | null} band metres
 * @property {string | null} date ISO 8601; null shows all
 * @property {string | null} verdict the chosen target
 * @property {string} tab
 * @property {string} colour `kind`, `verdict` or `turned`
 * @property {"measure" | "put" | null} tool
 * @property {Status[] | null} statuses those that the list shows; null shows all
 * @property {"map" | "all"} scope
 * @property {boolean} turned whether the list shows only what turned
 * @property {string} chapter
 * @property {string} words what the list is searched for
 * @property {Comparison | null} compare
 * @property {boolean | null} ground whether the ground is shown; null where there is none yet
 * @property {number} at share of the map's width left of the divider
 * @property {[string, number] | null} feature layer and row of the open card
 */

/** @type {State} */
const initial = {
  visible: Object.create(null),
  band: meta.band,
  date: null,
  verdict: null,
  tab: meta.tab,
  colour: "kind",
  tool: null,
  statuses: null,
  scope: meta.scope,
  turned: false,
  chapter: "",
  words: "",
  compare: null,
  ground: null,
  at: 0.5,
  feature: null,
};
for (const layer of layers) initial.visible[layer.name] = layer.visible;

const store = createStore(initial);
export const state = store.state;
export const listen = store.listen;
export const change = store.change;

/**
 * Show or hide layers.
 * @param {Record<string, boolean>} patch
 */
export const showLayers = (patch) => change({ visible: { ...state.visible, ...patch } });
