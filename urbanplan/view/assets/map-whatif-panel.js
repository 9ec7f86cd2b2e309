// The what-if panel and the overlay of streets won and lost.
const Overlay = L.Renderer.extend({
  options: { padding: 0.1 },
  initialize() {
    L.Renderer.prototype.initialize.call(this, {});
    this.differences = { won: [], lost: [] };
  },
  _initContainer: PlanCanvas.prototype._initContainer,
  _destroyContainer: PlanCanvas.prototype._destroyContainer,
  _updatePaths() {},
  _update: PlanCanvas.prototype._update,
  redraw: PlanCanvas.prototype.redraw,
  paint() {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const size = this._bounds.getSize();
    Object.assign(this._container, { width: size.x * ratio, height: size.y * ratio });
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    const c = this._container.getContext("2d");
    c.scale(ratio, ratio);
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    const k = 256 * 2 ** this._map.getZoom();
    const wide = 4.5 * growth(this._map.getZoom());
    c.lineCap = "round";
    for (const [rows, colour, dash] of [[this.differences.won, "#0b6fd1", []], [this.differences.lost, "#8c1d18", [6, 4]]]) {
      for (const [ink, extra] of [["rgba(255,255,255,0.9)", 2.5], [colour, 0]]) {
        c.beginPath();
        for (const row of rows) traceStretch(c, row, k, origin);
        c.strokeStyle = ink;
        c.lineWidth = wide + extra;
        c.setLineDash(extra ? [] : dash);
        c.stroke();
      }
    }
  },
});
const overlay = new Overlay();

/** Adds low..high metres of an edge to the path. */
function traceStretch(c, [e, low, high], k, origin) {
  const { streets, x, y } = town;
  let at = 0;
  let drawn = false;
  for (let i = streets.offsets[e]; i < streets.offsets[e + 1] - 1; i++) {
    const long = Math.hypot(streets.coords[2 * i + 2] - streets.coords[2 * i], streets.coords[2 * i + 3] - streets.coords[2 * i + 1]);
    const [from, to] = [Math.max(low, at), Math.min(high, at + long)];
    if (to > from) {
      const point = (s) => [(x[i] + (x[i + 1] - x[i]) * s) * k - origin.x, (y[i] + (y[i + 1] - y[i]) * s) * k - origin.y];
      if (!drawn) c.moveTo(...point((from - at) / long));
      c.lineTo(...point((to - at) / long));
      drawn = true;
    }
    at += long;
  }
}

function whatIfPanel() {
  const box = byId("tab-whatif");
  box.append(
    el("p", { class: "hint", text: t("whatif_how") }),
    el("div", { id: "whatif-bands" }),
    el("p", {}, el("button", { type: "button", id: "put-site", class: "main", "aria-pressed": "false", text: t("put_site"), onclick: () => (wake(), change({ tool: state.tool === "put" ? null : "put" })) })),
    el("ul", { id: "whatif-changes" }), el("div", { id: "whatif-answer", "aria-live": "polite" }), el("div", { id: "whatif-copy" }));
  if (meta.bands.length) byId("whatif-bands").append(bandChoice());
}

function showAnswer(band, before, after, told) {
  const rows = [
    [t("streets_share", { m: band }), before.share, after.share, "share"],
    [t("streets_km"), before.covered_m / 1000, after.covered_m / 1000, "km"],
  ];
  if (before.residents !== undefined) rows.push([t("people_share", { m: band }), before.residents_share, after.residents_share, "share"], [t("people"), before.residents, after.residents, "people"]);
  byId("whatif-answer").replaceChildren(
    el("table", { class: "answer" },
      el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col", class: "number", text: t("now") }), el("th", { scope: "col", class: "number", text: t("then") }), el("th", { scope: "col", class: "number", text: t("difference") }))),
      el("tbody", {}, rows.map(([name, a, b, unit]) => el("tr", {}, el("th", { scope: "row", text: name }), el("td", { class: "number", text: say(a, unit === "people" ? "" : unit) }), el("td", { class: "number", text: say(b, unit === "people" ? "" : unit) }), el("td", { class: `number ${b > a + 1e-9 ? "more" : b < a - 1e-9 ? "less" : ""}`, text: signed(b - a, unit) }))))),
    el("ul", { class: "turned" }, town.targets.map(({ target }) => turned(target, told))));
  showChanges();
}

const signed = (d, unit) => {
  const n = unit === "share" ? d * 100 : d;
  if (Math.abs(n) < 0.005) return "0";
  return `${n > 0 ? "+" : "−"}${unit === "people" ? whole.format(Math.abs(n)) : figure.format(Math.abs(n))}${unit === "share" ? (meta.lang === "zh" ? " 个百分点" : " pp") : ""}`;
};

function turned(target, told) {
  const verdict = verdictOf[target];
  const [was, is] = [verdict.status, changedAtAll() ? statusOf(verdict, told.after[target]) : verdict.status];
  return el("li", { "data-target": target, "data-status": is }, el("code", { text: target }), el("span", { class: "quote", text: verdict.title || verdict.quote }),
    el("span", { class: "line" }, statusMark(was), el("span", { text: sayReading(told.before[target]) }), el("span", { "aria-hidden": "true", text: "→" }), statusMark(is), el("b", { text: sayReading(told.after[target]) }), el("span", { class: "bound", text: t("asked", { bound: sayBound(verdict.bound) }) })));
}

function showChanges() {
  const list = byId("whatif-changes");
  const rows = plans.added.map((site) => el("li", {}, el("button", { class: "link", type: "button", text: site.name, onclick: () => map.panTo([site.lat, site.lng]) }), el("button", { type: "button", text: t("remove_site"), onclick: () => drop(site) })));
  for (const k of plans.gone) {
    const site = town.sites[k];
    const layer = layerOf[site.layer];
    rows.push(el("li", {}, el("s", { text: layer?.names[layer.ids.indexOf(site.id)] ?? site.id }), el("button", { type: "button", text: t("restore_site"), onclick: () => toggleSite(k) })));
  }
  list.replaceChildren(...rows);
  const copy = byId("whatif-copy");
  copy.replaceChildren();
  if (!changedAtAll()) return;
  copy.append(el("p", {}, el("button", { type: "button", id: "copy-layer", text: t("copy_layer"), disabled: !plans.added.length, onclick: copyLayer }), " ", el("button", { type: "button", text: t("undo_all"), onclick: undoAll })),
    el("textarea", { id: "layer-text", readonly: true, rows: 5, "aria-label": t("copy_layer"), hidden: true }));
}

function undoAll() {
  for (const site of plans.added) site.marker.remove();
  plans.added = [];
  for (const k of [...plans.gone]) toggleSite(k);
  answer();
}

/** The sites put as a GeoJSON layer (RFC 7946) with the attributes of a present site that counts. */
function asLayer() {
  const features = plans.added.map((site) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [Number(site.lng.toFixed(7)), Number(site.lat.toFixed(7))] },
    properties: { ...town.template, id: `WHATIF-${site.number}`, name: site.name, basis: "illustrative" },
  }));
  return JSON.stringify({ type: "FeatureCollection", features }, null, 1);
}

async function copyLayer() {
  const box = byId("layer-text");
  box.hidden = false;
  box.value = asLayer();
  box.select();
  try {
    await navigator.clipboard.writeText(box.value);
    announce(t("copied"));
  } catch {
    announce(t("copy_by_hand"));
  }
}
