// All layers on one canvas: fills, casings, lines, marks, then labels. Redrawn when the map rests.
const STATUS = [
  { fill: "#3c9a68", stroke: "#14693f", pattern: null },
  { fill: "#d9b44a", stroke: "#7a5c00", pattern: "dots" },
  { fill: "#d2604f", stroke: "#8c1d18", pattern: "diagonal" },
];
const UNJUDGED = { fill: "#e3e3de", stroke: "#a9a9a2", pattern: null };

/** How much wider than at zoom 14 a line or mark is. */
const growth = (zoom) => Math.min(2.4, Math.max(0.45, 1.28 ** (zoom - 14)));

const hatches = new Map();
function hatch(context, pattern, colour, ratio) {
  const key = `${pattern} ${colour} ${ratio}`;
  if (!hatches.has(key)) {
    const tile = document.createElement("canvas");
    const n = Math.round(8 * ratio);
    tile.width = tile.height = n;
    const c = tile.getContext("2d");
    c.strokeStyle = c.fillStyle = colour;
    c.lineWidth = ratio * 1.1;
    const line = (...p) => (c.beginPath(), c.moveTo(p[0] * n, p[1] * n), c.lineTo(p[2] * n, p[3] * n), c.stroke());
    if (pattern === "diagonal" || pattern === "cross") [-1, 0, 1].forEach((k) => line(k - 0.1, 1.1, k + 1.1, -0.1));
    if (pattern === "back" || pattern === "cross") [-1, 0, 1].forEach((k) => line(k - 0.1, -0.1, k + 1.1, 1.1));
    if (pattern === "horizontal") line(0, 0.5, 1, 0.5);
    if (pattern === "vertical") line(0.5, 0, 0.5, 1);
    if (pattern === "dots") (c.beginPath(), c.arc(n / 2, n / 2, 1.3 * ratio, 0, 7), c.fill());
    hatches.set(key, context.createPattern(tile, "repeat"));
  }
  return hatches.get(key);
}

const MARKS = {
  circle: (c, x, y, r) => (c.moveTo(x + r, y), c.arc(x, y, r, 0, 2 * Math.PI)),
  square: (c, x, y, r) => c.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
  diamond: (c, x, y, r) => ring(c, x, y, 4, () => 1.2 * r, -Math.PI / 2),
  triangle: (c, x, y, r) => ring(c, x, y, 3, () => 1.25 * r, -Math.PI / 2),
  star: (c, x, y, r) => ring(c, x, y, 10, (k) => (k % 2 ? 0.6 : 1.35) * r, -Math.PI / 2),
  plus: (c, x, y, r) => ring(c, x, y, 12, (k) => (k % 3 === 1 ? 0.5 : 1.15) * r, -Math.PI / 2 - Math.PI / 6),
};
function ring(c, x, y, n, radius, from) {
  for (let k = 0; k < n; k++) {
    const a = from + (2 * Math.PI * k) / n;
    c[k ? "lineTo" : "moveTo"](x + radius(k) * Math.cos(a), y + radius(k) * Math.sin(a));
  }
  c.closePath();
}

/** The symbol of a class in a view: its own, or that of the verdicts. */
function symbolOf(layer, index) {
  return layer.classes[index].symbol;
}

/** 0 hidden, 1 shown, 2 not yet opened on the view's date. */
function standing(layer, row, view) {
  if (view.date && layer.time && layer.time[row] && layer.time[row] > view.date) return 2;
  return layer.removed?.has(row) ? 0 : 1;
}

/** The rows of each class in a view; layers with bands are classed by the view's band. */
function membersOf(layer, view) {
  if (!layer.band) return layer.members;
  const members = layer.classes.map(() => []);
  for (let i = 0; i < layer.count; i++) members[layer.band[i] !== null && layer.band[i] <= view.band ? 0 : 1].push(i);
  return members;
}

/** Draws the layers into a canvas context in a frame {k, x, y, width, height, ratio, zoom}: px = unit * k - x. */
class Painter {
  constructor(context, frame, view) {
    Object.assign(this, { context, frame, view, grow: growth(frame.zoom) });
    const { k, x, y, width, height } = frame;
    const edge = 30;
    this.window = [(x - edge) / k, (y - edge) / k, (x + width + edge) / k, (y + height + edge) / k];
  }

