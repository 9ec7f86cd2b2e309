// The map, its canvas of the plan, and what it looks at.
import { byId } from "../page/elements.js";
import { boundsOf, hitTest } from "./hit-test.js";
import { layers, meta } from "./page-data.js";
import { PlanCanvas } from "./plan-canvas.js";
import { leafletCrs } from "./projection.js";
import { state } from "./state.js";

/** @import { Feature } from "./hit-test.js" */

const NARROW = 760; // pixels: below, the panel lies over the map

/** folium made it under this name. */
export const map = /** @type {Record<string, L.Map>} */ (/** @type {unknown} */ (window))[meta.map];
if (meta.tiling === "degrees") {
  map.options.crs = leafletCrs();
  map.setView(map.getCenter(), map.getZoom(), /** @type {any} */ ({ animate: false, reset: true }));
}

/** The canvas of the plan: beside a comparison it shows the right side. */
export const planCanvas = new PlanCanvas(() => ({ ...state, ...state.compare?.right }));

/**
 * The features of visible layers at a point in unit coordinates.
 * @param {number} px
 * @param {number} py
 * @param {number} zoom
 */
export function featuresAt(px, py, zoom) {
  return hitTest(
    layers.filter((layer) => state.visible[layer.name]),
    px,
    py,
    zoom,
  );
}

/** Show the whole of what the map is about; in a wide window above the title block and the slider. */
export function showWhole() {
  const stage = map.getContainer().getBoundingClientRect();
  const wide = stage.width > 600;
  const below = [byId("corner"), byId("time")].filter((box) => !box.hidden);
  const highest = Math.min(...below.map((box) => box.getBoundingClientRect().top));
  /** @type {L.FitBoundsOptions} */
  const room =
    wide && meta.framed
      ? { paddingTopLeft: [60, 70], paddingBottomRight: [170, 150] }
      : {
          paddingTopLeft: [wide ? 24 : 10, wide ? 24 : 62],
          paddingBottomRight: wide ? [150, stage.bottom - highest + 8] : [10, 90],
        };
  map.fitBounds(meta.bounds, { animate: false, ...room });
}

/**
 * Room to keep free for what stands over the map: bars above, tools at the right, and in a narrow window the panel.
 * @param {number} [spare] the least room below, pixels
 * @returns {{ paddingTopLeft: [number, number], paddingBottomRight: [number, number] }}
 */
export function furnitureRoom(spare = innerWidth < NARROW ? 110 : 130) {
  const stage = map.getContainer().getBoundingClientRect();
  const above = byId("top").getBoundingClientRect().bottom - stage.top;
  const beside = stage.right - byId("side").getBoundingClientRect().left;
  const below = innerWidth < NARROW ? stage.bottom - byId("panel").getBoundingClientRect().top : 0;
  const margin = innerWidth < NARROW ? 16 : 40;
  return {
    paddingTopLeft: [margin, above + 16],
    paddingBottomRight: [beside + 16, Math.max(below + 24, spare)],
  };
}

/**
 * Fly to features; nothing moves where none has a shape.
 * @param {readonly Feature[]} features
 * @param {() => void} [then] called on arrival
 */
export function flyTo(features, then) {
  const bounds = boundsOf(features);
  if (!bounds) return;
  if (then) map.once("moveend", then);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.flyToBounds(bounds, { ...furnitureRoom(), maxZoom: 16, duration: calm ? 0 : 0.7, animate: !calm });
}
