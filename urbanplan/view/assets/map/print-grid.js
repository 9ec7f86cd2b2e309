// The grid of coordinates on the printed map: faint lines, a margin with ticks and labels, a note of what they are.
import { byId, element, svgElement } from "../page/elements.js";
import { arcLabel, arcStep, crossing, extent, gridLines, metreStep, stepLabel } from "./graticule.js";
import { meta } from "./page-data.js";
import { evaluate } from "./plane.js";
import { t } from "./texts.js";
import { map } from "./viewport.js";

/** @import { Frame, GridLine, Pair } from "./graticule.js" */
/** @import { Plane } from "./payload.d.ts" */

/** Pixels from the sheet's frame to the map's: room for the labels. */
export const MARGIN = 20;
const SPACING = 120; // pixels between lines, at least
const CORNER = 34; // pixels along the frame without labels
const TICK = 5;
const LETTERS = /** @type {const} */ ([
  ["E", "W"],
  ["N", "S"],
]);

/** @type {(point: Pair) => Pair} */
const positionOf = (point) => {
  const { lng, lat } = map.containerPointToLatLng(point);
  return [lng, lat];
};

/** Not rounded to a pixel of the screen: paper shows more. @type {(position: Pair) => Pair} */
const pixelOf = ([lng, lat]) => {
  const { x, y } = map.layerPointToContainerPoint(map.project([lat, lng]).subtract(map.getPixelOrigin()));
  return [x, y];
};

/** @type {Frame} */
const arcs = {
  fromPixel: (point) => /** @type {Pair} */ (positionOf(point).map((degrees) => degrees * 3600)),
  toPixel: ([x, y]) => pixelOf([x / 3600, y / 3600]),
};

/** @type {(plane: Plane) => Frame} */
const metres = (plane) => ({
  fromPixel: (point) => evaluate(plane.metres, ...positionOf(point)),
  toPixel: (place) => pixelOf(evaluate(plane.degrees, ...place)),
});

/** Polynomials hold where they were fitted: the map must not look further. @type {(plane: Plane) => boolean} */
function holds({ metres: { middle, half } }) {
  const { x, y } = map.getSize();
  return [
    [0, 0],
    [x, 0],
    [0, y],
    [x, y],
  ].every((corner) =>
    positionOf(/** @type {Pair} */ (corner)).every((degrees, axis) => Math.abs(degrees - middle[axis]) <= half[axis]),
  );
}

/** @typedef {{ axis: 0 | 1, far: boolean, at: number, text: string }} Tick */

/**
 * Ticks where a line meets the map's frame: eastings above and below, northings at the sides.
 * @type {(line: GridLine, size: Pair, text: string) => Tick[]}
 */
function ticksOf({ axis, points }, size, text) {
  const across = axis ? 0 : 1;
  return [false, true].flatMap((far) => {
    const at = crossing(points, across, far ? size[across] - MARGIN : MARGIN);
    return at !== null && at > CORNER && at < size[axis] - CORNER ? [{ axis, far, at, text }] : [];
  });
}

/** @type {(tick: Tick, size: Pair) => SVGElement[]} */
function drawTick({ axis, far, at, text }, size) {
  const across = axis ? 0 : 1;
  const border = far ? size[across] - MARGIN : MARGIN;
  const outer = border + (far ? TICK : -TICK);
  const middle = border + (far ? 1 : -1) * (TICK + 7);
  const [x, y] = axis ? [middle, at] : [at, middle];
  const turned = axis ? `rotate(-90 ${x} ${y})` : null;
  return [
    svgElement("path", { d: axis ? `M${border} ${at}H${outer}` : `M${at} ${border}V${outer}`, class: "tick" }),
    svgElement("text", { x, y, transform: turned, text }),
  ];
}

/** @type {(size: Pair) => SVGElement[]} */
function drawMargin([width, height]) {
  const inner = `M${MARGIN} ${MARGIN}V${height - MARGIN}H${width - MARGIN}V${MARGIN}Z`;
  return [
    svgElement("path", { d: `M0 0H${width}V${height}H0Z${inner}`, class: "margin" }),
    svgElement("path", { d: inner, class: "neatline" }),
  ];
}

/** Prepare the grid; what comes back draws it for what the map looks at. */
export function createPrintGrid() {
  const svg = svgElement("svg", { id: "print-grid", "aria-hidden": "true" });
  const note = element("p", { id: "print-grid-note" });
  byId("furniture").before(svg);
  byId("corner").append(note);
  const draw = () => {
    if (!document.body.classList.contains("printing") || !meta.grid) return;
    const { x, y } = map.getSize();
    /** @type {Pair} */
    const size = [x, y];
    const { plane, crs } = meta.grid;
    const flat = plane && holds(plane) ? plane : null;
    const frame = flat ? metres(flat) : arcs;
    const [[west, east], [south, north]] = extent(frame, size);
    const least = SPACING * Math.max((east - west) / x, (north - south) / y);
    const step = flat ? metreStep(least) : arcStep(least);
    const lines = gridLines(frame, size, step);
    const label = (/** @type {GridLine} */ line) =>
      flat ? String(line.value) : arcLabel(line.value, step, LETTERS[line.axis]);
    svg.setAttribute("viewBox", `0 0 ${x} ${y}`);
    svg.replaceChildren(
      ...lines.map(({ points }) => svgElement("polyline", { points: points.join(" "), class: "line" })),
      ...drawMargin(size),
      ...lines.flatMap((line) => ticksOf(line, size, label(line)).flatMap((tick) => drawTick(tick, size))),
    );
    note.textContent = t("grid_note", { step: stepLabel(step, !flat), crs: flat ? crs : t("degrees") });
  };
  map.on("zoomend moveend resize", draw);
  return draw;
}
