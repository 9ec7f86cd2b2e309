// Labels that never overlap: important layers first, each word where there is room, else left out.
import { SHOWN, stageOf } from "./classification.js";
import { candidateOffsets, LabelGrid, longestSegment, overlapsOthers } from "./label-placement.js";

/** @import { LabelEntry } from "./payload.d.ts" */
/** @import { LabelledLayer, Layer } from "./layer-decoder.js" */
/** @import { Painter } from "./painter.js" */

const MOST = 700; // labels tried in one layer and view, the largest features first
const APART = 320; // pixels between two labels of one street

/** @type {Map<string, number>} */
const widths = new Map();

/** @type {(context: CanvasRenderingContext2D, text: string, font: string) => number} */
function widthOf(context, text, font) {
  const key = font + text;
  let width = widths.get(key);
  if (width === undefined) widths.set(key, (width = context.measureText(text).width));
  return width;
}

/** One drawing of labels. */
class Lettering {
  /**
   * @param {Painter} painter
   * @param {string} fonts
   */
  constructor(painter, fonts) {
    this.painter = painter;
    this.fonts = fonts;
    this.grid = new LabelGrid();
    /** @type {{ text: string, x: number, y: number }[]} */
    this.streets = [];
  }

  /**
   * Keeps the marks of a layer free.
   * @param {Layer} layer
   */
  blockMarks(layer) {
    const { frame, growth } = this.painter;
    for (let row = 0; row < layer.count; row++) {
      if (layer.dims[row] !== 0 || !this.painter.sees(layer, row)) continue;
      const [x, y] = [layer.spotX[row] * frame.k - frame.x, layer.spotY[row] * frame.k - frame.y];
      const r = layer.classes[layer.class[row]].symbol.size * 0.8 * Math.min(1.5, Math.max(0.6, growth));
      this.grid.block([x - r, y - r, x + r, y + r]);
    }
  }

  /**
   * Labels a layer, the evidence of the chosen target first.
   * @param {LabelledLayer} layer
   * @param {Set<number>} first
   */
  layer(layer, first) {
    const rows = [...first, ...layer.label.rows.filter((row) => !first.has(row))];
    let tried = 0;
    for (const row of rows) {
      if (!this.painter.sees(layer, row) || stageOf(layer, row, this.painter.view) !== SHOWN) continue;
      this.feature(layer, row);
      if (++tried >= MOST) break;
    }
  }

  /** @type {(layer: LabelledLayer, row: number) => void} */
  feature(layer, row) {
    const { context: c, frame, growth } = this.painter;
    const { label } = layer;
    const lines = [label.names[row], label.figures?.[row]].filter((line) => typeof line === "string").filter(Boolean);
    if (!lines.length) return;
    const font = `${label.bold ? 600 : 400} ${label.size}px ${this.fonts}`;
    c.font = font;
    const wide = Math.max(...lines.map((line) => widthOf(c, line, font)));
    if (layer.dims[row] === 1) return this.along(layer, row, lines[0], wide);
    const x = layer.spotX[row] * frame.k - frame.x;
    const y = layer.spotY[row] * frame.k - frame.y;
    const high = label.size * 1.25 * lines.length;
    for (const [dx, dy] of candidateOffsets(layer, row, frame, { wide, high, growth })) {
      const [left, top] = [x + dx - wide / 2, y + dy - high / 2];
      const beside = (dx || dy) && label.outside;
      if (beside && overlapsOthers(layer, row, frame, [left, top, left + wide, top + high])) continue;
      if (!this.grid.take([left - 2, top - 1, left + wide + 2, top + high + 1])) continue;
      lines.forEach((line, k) => write(c, line, x + dx, top + label.size * 1.25 * (k + 0.5), label, k));
      return;
    }
  }

  /**
   * A street's name on its longest nearly straight run, once within a few hundred pixels.
   * @param {LabelledLayer} layer
   * @param {number} row
   * @param {string} text
   * @param {number} wide
   */
  along(layer, row, text, wide) {
    const { context: c, frame } = this.painter;
    const run = longestSegment(layer, row, frame, wide);
    if (!run) return;
    const { x, y, angle } = run;
    if (x < 0 || y < 0 || x > frame.width || y > frame.height) return;
    const halfX = (Math.abs(Math.cos(angle)) * wide + layer.label.size) / 2;
    const halfY = (Math.abs(Math.sin(angle)) * wide + layer.label.size) / 2;
    if (this.streets.some((s) => s.text === text && Math.hypot(s.x - x, s.y - y) < APART)) return;
    if (!this.grid.take([x - halfX, y - halfY, x + halfX, y + halfY])) return;
    this.streets.push({ text, x, y });
    c.save();
    c.translate(x, y);
    c.rotate(angle);
    write(c, text, 0, 0, layer.label);
    c.restore();
  }
}

/**
 * Draw the labels of all visible layers.
 * @param {Painter} painter
 * @param {readonly Layer[]} layers
 * @param {Record<string, number[]>} evidence rows of the chosen target by layer
 * @param {string} fonts
 */
export function drawLabels(painter, layers, evidence, fonts) {
  const { view, frame } = painter;
  const lettering = new Lettering(painter, fonts);
  const shown = layers
    .filter(isLabelled)
    .filter((layer) => view.visible[layer.name] && frame.zoom >= Math.max(layer.minZoom, layer.label.min_zoom));
  for (const layer of shown) if (layer.mostly === 0 && layer.count < 2000) lettering.blockMarks(layer);
  for (const layer of [...shown].reverse()) lettering.layer(layer, new Set(evidence[layer.name] ?? []));
}

/** @type {(layer: Layer) => layer is LabelledLayer} */
const isLabelled = (layer) => layer.label !== null;

/** @type {(c: CanvasRenderingContext2D, text: string, x: number, y: number, label: LabelEntry, line?: number) => void} */
function write(c, text, x, y, label, line = 0) {
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.lineJoin = "round";
  c.lineWidth = 3.2;
  c.strokeStyle = "rgba(255,255,255,0.92)";
  c.strokeText(text, x, y);
  c.fillStyle = line ? "#555" : label.colour;
  c.fillText(text, x, y);
}