  sees(layer, row) {
    const [w, n, e, s] = this.window;
    const b = layer.box;
    const i = 4 * row;
    return b[i] <= e && b[i + 2] >= w && b[i + 1] <= s && b[i + 3] >= n;
  }

  draw() {
    const held = this.view.verdict ? verdictOf[this.view.verdict]?.evidence ?? {} : null;
    for (const layer of layers) {
      if (!this.view.visible[layer.name] || this.frame.zoom < layer.minZoom) continue;
      const dim = held && Object.keys(held).length && !layer.base && !held[layer.name];
      this.layer(layer, dim ? 0.45 : 1);
    }
    if (held) for (const [name, rows] of Object.entries(held)) this.highlight(layerOf[name], rows);
  }

  layer(layer, alpha) {
    const groups = this.view.colour === "verdict" && layer.targets.size && !layer.base ? this.byVerdict(layer) : this.byClass(layer);
    const passes = layer.dims.some((d) => d === 1) ? ["casing", "body"] : ["body"];
    for (const pass of passes) for (const [symbol, rows] of groups) this.rows(layer, rows, symbol, pass, alpha);
  }

  byClass(layer) {
    return membersOf(layer, this.view).map((rows, index) => [symbolOf(layer, index), rows]);
  }

  byVerdict(layer) {
    const rows = [[], [], [], []];
    for (let i = 0; i < layer.count; i++) rows[worst(layer, i) + 1].push(i);
    return rows.map((held, k) => {
      const look = k ? STATUS[k - 1] : UNJUDGED;
      const base = layer.classes[0].symbol;
      const dash = k === 3 ? [7, 4] : k === 2 ? [2, 3] : [];
      const line = { ...base, stroke: k ? look.fill : look.stroke, casing: null, dash };
      return [layer.dims[0] === 1 ? line : { ...base, ...look, pattern_colour: look.stroke, fill_opacity: 0.85 }, held];
    });
  }

  rows(layer, rows, symbol, pass, alpha) {
    const { context: c, view } = this;
    for (const wanted of [1, 2]) {
      c.globalAlpha = alpha * (wanted === 2 ? 0.18 : 1);
      let pending = 0;
      c.beginPath();
      for (const row of rows) {
        if (!this.sees(layer, row) || standing(layer, row, view) !== wanted) continue;
        if (!this.trace(layer, row, symbol)) continue;
        if (++pending === 400 || layer.dims[row] === 0) {
          this.ink(layer.dims[row], symbol, pass);
          c.beginPath();
          pending = 0;
        }
      }
      if (pending) this.ink(layer.dims[rows[0]], symbol, pass);
    }
    c.globalAlpha = 1;
  }

  /** Adds a feature to the path; what is smaller than a pixel becomes a dot of its own. */
  trace(layer, row, symbol) {
    const { context: c, frame } = this;
    const { k } = frame;
    const b = layer.box;
    if (layer.dims[row] === 0) {
      const r = symbol.size * Math.min(1.5, Math.max(0.6, this.grow));
      MARKS[symbol.shape](c, layer.x[layer.chain[layer.first[row]]] * k - frame.x, layer.y[layer.chain[layer.first[row]]] * k - frame.y, r);
      return true;
    }
    if ((b[4 * row + 2] - b[4 * row]) * k < 1 && (b[4 * row + 3] - b[4 * row + 1]) * k < 1) {
      if (layer.dims[row] === 2) c.rect(b[4 * row] * k - frame.x, b[4 * row + 1] * k - frame.y, 1, 1);
      return layer.dims[row] === 2;
    }
    for (let j = layer.first[row]; j < layer.first[row + 1]; j++) this.chain(layer, j, layer.dims[row] === 2);
    return true;
  }

