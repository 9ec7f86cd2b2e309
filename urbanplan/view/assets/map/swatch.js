// A small drawing of a symbol, by the same pen as the map.
import { element } from "../page/elements.js";
import { membersOf } from "./classification.js";
import { dimensionsAmong } from "./layer-decoder.js";
import { Painter } from "./painter.js";
import { state } from "./state.js";
import { MARKS } from "./symbols.js";

/** @import { Layer } from "./layer-decoder.js" */
/** @import { MapSymbol, SymbolClass } from "./payload.d.ts" */

const RATIO = 2;

/**
 * @param {number} dimension
 * @param {MapSymbol} symbol
 */
export function swatch(dimension, symbol) {
  const canvas = element("canvas", { class: "swatch", width: 26 * RATIO, height: 16 * RATIO, "aria-hidden": "true" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(RATIO, RATIO);
  const painter = new Painter(context, { k: 1, x: 0, y: 0, width: 26, height: 16, ratio: RATIO, zoom: 14 }, state);
  const path = new Path2D();
  if (dimension === 0) MARKS[symbol.shape](path, 13, 8, Math.min(6, symbol.size));
  else if (dimension === 1) {
    path.moveTo(2, 8);
    path.lineTo(24, 8);
  } else path.rect(3, 2, 20, 12);
  const drawing = { path, dimension, symbol, faint: false };
  if (dimension === 1) painter.casing(drawing, 1);
  painter.body(drawing, 1);
  return canvas;
}

/** @type {WeakMap<number[], number[]>} */
const dimensions = new WeakMap();

/**
 * The signs of a class of a layer: one for each kind of shape among its rows, the commonest first.
 * @param {Layer} layer
 * @param {SymbolClass} one
 */
export function swatches(layer, one) {
  const rows = membersOf(layer, state)[layer.classes.indexOf(one)] ?? [];
  if (!rows.length) return [swatch(layer.mostly, one.symbol)];
  const known = dimensions.get(rows) ?? dimensionsAmong(rows.map((row) => layer.dims[row]));
  dimensions.set(rows, known);
  return known.map((dimension) => swatch(dimension, one.symbol));
}
