// The scale of the printed map: a round 1:N, true across the middle of the sheet.
import { byId, element } from "../page/elements.js";
import { pathLength, roundScale } from "./geodesy.js";
import { meta } from "./page-data.js";
import { map } from "./viewport.js";

const PIXEL = 0.0254 / 96; // metres of paper
const SAMPLE = 100; // pixels
/** In degrees a map has one scale across and another along: it bears none. */
const hasScale = meta.tiling === "mercator";

function denominator() {
  const { x, y } = map.getSize().divideBy(2);
  const ends = [map.containerPointToLatLng([x - SAMPLE / 2, y]), map.containerPointToLatLng([x + SAMPLE / 2, y])];
  return pathLength(ends) / SAMPLE / PIXEL;
}

/** Draw the map a little smaller, at the next round scale, so that all that was seen stays on the sheet. */
export function takeRoundScale() {
  if (!hasScale) return;
  const now = denominator();
  const snap = map.options.zoomSnap;
  map.options.zoomSnap = 0;
  map.setZoom(map.getZoom() - Math.log2(roundScale(now) / now), { animate: false });
  map.options.zoomSnap = snap;
}

/** Show the scale while the sheet for print is open; one that is not round is said to the hundred, with a sign. */
export function createPrintScale() {
  const box = element("p", { id: "print-scale" });
  byId("corner").append(box);
  const show = () => {
    const now = denominator();
    const round = roundScale(now);
    const exact = Math.abs(round - now) < 0.001 * now;
    const number = exact ? round : Math.round(now / 100) * 100;
    box.textContent = hasScale ? `${exact ? "" : "≈ "}1:${number}` : "";
  };
  map.on("zoomend moveend resize", show);
  show();
}
