// Layers on a canvas: fills, casings, lines and marks.
import { membersOf, NOT_YET_OPEN, SHOWN, stageOf, turnedRank, worstRank } from "./classification.js";
import { growth, hatch, MARKS, verdictSymbol } from "./symbols.js";

/** @import { MapSymbol } from "./payload.d.ts" */
/** @import { Layer } from "./layer-decoder.js" */

/**
 * The frame of a drawing, px = unit * k - x: k is the world's width in pixels, x and y its offset.
 * @typedef {{ k: number, x: number, y: number, width: number, height: number, ratio: number, zoom: number }} Frame
 * @typedef {Pick<import("./state.js").State, "visible" | "band" | "date" | "verdict" | "colour" | "ground">} View
 * @typedef {"casing" | "body"} Pass
 * @typedef {[MapSymbol, number[]]} Group rows with one symbol
 */

const BATCH = 400; // features in one path
const VEIL = 0.3; // of the opacity that areas of the base keep over a ground

/** Draws layers into a canvas context. */
export class Painter {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   * @param {View} view
   */
  constructor(context, frame, view) {
    this.context = context;
    this.frame = frame;
    this.view = view;
    this.growth = growth(frame.zoom);
    this.veil = 1;
    const { k, x, y, width, height } = frame;
    const edge = 30;
    this.window = [(x - edge) / k, (y - edge) / k, (x + width + edge) / k, (y + height + edge) / k];
  }

  /**
   * Whether a row's box meets the frame.
   * @param {Layer} layer
   * @param {number} row
   */
  sees(layer, row) {
    const [w, n, e, s] = this.window;
    const b = layer.box;
    const i = 4 * row;
    return b[i] <= e && b[i + 2] >= w && b[i + 1] <= s && b[i + 3] >= n;
  }

  /**
   * Draw the visible layers; evidence is marked, and layers without a part of it step back.
   * @param {readonly Layer[]} layers
   * @param {Record<string, number[]> | null} evidence rows by layer; null where no target is chosen
   */
  draw(layers, evidence) {
    const some = evidence !== null && Object.keys(evidence).length > 0;
    for (const layer of layers) {
      if (!this.view.visible[layer.name] || this.frame.zoom < layer.minZoom) continue;
      this.layer(layer, some && !layer.base && !evidence[layer.name] ? 0.45 : 1);
    }
    const layerOf = new Map(layers.map((layer) => [layer.name, layer]));
    for (const [name, rows] of Object.entries(evidence ?? {})) {
      const layer = layerOf.get(name);
      if (layer) this.highlight(layer, rows);
    }
  }

  /** @type {(layer: Layer, alpha: number) => void} */
  layer(layer, alpha) {
    this.veil = layer.base && this.view.ground ? VEIL : 1;
    const judged = this.view.colour !== "kind" && layer.targets.size && !layer.base;
    const rank = this.view.colour === "turned" ? turnedRank : worstRank;
    const groups = judged ? this.byRank(layer, rank) : this.byClass(layer);
    /** @type {Pass[]} */
    const passes = layer.dims.some((d) => d === 1) ? ["casing", "body"] : ["body"];
    for (const pass of passes) for (const [symbol, rows] of groups) this.rows(layer, rows, symbol, pass, alpha);
  }

  /** @type {(layer: Layer) => Group[]} */
  byClass(layer) {
    return membersOf(layer, this.view).map((rows, index) => [layer.classes[index].symbol, rows]);
  }

  /** @type {(layer: Layer, rank: (layer: Layer, row: number) => number) => Group[]} */
  byRank(layer, rank) {
    /** @type {number[][]} */
    const rows = [[], [], [], []];
    for (let i = 0; i < layer.count; i++) rows[rank(layer, i) + 1].push(i);
    return rows.map((members, k) => [verdictSymbol(layer.classes[0].symbol, k - 1, layer.dims[0]), members]);
  }

  /** @type {(layer: Layer, rows: number[], symbol: MapSymbol, pass: Pass, alpha: number) => void} */
  rows(layer, rows, symbol, pass, alpha) {
    const { context: c, view } = this;
    for (const stage of [SHOWN, NOT_YET_OPEN]) {
      c.globalAlpha = alpha * (stage === NOT_YET_OPEN ? 0.18 : 1);
      let pending = 0;
      c.beginPath();
      for (const row of rows) {
        if (!this.sees(layer, row) || stageOf(layer, row, view) !== stage) continue;
        if (!this.trace(layer, row, symbol)) continue;
        if (++pending === BATCH || layer.dims[row] === 0) {
          this.ink(layer.dims[row], symbol, pass);
          c.beginPath();
          pending = 0;
        }
      }
      if (pending) this.ink(layer.dims[rows[0]], symbol, pass);
    }
    c.globalAlpha = 1;
  }