  chain(layer, j, closed) {
    const { context: c, frame } = this;
    const end = layer.chain[j + 1] - 1;
    let lastX = Infinity;
    let lastY = Infinity;
    for (let i = layer.chain[j]; i <= end; i++) {
      const x = layer.x[i] * frame.k - frame.x;
      const y = layer.y[i] * frame.k - frame.y;
      if (lastX === Infinity) c.moveTo(x, y);
      else if (i === end || Math.abs(x - lastX) + Math.abs(y - lastY) > 0.7) c.lineTo(x, y);
      else continue;
      lastX = x;
      lastY = y;
    }
    if (closed) c.closePath();
  }

  ink(dimension, symbol, pass) {
    const { context: c, grow } = this;
    const before = c.globalAlpha;
    const width = dimension === 1 ? symbol.width * grow : symbol.width * Math.min(1.3, Math.max(0.6, grow));
    if (pass === "casing") {
      if (dimension === 1 && symbol.casing) this.stroke(symbol.casing, width + 2 * symbol.casing_width * grow, []);
      return;
    }
    if (dimension !== 1 && symbol.fill) {
      c.globalAlpha = before * symbol.fill_opacity;
      c.fillStyle = symbol.fill;
      c.fill();
      c.globalAlpha = before;
    }
    if (dimension === 2 && symbol.pattern) this.fillPattern(symbol);
    c.globalAlpha = before * symbol.opacity;
    if (symbol.stroke && width > 0) this.stroke(symbol.stroke, width, symbol.dash.map((d) => d * Math.max(0.7, grow)));
    c.globalAlpha = before;
  }

  fillPattern(symbol) {
    const { context: c, frame } = this;
    const look = hatch(c, symbol.pattern, symbol.pattern_colour ?? symbol.stroke ?? "#333", frame.ratio);
    look.setTransform(new DOMMatrix([1 / frame.ratio, 0, 0, 1 / frame.ratio, -(frame.x % 8), -(frame.y % 8)]));
    c.fillStyle = look;
    c.fill();
  }

  stroke(colour, width, dash) {
    const { context: c } = this;
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.lineCap = dash.length ? "butt" : "round";
    c.setLineDash(dash);
    c.stroke();
    c.setLineDash([]);
  }

  highlight(layer, rows) {
    if (!this.view.visible[layer.name]) return;
    const { context: c } = this;
    for (const [colour, extra] of [["#ffffff", 5], ["#c2185b", 2.5]]) {
      c.beginPath();
      for (const row of rows) {
        const symbol = layer.classes[layer.class[row]]?.symbol ?? layer.classes[0].symbol;
        if (this.sees(layer, row)) this.trace(layer, row, { ...symbol, size: symbol.size + 3 });
      }
      c.globalAlpha = 0.95;
      this.stroke(colour, extra + (layer.dims[0] === 1 ? layer.classes[0].symbol.width * this.grow * 0.5 : 0), []);
    }
    c.globalAlpha = 1;
  }
}

/** A Leaflet layer that keeps one canvas beneath the map's panes; `view` gives what it shows. */
const PlanCanvas = L.Renderer.extend({
  options: { padding: 0.2 },
  initialize(view) {
    L.Renderer.prototype.initialize.call(this, {});
    this.view = view;
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "plan-canvas";
    this._container.setAttribute("aria-hidden", "true");
  },
  _destroyContainer() {
    cancelAnimationFrame(this._frame);
    this._container.remove();
    delete this._container;
  },
  _updatePaths() {},
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this.paint();
  },
  /** Draw again soon; many calls in one frame draw once. */
  redraw() {
    if (this._frame || !this._map) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = null;
      if (this._map && !this._map._animatingZoom) this.paint();
    });
  },
  paint() {
    const began = performance.now();
    const ratio = Math.max(document.body.classList.contains("printing") ? 2 : 1, Math.min(2, window.devicePixelRatio || 1));
    const size = this._bounds.getSize();
    const canvas = this._container;
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    L.DomUtil.setSize?.(canvas, size);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const zoom = this._map.getZoom();
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    const frame = { k: 256 * 2 ** zoom, x: origin.x, y: origin.y, width: size.x, height: size.y, ratio, zoom };
    const painter = new Painter(context, frame, this.view());
    painter.draw();
    drawLabels(painter);
    this.took = performance.now() - began;
    this.drawn = (this.drawn ?? 0) + 1;
    if (this.drawn === 1) performance.mark("first drawing");
  },
});
