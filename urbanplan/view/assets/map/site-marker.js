// The marker of a site that was put: people drag it, or move and delete it by keys.
import { map } from "./viewport.js";

/** @import { PutSite } from "./scenario.js" */

const STEP = 30; // metres that an arrow key moves

/** @type {number} */
let waiting = 0;

/**
 * Do something in the next frame; of many calls in one frame only the last counts.
 * @param {() => void} then
 */
function soon(then) {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(then);
}

/**
 * @param {Omit<PutSite, "marker">} site
 * @param {object} actions each leaves the site where it stands now
 * @param {(latlng: L.LatLng) => void} actions.move to the nearest street
 * @param {(east: number, north: number) => void} actions.shift by metres
 * @param {() => void} actions.drop
 */
export function createMarker(site, { move, shift, drop }) {
  const icon = L.divIcon({ className: "whatif-site", iconSize: [26, 26], html: "" });
  const marker = L.marker([site.lat, site.lng], {
    icon,
    draggable: true,
    keyboard: true,
    alt: site.name,
    title: site.name,
  }).addTo(map);
  const settle = () => marker.setLatLng([site.lat, site.lng]);
  marker.on("drag", () => soon(() => move(marker.getLatLng())));
  marker.on("dragend", () => {
    move(marker.getLatLng());
    settle();
  });
  marker.getElement()?.addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") return drop();
    /** @type {Record<string, [number, number]>} */
    const steps = { ArrowUp: [0, STEP], ArrowDown: [0, -STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    shift(...step);
    settle();
  });
  return marker;
}
