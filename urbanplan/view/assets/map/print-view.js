// The view for print.
import { byId, element } from "../page/elements.js";
import { createPrintGrid, MARGIN } from "./print-grid.js";
import { createPrintScale, takeRoundScale } from "./print-scale.js";
import { t } from "./texts.js";
import { map, planCanvas } from "./viewport.js";

const fitMap = () => map.invalidateSize({ animate: false, pan: false });

/** @param {() => void} drawGrid */
function enter(drawGrid) {
  map.closePopup();
  document.body.classList.add("printing");
  fitMap();
  planCanvas.paint();
  drawGrid();
}

function leave() {
  document.body.classList.remove("printing");
  fitMap();
}

/** Who signs the sheet: cells to be filled by hand. */
function createSignOff() {
  const cells = ["sign_drawn", "sign_checked", "sign_approved", "sign_date"].map((key) =>
    element("span", { text: t(key) }),
  );
  byId("title-block").append(element("p", { id: "sign-off" }, cells));
}

export function createPrintView() {
  createPrintScale();
  const drawGrid = createPrintGrid();
  createSignOff();
  const { classList } = document.body;
  byId("tool-print").addEventListener("click", () => {
    const bounds = map.getBounds();
    enter(drawGrid);
    map.fitBounds(bounds, { animate: false, padding: [MARGIN, MARGIN] });
    takeRoundScale();
  });
  byId("print-now").addEventListener("click", () => window.print());
  byId("print-leave").addEventListener("click", leave);
  addEventListener("beforeprint", () => {
    if (classList.contains("printing")) return;
    enter(drawGrid);
    classList.add("printing-once");
  });
  addEventListener("afterprint", () => {
    if (!classList.contains("printing-once")) return;
    classList.remove("printing-once");
    leave();
  });
}
