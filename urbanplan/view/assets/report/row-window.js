// Which rows of a long table are drawn.

export const ROW = 38; // pixels
const [ABOVE, BELOW] = [6, 14]; // rows drawn beyond what is in sight

/**
 * The rows to draw, first to last.
 * @param {number} scrolled pixels
 * @param {number} height pixels
 * @param {number} count
 * @returns {[number, number]}
 */
export function rowWindow(scrolled, height, count) {
  const first = Math.max(0, Math.floor(scrolled / ROW) - ABOVE);
  return [first, Math.min(count, first + Math.ceil(height / ROW) + BELOW)];
}

/**
 * The rows that pass a filter and hold some words.
 * @param {number} count
 * @param {(i: number) => boolean} passes
 * @param {(i: number) => string} textOf a row's text in small letters
 * @param {string} words
 */
export function filterRows(count, passes, textOf, words) {
  const wanted = words.trim().toLowerCase();
  const rows = [];
  for (let i = 0; i < count; i++) if (passes(i) && (!wanted || textOf(i).includes(wanted))) rows.push(i);
  return rows;
}
