// The targets as a table, and one of them in full beside it.
import { byId, element } from "../page/elements.js";
import { STATUSES } from "../page/status.js";
import { badge, basisBadge, heading, setOpener } from "./components.js";
import { LongTable } from "./long-table.js";
import { data, words } from "./page-data.js";
import { rowFilters } from "./row-filters.js";
import { targetDetail } from "./target-detail.js";

/** @import { Choice } from "./row-filters.js" */

const rows = data.targets;

export function fillTargets() {
  if (!rows.length) return byId("targets").append(heading(words.targets), element("p", {}, words.no_targets));
  const panel = element(
    "aside",
    { class: "detail panel", "aria-live": "polite", tabindex: "-1" },
    element("p", { class: "hint" }, words.select_hint),
  );
  const table = targetTable(panel);
  const { bar, set, apply } = rowFilters(table, targetChoices());
  byId("targets").append(heading(words.targets), bar, element("div", { class: "split" }, table.grid, panel));
  apply();
  const numberOf = new Map(rows.map((row, i) => [row.id, i]));
  setOpener("targets", (key) => {
    if (typeof key !== "string") return set(key);
    const i = numberOf.get(key);
    if (i === undefined) return;
    if (!table.rows.includes(i)) set({});
    table.pick(i);
  });
}

/** @param {HTMLElement} panel */
function targetTable(panel) {
  const close = element("button", { type: "button", class: "close", onclick: () => shut() }, words.close);
  const shut = () => {
    panel.classList.remove("open");
    table.view.focus({ preventScroll: true });
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.classList.contains("open")) shut();
  });
  const table = new LongTable({
    name: "targets",
    count: rows.length,
    columns: [
      { key: "status", title: words.status, cell: (i) => badge(rows[i].role === "promise" ? rows[i].status : "") },
      { key: "id", title: words.id, cell: (i) => rows[i].id },
      { key: "title", title: words.target, cell: (i) => rows[i].title },
      { key: "bound", title: words.bound, cell: (i) => rows[i].bound },
      { key: "reading", title: words.reading, cell: (i) => rows[i].reading },
      { key: "basis", title: words.basis, cell: (i) => basisBadge(rows[i].basis) },
    ],
    searchText: (i) => [rows[i].id, rows[i].title, rows[i].quote, rows[i].chapter, rows[i].reason].join(" "),
    open: (i) => {
      panel.replaceChildren(close, ...targetDetail(rows[i]));
      panel.classList.add("open");
      panel.scrollTop = 0;
      if (getComputedStyle(panel).position === "fixed") panel.focus();
      history.replaceState(null, "", `#t=${encodeURIComponent(rows[i].id)}`);
    },
  });
  return table;
}

/** @returns {Choice[]} */
function targetChoices() {
  const chapters = [...new Set(rows.map((row) => row.chapter))].filter(Boolean);
  /** @type {(names: readonly string[]) => [string, string][]} */
  const spoken = (names) => names.map((name) => [name, words[name]]);
  return [
    {
      key: "status",
      title: words.status,
      value: (i) => (rows[i].role === "promise" ? rows[i].status : "context"),
      options: spoken([...STATUSES, "context"]),
    },
    {
      key: "chapter",
      title: words.chapter,
      value: (i) => rows[i].chapter,
      options: chapters.map((name) => [name, name]),
    },
    {
      key: "basis",
      title: words.basis,
      value: (i) => rows[i].basis || "none",
      options: spoken(["surveyed", "reported", "illustrative", "none"]),
    },
  ];
}
