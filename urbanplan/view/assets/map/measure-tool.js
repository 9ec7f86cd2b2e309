// Measure lengths and areas: by clicks, or by keys at the middle of the map.
import { byId, element, refill } from "../page/elements.js";
import { pathLength, ringArea } from "./geodesy.js";
import { addSpotTool, doneButton } from "./spot-tools.js";
import { listen, state } from "./state.js";
import { announce, decimal, integer, t } from "./texts.js";
import { map } from "./viewport.js";

const LONG = 10_000; // metres: from here on lengths are told in kilometres
const WIDE = 1_000_000; // square metres: from here on areas are told in square kilometres

/** @param {readonly L.LatLng[]} points */
function lengthText(points) {
  const m = pathLength(points);
  return m < LONG ? t("length", { m: decimal.format(m) }) : t("length_km", { km: decimal.format(m / 1000) });
}

/** @param {number} area square metres */
function areaText(area) {
  const mu = (area * 15) / 10000;
  if (area < WIDE) return t("area", { m2: integer.format(area), mu: decimal.format(mu) });
  return t("area_km2", { km2: decimal.format(area / 1e6), mu: integer.format(mu) });
}

export function createMeasureTool() {
  const box = byId("measure");
  /** @type {L.LatLng[]} */
  let points = [];
  /** @type {L.Polyline | null} */
  let line = null;
  const show = () => {
    line?.setLatLngs(points);
    const area = points.length > 2 ? ringArea(points) : 0;
    refill(
      box,
      element("span", { class: "measured", text: points.length > 1 ? lengthText(points) : t("spot_how") }),
      area ? element("span", { class: "measured", text: areaText(area) }) : "",
      element("button", { type: "button", text: t("undo"), disabled: !points.length, onclick: undo }),
      doneButton(),
    );
  };
  const undo = () => {
    points.pop();
    show();
  };
  /** @param {L.LatLng} latlng */
  const add = (latlng) => {
    points.push(latlng);
    show();
    announce(lengthText(points));
  };
  addSpotTool("measure", { button: byId("tool-measure"), act: add });
  listen(["tool"], () => {
    const on = state.tool === "measure";
    box.hidden = !on;
    document.body.classList.toggle("measuring", on);
    points = [];
    line?.remove();
    line = on ? createLine().addTo(map) : null;
    if (on) show();
  });
}

const createLine = () =>
  L.polyline([], { color: "#1f4e8c", weight: 2.5, dashArray: "6 4", renderer: L.canvas(), interactive: false });
