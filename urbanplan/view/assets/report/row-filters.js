// A row of filters over a table: lists, and a search field.
import { element } from "../page/elements.js";
import { words } from "./page-data.js";

/** @import { LongTable } from "./long-table.js" */

/**
 * @typedef {object} Choice
 * @property {string} key
 * @property {string} title
 * @property {(i: number) => string} value of a row
 * @property {[string, string][]} options value and text
 */

const WAIT = 80; // milliseconds after a key

/**
 * @param {LongTable} table
 * @param {Choice[]} choices
 */
export function rowFilters(table, choices) {
  const search = element("input", { type: "search", placeholder: words.search, "aria-label": words.search });
  const lists = choices.map((choice) =>
    element(
      "select",
      { "aria-label": choice.title },
      element("option", { value: "" }, `${choice.title}: ${words.all}`),
      choice.options.map(([value, text]) => element("option", { value }, text)),
    ),
  );
  /** @type {Record<string, string>} */
  let wanted = {};
  const apply = () =>
    table.filter(
      (i) => choices.every((choice) => !wanted[choice.key] || choice.value(i) === wanted[choice.key]),
      search.value,
    );
  let wait = 0;
  search.addEventListener("input", () => {
    clearTimeout(wait);
    wait = window.setTimeout(apply, WAIT);
  });
  lists.forEach((list, k) => {
    list.addEventListener("change", () => {
      wanted[choices[k].key] = list.value;
      apply();
    });
  });
  /**
   * Filter by these values and nothing else.
   * @param {Record<string, string>} values
   */
  const set = (values) => {
    search.value = "";
    wanted = { ...values };
    lists.forEach((list, k) => {
      list.value = values[choices[k].key] ?? "";
    });
    apply();
  };
  return { bar: element("div", { class: "filters" }, search, lists, table.tally), set, apply };
}
