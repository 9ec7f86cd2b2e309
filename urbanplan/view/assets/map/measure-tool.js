// Measure lengths and areas: by clicks, or by keys at the middle of the map.
import { byId, element } from "../page/elements.js";
import { pathLength, ringArea } from "./geodesy.js";
import { change, listen, state } from "./state.js";
import { announce, decimal, integer, t } from "./texts.js";
import { map } from "./viewport.js";

/** @param {readonly L.LatLng[]} points */
const lengthText = (points) => t("length", { m: decimal.format(pathLength(points)) });

/** @param {number} area */
const areaText = (area) => t("area", { m2: integer.format(area), mu: decimal.format((area * 15) / 10000) });

export function createMeasureTool() {
  const button = byId("tool-measure");
  const box = byId("measure");
  /** @type {L.LatLng[]} */
  let points = [];
  /** @type {L.Polyline | null} */
  let line = null;
  const show = () => {
    line?.setLatLngs(points);
    const area = points.length > 2 ? ringArea(points) : 0;
    box.replaceChildren(
      element("span", { class: "measured", text: points.length > 1 ? lengthText(points) : t("measure_how") }),
      area ? element("span", { class: "measured", text: areaText(area) }) : "",
      element("button", { type: "button", text: t("undo"), disabled: !points.length, onclick: undo }),
      element("button", { type: "button", text: t("done"), onclick: () => change({ tool: null }) }),
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
  button.addEventListener("click", () => change({ tool: state.tool === "measure" ? null : "measure" }));
  listen(["tool"], () => {
    const on = state.tool === "measure";
    button.setAttribute("aria-pressed", String(on));
    box.hidden = !on;
    document.body.classList.toggle("measuring", on);
    points = [];
    line?.remove();
    line = on ? createLine().addTo(map) : null;
    if (on) show();
  });
  map.on("click", (event) => {
    if (state.tool === "measure") add(event.latlng);
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (state.tool === "measure" && event.key === "Enter" && event.target === map.getContainer()) add(map.getCenter());
  });
}

const createLine = () =>
  L.polyline([], { color: "#1f4e8c", weight: 2.5, dashArray: "6 4", renderer: L.canvas(), interactive: false });
