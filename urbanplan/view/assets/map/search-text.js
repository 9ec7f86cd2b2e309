// Texts as a search compares them.

/**
 * Without full-width letters and capitals.
 * @param {unknown} text
 */
export const foldText = (text) =>
  String(text ?? "")
    .normalize("NFKC")
    .toLowerCase();

/**
 * @typedef {{ key: string, base: boolean }} Entry key: its folded text
 */

/**
 * The entries that hold some words, those that begin or end with them first and base layers last.
 * @template {Entry} E
 * @param {readonly E[]} entries
 * @param {string} words folded and trimmed
 * @param {number} most
 */
export function rankEntries(entries, words, most) {
  /** @param {E} entry */
  const rank = ({ key, base }) => (key.startsWith(words) || key.endsWith(` ${words}`) ? 0 : 1) + (base ? 2 : 0);
  const hits = entries.filter((entry) => entry.key.includes(words));
  return hits.sort((a, b) => rank(a) - rank(b)).slice(0, most);
}
