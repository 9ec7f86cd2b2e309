// Which class, stage and verdict a feature has.

/** @import { Cell, Field, Verdict } from "./payload.d.ts" */
/** @import { Layer } from "./layer-decoder.js" */
/** @import { Status } from "../page/status.js" */

/** @type {Readonly<Record<Status, number>>} */
const RANK = { met: 0, undecidable: 1, not_met: 2 };

export const HIDDEN = 0;
export const SHOWN = 1;
export const NOT_YET_OPEN = 2;

/**
 * Note on each layer which targets its rows count for.
 * @param {Record<string, Layer>} layerOf
 * @param {readonly Verdict[]} verdicts
 */
export function linkTargets(layerOf, verdicts) {
  for (const verdict of verdicts) {
    for (const [name, rows] of Object.entries(verdict.evidence)) {
      const { targets } = layerOf[name];
      for (const row of rows) {
        const known = targets.get(row);
        if (known) known.push(verdict);
        else targets.set(row, [verdict]);
      }
    }
  }
}

/**
 * The worst verdict of a feature's targets: 0 met, 1 undecidable, 2 not met, -1 where it counts for none.
 * @param {Layer} layer
 * @param {number} row
 */
export function worstRank(layer, row) {
  return (layer.targets.get(row) ?? []).reduce((rank, verdict) => Math.max(rank, RANK[verdict.status]), -1);
}

/** @type {Readonly<Record<string, number>>} */
const TURN_RANK = { better: 0, new: 1, moved: 1, worse: 2 };

/**
 * How a feature's targets turned, the worst of them: 0 better, 1 moved or new, 2 worse, -1 where none turned.
 * @param {Pick<Layer, "targets">} layer
 * @param {number} row
 */
export function turnedRank(layer, row) {
  const turns = (layer.targets.get(row) ?? []).flatMap(({ turned }) => (turned ? [TURN_RANK[turned.way]] : []));
  return Math.max(-1, ...turns);
}

/**
 * What stands in a field of a row.
 * @param {Field} field
 * @param {number} row
 * @returns {Cell}
 */
export const cellOf = (field, row) => (field.of ? field.of[field.codes[row]] : field.values[row]);

/**
 * Whether a row is hidden, shown, or not yet open on the view's date.
 * @param {Pick<Layer, "time" | "removed">} layer
 * @param {number} row
 * @param {{ date: string | null }} view
 */
export function stageOf(layer, row, view) {
  const opened = layer.time?.[row];
  if (view.date && opened && opened > view.date) return NOT_YET_OPEN;
  return layer.removed?.has(row) ? HIDDEN : SHOWN;
}

/**
 * The rows of each class in a view; layers with bands are classed by the view's band.
 * @param {Pick<Layer, "band" | "members" | "classes" | "count">} layer
 * @param {{ band: number | null }} view
 */
export function membersOf(layer, view) {
  if (!layer.band) return layer.members;
  /** @type {number[][]} */
  const members = layer.classes.map(() => []);
  const limit = view.band ?? 0;
  for (let i = 0; i < layer.count; i++) {
    const band = layer.band[i];
    members[band !== null && band <= limit ? 0 : 1].push(i);
  }
  return members;
}
