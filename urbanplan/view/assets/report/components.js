// Small parts of the page: badges, headings, plain tables, and links between sections.
import { byId, element } from "../page/elements.js";
import { SIGNS } from "../page/status.js";
import { words } from "./page-data.js";

/** @import { Child } from "../page/child.d.ts" */
/** @import { Status } from "../page/status.js" */

/**
 * A status with its sign; of what is no promise, the word for context.
 * @param {Status | ""} status
 */
export function badge(status) {
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, status ? SIGNS[status] : "–");
  return element("span", { class: `badge s-${status || "context"}` }, sign, words[status] || words.context);
}

/** @param {string | null} name */
export const basisBadge = (name) =>
  element("span", { class: `basis b-${name || "none"}` }, words[name ?? ""] || words.none);

/** @param {string} text */
export const heading = (text) => element("h2", {}, text);

/**
 * A plain table, for what is short.
 * @param {readonly Child[]} heads
 * @param {readonly (readonly Child[])[]} rows
 * @param {readonly number[]} [numeric] columns of numbers
 */
export function table(heads, rows, numeric = []) {
  /** @type {(tag: "th" | "td", content: Child, i: number) => HTMLElement} */
  const cell = (tag, content, i) =>
    element(tag, { class: numeric.includes(i) ? "n" : null, scope: tag === "th" ? "col" : null }, content);
  return element(
    "div",
    { class: "wide", tabindex: "0" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          heads.map((head, i) => cell("th", head, i)),
        ),
      ),
      element(
        "tbody",
        {},
        rows.map((row) =>
          element(
            "tr",
            {},
            row.map((content, i) => cell("td", content, i)),
          ),
        ),
      ),
    ),
  );
}

/**
 * What a link shows in its section: a row by its key, or the rows that a filter keeps.
 * @typedef {string | Record<string, string>} LinkKey
 * @typedef {"targets" | "findings" | "inputs"} Section
 */

/** @type {Partial<Record<Section, (key: LinkKey) => void>>} */
const openers = {};

/** @type {(section: Section, open: (key: LinkKey) => void) => void} */
export const setOpener = (section, open) => void (openers[section] = open);

/**
 * Show something of a section, and scroll there.
 * @param {Section} section
 * @param {LinkKey} key
 */
export function openSection(section, key) {
  openers[section]?.(key);
  setTimeout(() => byId(section).scrollIntoView({ block: "start" }), 0);
}

/** @type {(section: Section, key: LinkKey, text: string) => HTMLElement} */
export const link = (section, key, text) =>
  element("button", { type: "button", class: "link", onclick: () => openSection(section, key) }, text);
