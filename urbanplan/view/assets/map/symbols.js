// Marks, hatches and the colours of verdicts.

/** @import { MapSymbol, MarkShape } from "./payload.d.ts" */

/** The look of each rank of a verdict: met, undecidable, not met. */
export const STATUS_LOOKS = [
  { fill: "#3c9a68", stroke: "#14693f", pattern: null },
  { fill: "#d9b44a", stroke: "#7a5c00", pattern: "dots" },
  { fill: "#d2604f", stroke: "#8c1d18", pattern: "diagonal" },
];
const UNJUDGED_LOOK = { fill: "#e3e3de", stroke: "#a9a9a2", pattern: null };

/**
 * How much wider than at zoom 14 a line or mark is.
 * @param {number} zoom
 */
export const growth = (zoom) => Math.min(2.4, Math.max(0.45, 1.28 ** (zoom - 14)));

/**
 * The symbol of a verdict's rank, -1 for none, on features of a dimension.
 * @param {MapSymbol} base
 * @param {number} rank
 * @param {number} dimension
 * @returns {MapSymbol}
 */
export function verdictSymbol(base, rank, dimension) {
  const look = STATUS_LOOKS[rank] ?? UNJUDGED_LOOK;
  if (dimension !== 1) return { ...base, ...look, pattern_colour: look.stroke, fill_opacity: 0.85 };
  const dash = rank === 2 ? [7, 4] : rank === 1 ? [2, 3] : [];
  return { ...base, stroke: rank < 0 ? look.stroke : look.fill, casing: null, dash };
}

/** @typedef {(c: CanvasPath, x: number, y: number, r: number) => void} Mark */

/** @type {Readonly<Record<MarkShape, Mark>>} */
export const MARKS = {
  circle: (c, x, y, r) => {
    c.moveTo(x + r, y);
    c.arc(x, y, r, 0, 2 * Math.PI);
  },
  square: (c, x, y, r) => c.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
  diamond: (c, x, y, r) => polygon(c, x, y, 4, () => 1.2 * r, -Math.PI / 2),
  triangle: (c, x, y, r) => polygon(c, x, y, 3, () => 1.25 * r, -Math.PI / 2),
  star: (c, x, y, r) => polygon(c, x, y, 10, (k) => (k % 2 ? 0.6 : 1.35) * r, -Math.PI / 2),
  plus: (c, x, y, r) => polygon(c, x, y, 12, (k) => (k % 3 === 1 ? 0.5 : 1.15) * r, -Math.PI / 2 - Math.PI / 6),
};

/** @type {(c: CanvasPath, x: number, y: number, n: number, radius: (k: number) => number, from: number) => void} */
function polygon(c, x, y, n, radius, from) {
  for (let k = 0; k < n; k++) {
    const a = from + (2 * Math.PI * k) / n;
    c[k ? "lineTo" : "moveTo"](x + radius(k) * Math.cos(a), y + radius(k) * Math.sin(a));
  }
  c.closePath();
}

/** @type {Map<string, CanvasPattern>} */
const hatches = new Map();

/**
 * A hatch as a repeated tile, made once.
 * @param {CanvasRenderingContext2D} context
 * @param {string} pattern
 * @param {string} colour
 * @param {number} ratio device pixels in a CSS pixel
 */
export function hatch(context, pattern, colour, ratio) {
  const key = `${pattern} ${colour} ${ratio}`;
  const known = hatches.get(key);
  if (known) return known;
  const made = /** @type {CanvasPattern} */ (context.createPattern(drawTile(pattern, colour, ratio), "repeat"));
  hatches.set(key, made);
  return made;
}

/** @type {(pattern: string, colour: string, ratio: number) => HTMLCanvasElement} */
function drawTile(pattern, colour, ratio) {
  const tile = document.createElement("canvas");
  const n = Math.round(8 * ratio);
  tile.width = tile.height = n;
  const c = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  c.strokeStyle = c.fillStyle = colour;
  c.lineWidth = ratio * 1.1;
  /** @type {(ax: number, ay: number, bx: number, by: number) => void} */
  const line = (ax, ay, bx, by) => {
    c.beginPath();
    c.moveTo(ax * n, ay * n);
    c.lineTo(bx * n, by * n);
    c.stroke();
  };
  if (pattern === "diagonal" || pattern === "cross") [-1, 0, 1].forEach((k) => line(k - 0.1, 1.1, k + 1.1, -0.1));
  if (pattern === "back" || pattern === "cross") [-1, 0, 1].forEach((k) => line(k - 0.1, -0.1, k + 1.1, 1.1));
  if (pattern === "horizontal") line(0, 0.5, 1, 0.5);
  if (pattern === "vertical") line(0.5, 0, 0.5, 1);
  if (pattern === "dots") {
    c.beginPath();
    c.arc(n / 2, n / 2, 1.3 * ratio, 0, 7);
    c.fill();
  }
  return tile;
}
