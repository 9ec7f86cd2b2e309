// Grids of coordinates: steps, labels and lines, in metres of the working CRS or in seconds of arc.

/** @typedef {[number, number]} Pair */
/**
 * A grid's coordinates: those of a point in pixels, and back.
 * @typedef {{ fromPixel: (point: Pair) => Pair, toPixel: (place: Pair) => Pair }} Frame
 */
/** @typedef {{ axis: 0 | 1, value: number, points: Pair[] }} GridLine */

const ARCS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000]; // seconds
const PARTS = 8; // of a line, and of a side of the frame

/**
 * The least round step that is not below a length: 1, 2 or 5 times a power of ten, a metre at least.
 * @param {number} least metres
 */
export function metreStep(least) {
  const ten = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5].map((factor) => factor * ten).find((step) => step >= least) ?? 10 * ten;
}

/**
 * The least round step that is not below an angle: whole seconds, minutes or degrees.
 * @param {number} least seconds
 */
export const arcStep = (least) => ARCS.find((step) => step >= least) ?? ARCS[ARCS.length - 1];

/** @type {(step: number, low: number, high: number) => number[]} */
export function multiples(step, low, high) {
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, k) => (first + k) * step);
}

/**
 * An angle as degrees, minutes and seconds, as far as the step asks for them.
 * @param {number} seconds
 * @param {number} step seconds
 * @param {Readonly<Pair | [string, string]>} letters of positive and negative angles
 */
export function arcLabel(seconds, step, letters) {
  const whole = Math.abs(Math.round(seconds));
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  let text = `${Math.floor(whole / 3600)}°`;
  if (step % 3600) text += `${pad(Math.floor(whole / 60) % 60)}′`;
  if (step % 60) text += `${pad(whole % 60)}″`;
  return whole ? text + letters[seconds < 0 ? 1 : 0] : text;
}

/**
 * The step of a grid as a length or an angle.
 * @param {number} step metres or seconds
 * @param {boolean} inDegrees
 */
export function stepLabel(step, inDegrees) {
  if (!inDegrees) return step < 1000 ? `${step} m` : `${step / 1000} km`;
  if (step % 60) return `${step}″`;
  return step % 3600 ? `${step / 60}′` : `${step / 3600}°`;
}

/**
 * The grid's coordinates along a frame's border: least and greatest on both axes.
 * @param {Frame} frame
 * @param {Pair} size pixels
 * @returns {[Pair, Pair]}
 */
export function extent(frame, [width, height]) {
  const along = Array.from({ length: PARTS + 1 }, (_, k) => k / PARTS);
  const border = along.flatMap((part) => [
    frame.fromPixel([part * width, 0]),
    frame.fromPixel([part * width, height]),
    frame.fromPixel([0, part * height]),
    frame.fromPixel([width, part * height]),
  ]);
  return /** @type {[Pair, Pair]} */ (
    [0, 1].map((axis) => {
      const values = border.map((place) => place[axis]);
      return [Math.min(...values), Math.max(...values)];
    })
  );
}

/**
 * The lines of a grid over a frame, in pixels.
 * @param {Frame} frame
 * @param {Pair} size pixels
 * @param {number} step
 * @returns {GridLine[]}
 */
export function gridLines(frame, size, step) {
  const box = extent(frame, size);
  return /** @type {const} */ ([0, 1]).flatMap((axis) => {
    const [low, high] = box[1 - axis];
    const along = Array.from({ length: PARTS + 1 }, (_, k) => low + ((high - low) * k) / PARTS);
    return multiples(step, ...box[axis]).map((value) => ({
      axis,
      value,
      points: along.map((other) => frame.toPixel(axis ? [other, value] : [value, other])),
    }));
  });
}

/**
 * Where a line crosses a border of the frame, null where it does not: x of a level border, y of an upright one.
 * @param {readonly Pair[]} points of the line
 * @param {0 | 1} axis of the border's constant: 0 upright, 1 level
 * @param {number} at pixels
 */
export function crossing(points, axis, at) {
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1], points[k]];
    const [from, to] = [a[axis] - at, b[axis] - at];
    if (from * to > 0 || from === to) continue;
    return a[1 - axis] + ((b[1 - axis] - a[1 - axis]) * from) / (from - to);
  }
  return null;
}
