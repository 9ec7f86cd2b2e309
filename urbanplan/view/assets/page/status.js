// The statuses of a verdict, in the order in which the pages list them, and their signs.

/** @typedef {"met" | "not_met" | "undecidable"} Status */

/** @type {readonly Status[]} */
export const STATUSES = ["met", "not_met", "undecidable"];

/** @type {Readonly<Record<Status, string>>} */
export const SIGNS = { met: "✓", not_met: "✕", undecidable: "?" };
