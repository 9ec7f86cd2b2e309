// The view for print.
import { byId } from "../page/elements.js";
import { map, planCanvas } from "./viewport.js";

const fitMap = () => map.invalidateSize({ animate: false, pan: false });

function enter() {
  map.closePopup();
  document.body.classList.add("printing");
  fitMap();
  planCanvas.paint();
}

function leave() {
  document.body.classList.remove("printing");
  fitMap();
}

export function createPrintView() {
  const { classList } = document.body;
  byId("tool-print").addEventListener("click", () => {
    const bounds = map.getBounds();
    enter();
    map.fitBounds(bounds, { animate: false });
  });
  byId("print-now").addEventListener("click", () => window.print());
  byId("print-leave").addEventListener("click", leave);
  addEventListener("beforeprint", () => {
    if (classList.contains("printing")) return;
    enter();
    classList.add("printing-once");
  });
  addEventListener("afterprint", () => {
    if (!classList.contains("printing-once")) return;
    classList.remove("printing-once");
    leave();
  });
}