  /**
   * Adds a feature to the path; what is smaller than a pixel becomes a dot of its own.
   * @param {Layer} layer
   * @param {number} row
   * @param {MapSymbol} symbol
   * @returns {boolean} whether there is anything to ink
   */
  trace(layer, row, symbol) {
    const { context: c, frame } = this;
    const { k } = frame;
    const b = layer.box;
    if (layer.dims[row] === 0) {
      const at = layer.chain[layer.first[row]];
      const r = symbol.size * Math.min(1.5, Math.max(0.6, this.growth));
      MARKS[symbol.shape](c, layer.x[at] * k - frame.x, layer.y[at] * k - frame.y, r);
      return true;
    }
    if ((b[4 * row + 2] - b[4 * row]) * k < 1 && (b[4 * row + 3] - b[4 * row + 1]) * k < 1) {
      if (layer.dims[row] === 2) c.rect(b[4 * row] * k - frame.x, b[4 * row + 1] * k - frame.y, 1, 1);
      return layer.dims[row] === 2;
    }
    for (let j = layer.first[row]; j < layer.first[row + 1]; j++) this.chain(layer, j, layer.dims[row] === 2);
    return true;
  }

  /** @type {(layer: Layer, j: number, closed: boolean) => void} */
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

  /**
   * Inks the path as a symbol says.
   * @param {number} dimension
   * @param {MapSymbol} symbol
   * @param {Pass} pass
   */
  ink(dimension, symbol, pass) {
    const { context: c, growth: grow } = this;
    const before = c.globalAlpha;
    const width = symbol.width * (dimension === 1 ? grow : Math.min(1.3, Math.max(0.6, grow)));
    if (pass === "casing") {
      if (dimension === 1 && symbol.casing) this.stroke(symbol.casing, width + 2 * symbol.casing_width * grow, []);
      return;
    }
    if (dimension !== 1 && symbol.fill) {
      c.globalAlpha = before * symbol.fill_opacity * (dimension === 2 ? this.veil : 1);
      c.fillStyle = symbol.fill;
      c.fill();
      c.globalAlpha = before;
    }
    if (dimension === 2 && symbol.pattern) {
      this.fillPattern(symbol.pattern, symbol.pattern_colour ?? symbol.stroke ?? "#333");
    }
    c.globalAlpha = before * symbol.opacity;
    const dash = symbol.dash.map((d) => d * Math.max(0.7, grow));
    if (symbol.stroke && width > 0) this.stroke(symbol.stroke, width, dash);
    c.globalAlpha = before;
  }

  /** @type {(pattern: string, colour: string) => void} */
  fillPattern(pattern, colour) {
    const { context: c, frame } = this;
    const look = hatch(c, pattern, colour, frame.ratio);
    look.setTransform(new DOMMatrix([1 / frame.ratio, 0, 0, 1 / frame.ratio, -(frame.x % 8), -(frame.y % 8)]));
    c.fillStyle = look;
    c.fill();
  }

  /** @type {(colour: string, width: number, dash: number[]) => void} */
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

  /** @type {(layer: Layer, rows: number[]) => void} */
  highlight(layer, rows) {
    if (!this.view.visible[layer.name]) return;
    const { context: c } = this;
    const line = layer.dims[0] === 1 ? layer.classes[0].symbol.width * this.growth * 0.5 : 0;
    for (const [colour, extra] of /** @type {[string, number][]} */ ([
      ["#ffffff", 5],
      ["#c2185b", 2.5],
    ])) {
      c.beginPath();
      for (const row of rows) {
        const symbol = (layer.classes[layer.class[row]] ?? layer.classes[0]).symbol;
        if (this.sees(layer, row)) this.trace(layer, row, { ...symbol, size: symbol.size + 3 });
      }
      c.globalAlpha = 0.95;
      this.stroke(colour, extra + line, []);
    }
    c.globalAlpha = 1;
  }
}
