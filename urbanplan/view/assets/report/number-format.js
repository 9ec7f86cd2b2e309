// Numbers and digests as the report writes them.

/** @param {number} n */
export const formatCount = (n) => Number(n).toLocaleString("en-US");

/**
 * One decimal below a hundred, none from there.
 * @param {number} value
 */
export const formatRounded = (value) =>
  Math.abs(value) >= 100 ? formatCount(Math.round(value)) : String(Math.round(value * 10) / 10);

/** @param {string} digest */
export const shortDigest = (digest) => (digest ? digest.slice(0, 12) : "–");
