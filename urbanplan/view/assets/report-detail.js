// One target in full: quote, gauge, breakdown, evidence, and how its number came about.
function gauge(row) {
  const g = row.gauge;
  if (!g) return null;
  const ends = [g.low, g.high, g.at - g.margin, g.at + g.margin];
  let least = Math.min(...ends), most = Math.max(...ends);
  if (least >= 0 && least < most * 0.6) least = 0;
  const spare = (most - least || Math.abs(most) || 1) * 0.12;
  most += spare;
  if (least !== 0) least -= spare;
  const wide = 360, x = (v) => 8 + ((wide - 16) * (v - least)) / (most - least);
  const at = x(g.at);
  const [from, to] = { ">=": [at, wide], ">": [at, wide], "<=": [0, at], "<": [0, at] }[g.is] || [x(g.at - g.margin), x(g.at + g.margin)];
  const left = x(g.low), right = Math.max(x(g.high), left + 4);
  return svg(
    "svg",
    { viewBox: `0 0 ${wide} 34`, class: `gauge g-${row.status}`, role: "img", "aria-label": `${W.bound} ${row.bound}, ${W.reading} ${row.reading}` },
    svg("rect", { x: from, y: 5, width: Math.max(to - from, 2), height: 24, class: "goal" }),
    svg("line", { x1: 0, x2: wide, y1: 17, y2: 17, class: "axis" }),
    svg("line", { x1: at, x2: at, y1: 3, y2: 31, class: "bound" }),
    svg("rect", { x: left, y: 11, width: right - left, height: 12, class: "reading" }),
  );
}

function partBars(row) {
  if (!row.parts) return null;
  const most = Math.max(...row.parts.map((part) => Math.abs(part[3] === null ? part[2] || 0 : part[3])), 1e-12);
  const lines = row.parts.map(([name, text, low, high]) => {
    const track = el("div", { class: "track" });
    if (low !== null && high !== null) {
      const sure = el("span", { class: "piece p0" }), open = el("span", { class: "piece open" });
      sure.style.width = `${(Math.max(low, 0) / most) * 100}%`;
      open.style.width = `${(Math.max(high - low, 0) / most) * 100}%`;
      track.append(sure, open);
    }
    return el("div", { class: "barline" }, el("div", { class: "barname", title: name }, name), track, el("div", { class: "barvalue" }, text));
  });
  return el("div", { class: "block" }, el("h4", {}, W.parts), el("div", { class: "bars" }, lines, row.more ? say(W.more, { n: count(row.more) }) : null));
}

function lineage(row) {
  const step = (head, ...content) => el("li", {}, el("span", { class: "steph" }, head), content);
  const files = row.layers.map((name) => inputs.get(name)).filter(Boolean);
  const layerLinks = row.layers.map((name) => el("div", {}, link("inputs", name, title(name)), inputs.has(name) ? [" ", basis(inputs.get(name).basis), ` ${count(inputs.get(name).features)}`] : null));
  const parameters = (row.params || []).map(([name, value]) => el("div", { class: "param" }, el("code", {}, name), " ", value));
  const reported = row.reported ? Object.values(row.reported).join(" · ") : null;
  return el(
    "ol",
    { class: "lineage" },
    step(W.target, el("div", {}, row.id), row.where ? el("div", { class: "faint" }, row.where) : null),
    step(W.measure, el("div", {}, row.measure || "–"), parameters),
    files.length ? step(W.layers, layerLinks) : null,
    files.length ? step(W.file, files.map((file) => el("div", {}, el("span", {}, file.file), " ", el("code", { title: file.digest }, short(file.digest))))) : null,
    reported ? step(W.reported_value, el("div", {}, reported)) : null,
  );
}

function detail(row) {
  const term = (name, ...content) => [el("dt", {}, name), el("dd", {}, content)];
  const map = evidenceMap(row.id);
  const cut = Object.values((data.evidence.targets[row.id] || { layers: {} }).layers).some((rows) => rows.length >= 1500);
  return [
    el("p", { class: "over" }, `${row.id} · ${row.chapter}`),
    el("h3", {}, row.title),
    el("p", { class: "marks" }, row.role === "promise" ? badge(row.status) : badge(""), " ", basis(row.basis), row.warn ? el("span", { class: "near" }, W.near) : null),
    row.quote ? el("blockquote", {}, `“${row.quote}”`, row.source ? el("cite", {}, row.source) : null) : null,
    gauge(row),
    el("dl", {}, term(W.bound, row.bound || "–"), term(W.reading, row.reading || "–"), term(W.reason, row.reason), row.settle ? term(W.settle, row.settle) : null),
    partBars(row),
    map || evidenceText(row.id).length ? el("div", { class: "block" }, el("h4", {}, W.evidence), map, cut ? el("p", { class: "faint" }, say(W.more_on_map, { n: 1500 })) : null, evidenceText(row.id)) : null,
    el("div", { class: "block" }, el("h4", {}, W.lineage), lineage(row)),
  ];
}
