// Plain bars: each with its number in words, and a table twin.
const SHADES = ["#0b4f8a", "#3f8fc7", "#8fbfdc", "#c9dfec", "#e0a458", "#b8693d", "#7a7a7a", "#b9b9b9"];

// One bar of parts: [{ value, name, style }]
function bar(parts, label) {
  const total = parts.reduce((sum, part) => sum + part.value, 0) || 1;
  const box = el("div", { class: "bar", role: "img", "aria-label": `${label}: ${parts.map((p) => `${p.text} ${count(p.value)}`).join(", ")}` });
  for (const part of parts) {
    if (!part.value) continue;
    const piece = el("span", { class: `piece ${part.style}`, title: `${part.text} ${count(part.value)}` }, part.value / total > 0.06 ? count(part.value) : "");
    piece.style.flexGrow = String(part.value);
    box.append(piece);
  }
  return box;
}

function verdictBars(groups) {
  const rows = groups.map(([name, counts, click]) => {
    const parts = STATUSES.map((s) => ({ value: counts[s] || 0, text: W[s], style: `s-${s}` }));
    const label = click ? el("button", { type: "button", class: "link", onclick: click }, name) : name;
    return el("div", { class: "barline" }, el("div", { class: "barname", title: name }, label), bar(parts, name));
  });
  return el("div", { class: "bars" }, rows);
}

const round = (value) => (Math.abs(value) >= 100 ? count(Math.round(value)) : String(Math.round(value * 10) / 10));

// A chart by sub-district: stacked bars on one scale.
function districtChart(chart) {
  const totals = chart.districts.map((_, d) => chart.values.reduce((sum, line) => sum + line[d], 0));
  const most = chart.unit === "%" ? 100 : Math.max(...totals, 1e-9);
  const lines = chart.districts.map((name, d) => {
    const track = el("div", { class: "track" });
    chart.series.forEach((series, k) => {
      const value = chart.values[k][d];
      if (value <= 0) return;
      const piece = el("span", { class: `piece p${k % 8}`, title: `${series} ${round(value)} ${chart.unit}` });
      piece.style.width = `${(value / most) * 100}%`;
      track.append(piece);
    });
    const words = chart.series.map((series, k) => `${series} ${round(chart.values[k][d])}`).join(", ");
    return el(
      "div",
      { class: "barline", role: "img", "aria-label": `${name}: ${words} ${chart.unit}` },
      el("div", { class: "barname" }, name),
      track,
      el("div", { class: "barvalue" }, `${round(totals[d])} ${chart.unit}`),
    );
  });
  const legend = el("ul", { class: "legend" }, chart.series.map((series, k) => el("li", {}, el("i", { class: `piece p${k % 8}` }), series || W.in_all)));
  const rows = chart.districts.map((name, d) => [name, ...chart.values.map((line) => round(line[d])), round(totals[d])]);
  const twin = el("details", {}, el("summary", {}, W.table), table([W.district, ...chart.series.map((s) => s || W.in_all), W.in_all], rows, rows[0].map((_, i) => i).slice(1)));
  return el("figure", { class: "chart" }, el("figcaption", {}, `${chart.title} (${chart.unit})`), legend, lines, twin);
}

// A line for each verdict over the runs.
function trend(runs) {
  const wide = 640, high = 180, left = 40, right = 96, top = 10, low = 24;
  const most = Math.max(1, ...runs.flatMap((run) => STATUSES.map((s) => run.verdicts[s] || 0)));
  const x = (i) => left + ((wide - left - right) * i) / Math.max(1, runs.length - 1);
  const y = (v) => top + (high - top - low) * (1 - v / most);
  const made = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "trend", role: "img", "aria-label": W.history });
  for (const v of [0, Math.round(most / 2), most]) {
    made.append(svg("line", { x1: left, x2: wide - right, y1: y(v), y2: y(v), class: "rule" }));
    made.append(svg("text", { x: left - 6, y: y(v) + 4, class: "tick end" }, document.createTextNode(String(v))));
  }
  const ends = STATUSES.map((s) => [s, y(runs[runs.length - 1].verdicts[s] || 0)]).sort((a, b) => a[1] - b[1]);
  ends.forEach((end, i) => { if (i) end[1] = Math.max(end[1], ends[i - 1][1] + 15); });
  for (const [status, at] of ends) {
    const points = runs.map((run, i) => `${x(i)},${y(run.verdicts[status] || 0)}`);
    made.append(svg("polyline", { points: points.join(" "), class: `line l-${status}` }));
    for (const point of points) made.append(svg("circle", { cx: point.split(",")[0], cy: point.split(",")[1], r: 3, class: `dot l-${status}` }));
    made.append(svg("text", { x: wide - right + 8, y: at + 4, class: `tick t-${status}` }, document.createTextNode(`${SIGNS[status]} ${W[status]} ${runs[runs.length - 1].verdicts[status] || 0}`)));
  }
  runs.forEach((run, i) => {
    if (runs.length > 12 && i % Math.ceil(runs.length / 12)) return;
    made.append(svg("text", { x: x(i), y: high - 6, class: "tick middle" }, document.createTextNode(`#${run.number}`)));
  });
  return made;
}
