// The runs of the plan, and what turned since the run before.
import { byId, element } from "../page/elements.js";
import { STATUSES } from "../page/status.js";
import { badge, heading, link, table } from "./components.js";
import { formatCount, shortDigest } from "./number-format.js";
import { data, words } from "./page-data.js";
import { trendChart } from "./trend-chart.js";

/** @import { Run, Turn } from "./payload.d.ts" */

const LISTED = 12; // runs

export function fillHistory() {
  const { runs, turns } = data.history;
  const section = byId("history");
  section.append(heading(words.history));
  if (!runs.length) return section.append(element("p", {}, words.no_runs));
  if (runs.length > 1) section.append(element("div", { class: "panel" }, trendChart(runs)));
  section.append(runTable(runs));
  if (runs.length < 2) return section.append(element("p", { class: "hint" }, words.first_run));
  section.append(element("h3", {}, words.turned), turns.length ? turnTable(turns) : element("p", {}, words.no_turn));
}

/** @param {Run[]} runs */
function runTable(runs) {
  const rows = [...runs]
    .reverse()
    .slice(0, LISTED)
    .map((run) => [
      `#${run.number}`,
      run.at.replace("T", " ").replace("+00:00", " UTC"),
      run.who,
      ...STATUSES.map((status) => formatCount(run.verdicts[status] ?? 0)),
      formatCount(run.findings.error ?? 0),
      formatCount(run.findings.warn ?? 0),
      element("code", { title: run.plan }, shortDigest(run.plan)),
    ]);
  const heads = [
    words.run,
    words.when,
    words.who,
    ...STATUSES.map((status) => words[status]),
    words.error,
    words.warn,
    words.plan,
  ];
  return table(heads, rows, [3, 4, 5, 6, 7]);
}

/** @param {Turn[]} turns */
function turnTable(turns) {
  const rows = turns.map((turn) => [
    link("targets", turn.id, turn.id),
    turn.title,
    element("span", {}, turn.was ? badge(turn.was) : "–", " → ", turn.now ? badge(turn.now) : "–"),
    turn.values,
    turn.why.join("; "),
  ]);
  return table([words.id, words.target, words.status, words.reading, words.reason], rows);
}
