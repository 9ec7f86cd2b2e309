// Small evidence maps, drawn when a target is opened.
const BREAK = -9999;

function way(path, close) {
  let text = "", fresh = true, points = 0;
  for (let i = 0; i < path.length; ) {
    if (path[i] === BREAK) { text += close ? "Z" : points === 1 ? "h0" : ""; fresh = true; points = 0; i += 1; continue; }
    text += `${fresh ? "M" : "L"}${path[i]} ${path[i + 1]}`;
    fresh = false; points += 1; i += 2;
  }
  return text && text + (points === 1 ? "h0" : close ? "Z" : "");
}

function evidenceMap(id) {
  const all = data.evidence;
  const own = all.targets[id];
  if (!own || !all.width) return null;
  const pad = 25;
  const made = svg("svg", { viewBox: `${-pad} ${-pad} ${all.width + 2 * pad} ${all.height + 2 * pad}`, class: "map", role: "img", "aria-label": W.evidence });
  made.append(svg("path", { d: all.outline.map((path) => way(path, true)).join(""), class: "outline" }));
  let drawn = 0;
  for (const name of own.results) {
    for (const part of all.results[name] || []) { made.append(svg("path", { d: way(part.path, false), class: `result ${part.style}` })); drawn += 1; }
  }
  for (const [name, rows] of Object.entries(own.layers)) {
    const layer = all.layers[name];
    if (!layer || !rows.length) continue;
    const area = layer.kind === "polygon";
    const found = rows.map((row) => layer.paths[row]);
    const dots = found.filter((path) => path.length === 2);
    const rest = found.filter((path) => path.length > 2);
    if (rest.length) made.append(svg("path", { d: rest.map((path) => way(path, area)).join(""), class: area ? "area" : "way" }));
    if (dots.length) made.append(svg("path", { d: dots.map((path) => way(path, false)).join(""), class: "dots" }));
    drawn += found.length;
  }
  return drawn ? made : null;
}

// Findings as dots would need their places; their sub-district stands in the table instead.
const evidenceText = (id) =>
  Object.entries((data.evidence.targets[id] || { layers: {} }).layers).map(([name, rows]) => {
    const ids = (data.evidence.layers[name] || { ids: [] }).ids;
    const some = rows.slice(0, 24).map((row) => ids[row]).join(", ");
    const rest = rows.length > 24 ? ` ${say(W.more, { n: count(rows.length - 24) })}` : "";
    return el("p", { class: "ids" }, link("inputs", name, title(name)), `: ${some || "–"}${rest}`);
  });

const inputs = new Map(data.inputs.map((row) => [row.name, row]));
const title = (name) => (inputs.has(name) ? inputs.get(name).title : name);
