// Outlines as the text of an SVG path: a canvas takes a text of many points in half the time of a call for each point.

/** @import { Layer } from "./layer-decoder.js" */
/** @import { Frame } from "./painter.js" */

const PARTS = 100; // of a pixel, to which places are rounded
const NEAR = 0.7; // pixels: a point nearer to the last one is left out
const FIXED = 64; // points from one place in full to the next, so that rounded steps do not add up
const REACH = 2048; // parts: longer steps are written anew each time

/** Steps as text, from -REACH on; the sign or blank keeps them apart. */
const STEPS = Array.from({ length: 2 * REACH }, (_, k) => written(k - REACH));

/** @param {number} parts */
function written(parts) {
  return (parts < 0 ? "" : " ") + parts / PARTS;
}

/** @param {number} parts */
const step = (parts) => (parts >= -REACH && parts < REACH ? STEPS[parts + REACH] : written(parts));

/**
 * The path of a line or polygon; a polygon smaller than a pixel becomes a dot of its own, a line so small is nothing.
 * @param {Pick<Layer, "box" | "dims" | "first" | "chain" | "x" | "y">} layer
 * @param {number} row
 * @param {Pick<Frame, "k" | "x" | "y">} frame
 */
export function outlineOf(layer, row, frame) {
  const { k } = frame;
  const b = layer.box;
  const closed = layer.dims[row] === 2;
  if (b[4 * row] > b[4 * row + 2]) return ""; // without a shape
  if ((b[4 * row + 2] - b[4 * row]) * k < 1 && (b[4 * row + 3] - b[4 * row + 1]) * k < 1) {
    return closed ? `M${b[4 * row] * k - frame.x} ${b[4 * row + 1] * k - frame.y}h1v1h-1z` : "";
  }
  let text = "";
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) text += chainOf(layer, j, frame, closed);
  return text;
}

/** @type {(layer: Pick<Layer, "chain" | "x" | "y">, j: number, frame: Pick<Frame, "k" | "x" | "y">, closed: boolean) => string} */
function chainOf(layer, j, frame, closed) {
  const end = layer.chain[j + 1] - 1;
  let text = "";
  let lastX = 0;
  let lastY = 0;
  let count = 0;
  for (let i = layer.chain[j]; i <= end; i++) {
    const x = Math.round((layer.x[i] * frame.k - frame.x) * PARTS);
    const y = Math.round((layer.y[i] * frame.k - frame.y) * PARTS);
    const [dx, dy] = [x - lastX, y - lastY];
    if (count && i !== end && Math.abs(dx) + Math.abs(dy) <= NEAR * PARTS) continue;
    if (count % FIXED === 0) text += `${count ? "L" : "M"}${x / PARTS} ${y / PARTS}`;
    else text += (count % FIXED === 1 ? "l" : "") + step(dx) + step(dy);
    lastX = x;
    lastY = y;
    count += 1;
  }
  return closed ? `${text}z` : text;
}
