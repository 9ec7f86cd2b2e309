// The map, its canvas of the plan, and what it looks at.
import { boundsOf, hitTest } from "./hit-test.js";
import { layers, meta } from "./page-data.js";
import { PlanCanvas } from "./plan-canvas.js";
import { state } from "./state.js";

/** @import { Feature } from "./hit-test.js" */

/** folium made it under this name. */
export const map = /** @type {Record<string, L.Map>} */ (/** @type {unknown} */ (window))[meta.map];

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

/** Show the whole of what the map is about. */
export function showWhole() {
  const wide = map.getSize().x > 900;
  /** @type {L.FitBoundsOptions} */
  const room =
    wide && meta.framed
      ? { paddingTopLeft: [60, 70], paddingBottomRight: [170, 150] }
      : { paddingTopLeft: [wide ? 24 : 10, wide ? 24 : 62], paddingBottomRight: wide ? [150, 40] : [10, 90] };
  map.fitBounds(meta.bounds, { animate: false, ...room });
}

/**
 * Room to keep free for what stands over the map.
 * @returns {L.FitBoundsOptions}
 */
const furnitureRoom = () =>
  innerWidth < 760
    ? { paddingTopLeft: [16, 64], paddingBottomRight: [60, 120] }
    : { paddingTopLeft: [40, 66], paddingBottomRight: [160, 130] };

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
