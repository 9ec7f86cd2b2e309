// The view for print.
import { byId, element } from "../page/elements.js";
import { meta } from "./page-data.js";
import { createPrintGrid, MARGIN } from "./print-grid.js";
import { createPrintScale, takeRoundScale } from "./print-scale.js";
import { t } from "./texts.js";
import { map, planCanvas } from "./viewport.js";

const GAP = 12; // pixels around the sheet on the screen

const fitMap = () => map.invalidateSize({ animate: false, pan: false });

/** Show the whole sheet on a window that is narrower; paper gets it in its own size. */
function fitSheet() {
  const { style, offsetWidth, offsetHeight } = byId("stage");
  const room = document.documentElement.clientWidth - 2 * GAP;
  const share = document.body.classList.contains("printing") ? Math.min(1, room / offsetWidth) : 1;
  style.transformOrigin = share < 1 ? "0 0" : "";
  style.transform = share < 1 ? `scale(${share})` : "";
  style.margin = share < 1 ? `${GAP}px ${GAP}px ${(share - 1) * offsetHeight + GAP}px` : "";
}

/** Pictures of a ground are asked for anew at another zoom, and would come when the sheet is printed already. */
function hasGround() {
  let found = false;
  map.eachLayer((layer) => {
    found ||= "getTileUrl" in layer;
  });
  return found;
}

/** @param {() => void} drawGrid */
function enter(drawGrid) {
  map.closePopup();
  const { x, y } = map.getSize();
  document.body.classList.toggle("upright", y > x);
  document.body.classList.add("printing");
  fitSheet();
  fitMap();
  planCanvas.paint();
  drawGrid();
}

function leave() {
  document.body.classList.remove("printing", "upright");
  fitSheet();
  fitMap();
}

/**
 * Move the map so that the title block, at the lower left, lies beside what the map is about: up or to the right, as far
 * as there is room on the sheet; the scale stays.
 */
function clearTitle() {
  const [[south, west], [north, east]] = meta.bounds;
  const [low, high] = [map.latLngToContainerPoint([south, west]), map.latLngToContainerPoint([north, east])];
  const [frame, corner] = [byId("furniture"), byId("corner")];
  const up = low.y - frame.offsetTop - corner.offsetTop;
  const right = frame.offsetLeft + corner.offsetLeft + corner.offsetWidth - low.x;
  if (up <= 0 || right <= 0) return;
  const above = Math.max(0, high.y - MARGIN);
  const beside = map.getSize().x - MARGIN - high.x;
  /** @type {[number, number]} */
  const by = up > above && right <= beside ? [-right, 0] : [0, Math.min(up, above)];
  map.panBy(by, { animate: false });
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
  const enterWithAll = () => {
    const bounds = map.getBounds();
    enter(drawGrid);
    map.fitBounds(bounds, { animate: false, padding: [MARGIN, MARGIN] });
    takeRoundScale();
    clearTitle();
  };
  const leaveByHand = () => {
    leave();
    byId("tool-print").focus();
  };
  byId("tool-print").addEventListener("click", () => {
    enterWithAll();
    byId("print-now").focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && classList.contains("printing")) leaveByHand();
  });
  byId("print-now").addEventListener("click", () => window.print());
  byId("print-leave").addEventListener("click", leaveByHand);
  addEventListener("resize", fitSheet);
  /** @type {{ center: L.LatLng, zoom: number } | null} */
  let seen = null; // before the browser's own print
  addEventListener("beforeprint", () => {
    if (classList.contains("printing")) return;
    seen = { center: map.getCenter(), zoom: map.getZoom() };
    if (hasGround()) {
      enter(drawGrid);
      map.setView(seen.center, seen.zoom, { animate: false });
    } else enterWithAll();
    planCanvas.paint();
    drawGrid();
  });
  addEventListener("afterprint", () => {
    if (!seen) return;
    leave();
    map.setView(seen.center, seen.zoom, { animate: false });
    seen = null;
  });
}
