// Plain bars: each with its number in words, and a table twin.
import { element } from "../page/elements.js";
import { STATUSES } from "../page/status.js";
import { table } from "./components.js";
import { formatCount, formatRounded } from "./number-format.js";
import { words } from "./page-data.js";

/** @import { Chart, Counts } from "./payload.d.ts" */

/** @typedef {{ value: number, text: string, style: string }} BarPart */

/** @type {(parts: BarPart[], label: string) => HTMLElement} */
function bar(parts, label) {
  const total = parts.reduce((sum, part) => sum + part.value, 0) || 1;
  const spoken = parts.map((part) => `${part.text} ${formatCount(part.value)}`).join(", ");
  const box = element("div", { class: "bar", role: "img", "aria-label": `${label}: ${spoken}` });
  for (const part of parts) {
    if (!part.value) continue;
    const figure = part.value / total > 0.06 ? formatCount(part.value) : "";
    const piece = element(
      "span",
      { class: `piece ${part.style}`, title: `${part.text} ${formatCount(part.value)}` },
      figure,
    );
    piece.style.flexGrow = String(part.value);
    box.append(piece);
  }
  return box;
}

/**
 * A bar of verdicts for each group.
 * @param {{ name: string, counts: Counts, open?: () => void }[]} groups
 */
export function verdictBars(groups) {
  const rows = groups.map(({ name, counts, open }) => {
    const parts = STATUSES.map((status) => ({ value: counts[status] ?? 0, text: words[status], style: `s-${status}` }));
    const label = open ? element("button", { type: "button", class: "link", onclick: open }, name) : name;
    return element(
      "div",
      { class: "barline" },
      element("div", { class: "barname", title: name }, label),
      bar(parts, name),
    );
  });
  return element("div", { class: "bars" }, rows);
}

/**
 * A chart by sub-district: stacked bars on one scale.
 * @param {Chart} chart
 */
export function districtChart(chart) {
  const totals = chart.districts.map((_, d) => chart.values.reduce((sum, line) => sum + line[d], 0));
  const most = chart.unit === "%" ? 100 : Math.max(...totals, 1e-9);
  const lines = chart.districts.map((name, d) => districtLine(chart, name, d, most, totals[d]));
  const legend = chart.series.map((series, k) =>
    element("li", {}, element("i", { class: `piece p${k % 8}` }), series || words.in_all),
  );
  return element(
    "figure",
    { class: "chart" },
    element("figcaption", {}, `${chart.title} (${chart.unit})`),
    element("ul", { class: "legend" }, legend),
    lines,
    tableTwin(chart, totals),
  );
}

/** @type {(chart: Chart, name: string, d: number, most: number, total: number) => HTMLElement} */
function districtLine(chart, name, d, most, total) {
  const track = element("div", { class: "track" });
  chart.series.forEach((series, k) => {
    const value = chart.values[k][d];
    if (value <= 0) return;
    const piece = element("span", {
      class: `piece p${k % 8}`,
      title: `${series} ${formatRounded(value)} ${chart.unit}`,
    });
    piece.style.width = `${(value / most) * 100}%`;
    track.append(piece);
  });
  const spoken = chart.series.map((series, k) => `${series} ${formatRounded(chart.values[k][d])}`).join(", ");
  return element(
    "div",
    { class: "barline", role: "img", "aria-label": `${name}: ${spoken} ${chart.unit}` },
    element("div", { class: "barname" }, name),
    track,
    element("div", { class: "barvalue" }, `${formatRounded(total)} ${chart.unit}`),
  );
}

/** @type {(chart: Chart, totals: number[]) => HTMLElement} */
function tableTwin(chart, totals) {
  const rows = chart.districts.map((name, d) => [
    name,
    ...chart.values.map((line) => formatRounded(line[d])),
    formatRounded(totals[d]),
  ]);
  const heads = [words.district, ...chart.series.map((series) => series || words.in_all), words.in_all];
  const numeric = heads.map((_, i) => i).slice(1);
  return element("details", {}, element("summary", {}, words.table), table(heads, rows, numeric));
}
