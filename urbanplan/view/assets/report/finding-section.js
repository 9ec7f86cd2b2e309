// The findings: by place, and as a table.
import { byId, element } from "../page/elements.js";
import { heading, link, setOpener, table } from "./components.js";
import { LongTable } from "./long-table.js";
import { formatCount } from "./number-format.js";
import { data, layerTitle, words } from "./page-data.js";
import { rowFilters } from "./row-filters.js";

/** @import { Level } from "./payload.d.ts" */
/** @import { Choice } from "./row-filters.js" */

/** @type {readonly Level[]} */
const LEVELS = ["error", "warn", "info", "waived"];
const NOWHERE = "-";
const findings = data.findings;

export function fillFindings() {
  const long = findingTable();
  const { bar, set, apply } = rowFilters(long, findingChoices());
  byId("findings").append(heading(words.findings), placeTable() ?? "", bar, long.grid);
  apply();
  setOpener("findings", (key) => {
    if (typeof key !== "string") set(key);
  });
}

function findingTable() {
  const { level, place, layer, feature, message, fix, code } = findings;
  return new LongTable({
    name: "findings",
    count: code.length,
    columns: [
      {
        key: "level",
        title: words.level,
        cell: (i) => element("span", { class: `level v-${level[i]}` }, words[level[i]]),
      },
      { key: "place", title: words.place, cell: (i) => place[i] || "–" },
      { key: "layer", title: words.layer, cell: (i) => layerTitle(layer[i]) || "–" },
      { key: "feature", title: words.feature, cell: (i) => feature[i] || "–" },
      { key: "message", title: words.message, cell: (i) => message[i] },
      { key: "fix", title: words.fix, cell: (i) => fix[i] },
      { key: "code", title: words.code, cell: (i) => code[i] },
    ],
    searchText: (i) => [code[i], layer[i], feature[i], place[i], message[i]].join(" "),
  });
}

/** @returns {Choice[]} */
function findingChoices() {
  const { level, place, layer, code } = findings;
  /** @param {readonly string[]} values */
  const distinct = (values) => [...new Set(values)].filter(Boolean).sort();
  /** @type {[string, string][]} */
  const places = [...distinct(place).map((p) => /** @type {[string, string]} */ ([p, p])), [NOWHERE, words.no_place]];
  return [
    { key: "level", title: words.level, value: (i) => level[i], options: LEVELS.map((l) => [l, words[l]]) },
    { key: "place", title: words.place, value: (i) => place[i] || NOWHERE, options: places },
    {
      key: "layer",
      title: words.layer,
      value: (i) => layer[i],
      options: distinct(layer).map((name) => [name, layerTitle(name)]),
    },
    { key: "code", title: words.code, value: (i) => code[i], options: distinct(code).map((c) => [c, c]) },
  ];
}

/** Findings of each level in each place; null where there are not two places. */
function placeTable() {
  const levels = LEVELS.filter((level) => findings.level.includes(level));
  /** @type {Map<string, Partial<Record<Level, number>>>} */
  const places = new Map();
  findings.place.forEach((place, i) => {
    const counts = places.get(place) ?? {};
    places.set(place, counts);
    counts[findings.level[i]] = (counts[findings.level[i]] ?? 0) + 1;
  });
  if (places.size < 2) return null;
  const rows = [...places]
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([place, counts]) => [
      link("findings", { place: place || NOWHERE }, place || words.no_place),
      ...levels.map((level) => formatCount(counts[level] ?? 0)),
    ]);
  const heads = [words.by_place, ...levels.map((level) => words[level])];
  return table(
    heads,
    rows,
    levels.map((_, i) => i + 1),
  );
}
