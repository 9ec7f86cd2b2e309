// What a verdict's target is called: its title, else its quote, else its id, and that once.

/** @import { Verdict } from "./payload.d.ts" */

/** @param {Verdict} verdict */
export const nameOf = (verdict) => verdict.title || verdict.quote || verdict.target;

/**
 * The id beside the name; none where it is the name.
 * @param {Verdict} verdict
 */
export const idBeside = (verdict) => (nameOf(verdict) === verdict.target ? "" : verdict.target);

/** @param {Verdict} verdict */
export const idAndName = (verdict) => `${idBeside(verdict)} ${nameOf(verdict)}`.trim();
