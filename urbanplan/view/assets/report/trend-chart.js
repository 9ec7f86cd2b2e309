// A line for each verdict over the runs.
import { svgElement } from "../page/elements.js";
import { SIGNS, STATUSES } from "../page/status.js";
import { words } from "./page-data.js";
import { HIGH, LEFT, RIGHT, spreadTexts, trendScale, WIDE } from "./trend-scale.js";

/** @import { Run } from "./payload.d.ts" */

const TICKS = 12; // runs that bear their number

/** @param {readonly Run[]} runs */
export function trendChart(runs) {
  const { most, x, y } = trendScale(runs);
  const last = runs[runs.length - 1];
  const rules = [0, Math.round(most / 2), most].flatMap((v) => [
    svgElement("line", { x1: LEFT, x2: WIDE - RIGHT, y1: y(v), y2: y(v), class: "rule" }),
    svgElement("text", { x: LEFT - 6, y: y(v) + 4, class: "tick end" }, v),
  ]);
  const ends = spreadTexts(STATUSES.map((status) => ({ key: status, at: y(last.verdicts[status] ?? 0) })));
  const lines = ends.flatMap(({ key: status, at }) => {
    const points = runs.map((run, i) => [x(i), y(run.verdicts[status] ?? 0)]);
    const text = `${SIGNS[status]} ${words[status]} ${last.verdicts[status] ?? 0}`;
    return [
      svgElement("polyline", { points: points.map((point) => point.join(",")).join(" "), class: `line l-${status}` }),
      ...points.map(([cx, cy]) => svgElement("circle", { cx, cy, r: 3, class: `dot l-${status}` })),
      svgElement("text", { x: WIDE - RIGHT + 8, y: at + 4, class: `tick t-${status}` }, text),
    ];
  });
  const every = runs.length > TICKS ? Math.ceil(runs.length / TICKS) : 1;
  const ticks = runs.flatMap((run, i) =>
    i % every ? [] : [svgElement("text", { x: x(i), y: HIGH - 6, class: "tick middle" }, `#${run.number}`)],
  );
  return svgElement(
    "svg",
    { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "trend", role: "img", "aria-label": words.history },
    rules,
    lines,
    ticks,
  );
}
