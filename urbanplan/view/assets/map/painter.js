// Layers on a canvas: fills, casings, lines and marks.
import { membersOf, NOT_YET_OPEN, SHOWN, stageOf, turnedRank, worstRank } from "./classification.js";
import { outlineOf } from "./outline.js";
import { growth, hatch, MARKS, verdictSymbol } from "./symbols.js";

/** @import { MapSymbol } from "./payload.d.ts" */
/** @import { Layer } from "./layer-decoder.js" */

/**
 * The frame of a drawing, px = unit * k - x: k is the world's width in pixels, x and y its offset.
 * @typedef {{ k: number, x: number, y: number, width: number, height: number, ratio: number, zoom: number }} Frame
 * @typedef {Pick<import("./state.js").State, "visible" | "band" | "date" | "verdict" | "colour" | "ground">} View
 * @typedef {{ path: Path2D, dimension: number, symbol: MapSymbol, faint: boolean }} Drawing what is inked at once
 * @typedef {[MapSymbol, number[]]} Group rows with one symbol
 */

const BATCH = 400; // features in one path
const FAINT = 0.18; // of the opacity of what is not yet open
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
    const drawings = groups.flatMap(([symbol, rows]) => this.drawings(layer, rows, symbol));
    for (const drawing of drawings) if (drawing.dimension === 1) this.casing(drawing, alpha);
    for (const drawing of drawings) this.body(drawing, alpha);
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

  /**
   * What is inked at once: marks each for itself, as one may lie on another, outlines many in one path.
   * @type {(layer: Layer, rows: number[], symbol: MapSymbol) => Drawing[]}
   */
  drawings(layer, rows, symbol) {
    /** @type {Drawing[]} */
    const out = [];
    /** @type {number[][]} */
    const staged = [];
    for (const row of rows) {
      if (this.sees(layer, row)) (staged[stageOf(layer, row, this.view)] ??= []).push(row);
    }
    for (const stage of [SHOWN, NOT_YET_OPEN]) {
      const shown = staged[stage] ?? [];
      for (let from = 0; from < shown.length;) {
        const dimension = layer.dims[shown[from]];
        const batch = dimension === 0 ? [shown[from]] : shown.slice(from, from + BATCH);
        out.push({ path: this.trace(layer, batch, symbol), dimension, symbol, faint: stage === NOT_YET_OPEN });
        from += batch.length;
      }
    }
    return out;
  }

  /**
   * One path of marks and outlines.
   * @param {Layer} layer
   * @param {readonly number[]} rows
   * @param {MapSymbol} symbol
   */
  trace(layer, rows, symbol) {
    const { frame } = this;
    let outlines = "";
    for (const row of rows) if (layer.dims[row] !== 0) outlines += outlineOf(layer, row, frame);
    const path = new Path2D(outlines);
    const r = symbol.size * Math.min(1.5, Math.max(0.6, this.growth));
    for (const row of rows) {
      if (layer.dims[row] !== 0) continue;
      const at = layer.chain[layer.first[row]];
      MARKS[symbol.shape](path, layer.x[at] * frame.k - frame.x, layer.y[at] * frame.k - frame.y, r);
    }
    return path;
  }

  /** @type {(symbol: MapSymbol, dimension: number) => number} */
  widthOf(symbol, dimension) {
    return symbol.width * (dimension === 1 ? this.growth : Math.min(1.3, Math.max(0.6, this.growth)));
  }

  /** @type {(drawing: Drawing, alpha: number) => void} */
  casing({ path, dimension, symbol, faint }, alpha) {
    if (!symbol.casing) return;
    this.context.globalAlpha = alpha * (faint ? FAINT : 1);
    const width = this.widthOf(symbol, dimension) + 2 * symbol.casing_width * this.growth;
    this.stroke(path, symbol.casing, width, []);
    this.context.globalAlpha = 1;
  }

  /** @type {(drawing: Drawing, alpha: number) => void} */
  body({ path, dimension, symbol, faint }, alpha) {
    const { context: c, growth: grow } = this;
    const before = alpha * (faint ? FAINT : 1);
    const width = this.widthOf(symbol, dimension);
    if (dimension !== 1 && symbol.fill) {
      c.globalAlpha = before * symbol.fill_opacity * (dimension === 2 ? this.veil : 1);
      c.fillStyle = symbol.fill;
      c.fill(path);
    }
    c.globalAlpha = before;
    if (dimension === 2 && symbol.pattern) {
      this.fillPattern(path, symbol.pattern, symbol.pattern_colour ?? symbol.stroke ?? "#333");
    }
    c.globalAlpha = before * symbol.opacity;
    const dash = symbol.dash.map((d) => d * Math.max(0.7, grow));
    if (symbol.stroke && width > 0) this.stroke(path, symbol.stroke, width, dash);
    c.globalAlpha = 1;
  }

  /** @type {(path: Path2D, pattern: string, colour: string) => void} */
  fillPattern(path, pattern, colour) {
    const { context: c, frame } = this;
    const look = hatch(c, pattern, colour, frame.ratio);
    look.setTransform(new DOMMatrix([1 / frame.ratio, 0, 0, 1 / frame.ratio, -(frame.x % 8), -(frame.y % 8)]));
    c.fillStyle = look;
    c.fill(path);
  }

  /** @type {(path: Path2D, colour: string, width: number, dash: number[]) => void} */
  stroke(path, colour, width, dash) {
    const { context: c } = this;
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.lineCap = dash.length ? "butt" : "round";
    c.setLineDash(dash);
    c.stroke(path);
    c.setLineDash([]);
  }

  /** @type {(layer: Layer, rows: number[]) => void} */
  highlight(layer, rows) {
    if (!this.view.visible[layer.name]) return;
    const { context: c } = this;
    const line = layer.dims[0] === 1 ? layer.classes[0].symbol.width * this.growth * 0.5 : 0;
    const whole = new Path2D();
    for (const row of rows.filter((one) => this.sees(layer, one))) {
      const { symbol } = layer.classes[layer.class[row]] ?? layer.classes[0];
      whole.addPath(this.trace(layer, [row], { ...symbol, size: symbol.size + 3 }));
    }
    c.globalAlpha = 0.95;
    this.stroke(whole, "#ffffff", 5 + line, []);
    this.stroke(whole, "#c2185b", 2.5 + line, []);
    c.globalAlpha = 1;
  }
}
