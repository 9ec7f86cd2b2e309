// The list of layers in groups, each with its symbols; and the legend over the map.
const oneBasis = new Set(layers.map((layer) => layer.basis).filter(Boolean)).size < 2;

function layerPanel() {
  const box = byId("tab-layers");
  const basis = layers.find((layer) => layer.basis)?.basis;
  if (oneBasis && basis) box.append(el("p", { class: "one-basis" }, basisBadge(basis), el("span", { text: t("one_basis") })));
  const byVerdict = verdicts.some((v) => Object.keys(v.evidence).length);
  if (byVerdict) box.append(colourChoice());
  if (meta.bands.length) box.append(bandChoice());
  for (const [index, title] of meta.groups.entries()) {
    const held = layers.filter((layer) => layer.group === index && !layer.hidden).reverse();
    if (!held.length) continue;
    box.append(el("fieldset", { class: "group" }, el("legend", {}, groupSwitch(held, title)), held.map(layerRow)));
  }
  listen(["visible"], () => {
    for (const input of box.querySelectorAll("input[data-layer]")) input.checked = state.visible[input.dataset.layer];
  });
  listen(["visible", "colour", "band", "verdict"], () => legend());
  map.on("zoomend", legend);
}

function colourChoice() {
  const options = [["kind", t("by_kind")], ["verdict", t("by_verdict")]];
  return el("div", { class: "choice", role: "radiogroup", "aria-label": t("colour") }, el("span", { text: t("colour") }), options.map(([key, text]) =>
    el("label", {}, el("input", { type: "radio", name: "colour", value: key, checked: state.colour === key, onchange: () => change({ colour: key }) }), el("span", { text }))));
}

let choices = 0;
function bandChoice() {
  const group = `band-${choices++}`;
  const box = el("div", { class: "choice bands", role: "radiogroup", "aria-label": t("band") }, el("span", { text: t("band") }), meta.bands.map((band) =>
    el("label", {}, el("input", { type: "radio", name: group, value: band, checked: state.band === band, onchange: () => change({ band }) }), el("span", { text: meta.lang === "zh" ? `${band} 米` : `${band} m` }))));
  listen(["band"], () => box.querySelectorAll("input").forEach((input) => (input.checked = Number(input.value) === state.band)));
  return box;
}

function groupSwitch(held, title) {
  const input = el("input", { type: "checkbox", checked: held.some((l) => state.visible[l.name]), onchange: (e) => {
    change({ visible: { ...state.visible, ...Object.fromEntries(held.map((l) => [l.name, e.target.checked])) } });
  } });
  listen(["visible"], () => {
    const on = held.filter((l) => state.visible[l.name]).length;
    input.checked = on > 0;
    input.indeterminate = on > 0 && on < held.length;
  });
  return el("label", {}, input, el("span", { text: title }));
}

function layerRow(layer) {
  const input = el("input", { type: "checkbox", "data-layer": layer.name, checked: state.visible[layer.name],
    onchange: (e) => change({ visible: { ...state.visible, [layer.name]: e.target.checked } }) });
  const only = layer.classes.length === 1;
  return el("div", { class: "layer" },
    el("label", {}, input, only ? swatch(layer, layer.classes[0].symbol) : null, el("span", { class: "name", text: layer.title }), el("small", { text: whole.format(layer.count) }), oneBasis ? null : basisBadge(layer.basis)),
    only ? null : el("ul", { class: "classes" }, usedClasses(layer).map(([c]) => el("li", {}, swatch(layer, c.symbol), el("span", { text: c.title })))));
}

const usedClasses = (layer) => membersOf(layer, state).map((rows, k) => [layer.classes[k], rows.length]).filter(([, n]) => n);

/** A small drawing of a symbol, by the same pen as the map. */
function swatch(layer, symbol) {
  const ratio = 2;
  const canvas = el("canvas", { class: "swatch", width: 26 * ratio, height: 16 * ratio, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const painter = new Painter(context, { k: 1, x: 0, y: 0, width: 26, height: 16, ratio, zoom: 14 }, state);
  const dimension = layer.mostly ?? layer.dims[0] ?? 2;
  context.beginPath();
  if (dimension === 0) MARKS[symbol.shape](context, 13, 8, Math.min(6, symbol.size));
  else if (dimension === 1) (context.moveTo(2, 8), context.lineTo(24, 8));
  else context.rect(3, 2, 20, 12);
  if (dimension === 1) painter.ink(1, symbol, "casing");
  painter.ink(dimension, symbol, "body");
  return canvas;
}

function legend() {
  const box = byId("legend-body");
  box.replaceChildren();
  const zoom = map.getZoom();
  const shown = layers.filter((l) => state.visible[l.name] && !l.base && !l.hidden && zoom >= l.minZoom).reverse();
  const judged = state.colour === "verdict" && shown.some((l) => l.targets.size);
  if (judged) box.append(judgedLegend());
  const alike = new Map();
  for (const layer of shown) {
    if (judged && layer.targets.size) continue;
    const key = layer.classes.length > 1 ? JSON.stringify(layer.classes) : layer.name;
    alike.set(key, [...(alike.get(key) ?? []), layer]);
  }
  for (const held of alike.values()) {
    const layer = held[0];
    const names = new Set(held.flatMap((l) => usedClasses(l).map(([c]) => c.title)));
    const used = usedClasses(held.find((l) => usedClasses(l).length === names.size) ?? { ...layer, class: [], members: layer.classes.map((c) => (names.has(c.title) ? [0] : [])) });
    if (used.length > 1) box.append(el("h4", { text: held.map((l) => l.title).join(meta.lang === "zh" ? "、" : ", ") }));
    for (const [c] of used.slice(0, 14)) box.append(el("p", {}, swatch(layer, c.symbol), el("span", { text: used.length > 1 ? c.title : layer.title })));
  }
  byId("legend").hidden = !box.childElementCount;
}

function judgedLegend() {
  const flat = { dims: [2] };
  const base = layers[0]?.classes[0]?.symbol ?? {};
  const rows = ["met", "undecidable", "not_met"].map((status, k) => [t(status), { ...base, ...STATUS[k], pattern_colour: STATUS[k].stroke, fill_opacity: 0.85, dash: [], width: 1, opacity: 1 }]);
  return el("div", {}, el("h4", { text: t("by_verdict") }), rows.map(([text, symbol]) => el("p", {}, swatch(flat, symbol), el("span", { text }))));
}
