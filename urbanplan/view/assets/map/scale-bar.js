// The scale bar.
import { byId, element, svgElement } from "../page/elements.js";
import { pathLength, roundLength } from "./geodesy.js";
import { map } from "./viewport.js";

const SAMPLE = 100; // pixels
const WIDEST = 1.2; // samples

export function createScaleBar() {
  const box = byId("scale");
  const show = () => {
    const y = map.getSize().y / 2;
    const metres = pathLength([map.containerPointToLatLng([0, y]), map.containerPointToLatLng([SAMPLE, y])]);
    const step = roundLength(metres * WIDEST);
    const width = (step / metres) * SAMPLE;
    const outer = Math.ceil(width) + 2;
    const halves = [0, 1].map((k) =>
      svgElement("rect", {
        x: 1 + (k * width) / 2,
        y: 3,
        width: width / 2,
        height: 4,
        class: k ? "scale-b" : "scale-a",
      }),
    );
    box.replaceChildren(
      svgElement("svg", { viewBox: `0 0 ${outer} 10`, width: outer, height: 10, "aria-hidden": "true" }, halves),
      element("span", { text: step >= 1000 ? `${step / 1000} km` : `${step} m` }),
    );
  };
  map.on("zoomend moveend resize", show);
  show();
}
