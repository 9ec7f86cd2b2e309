// The map's page comes together.
import { byId } from "../page/elements.js";
import { createTablePanel } from "./attribute-table.js";
import { createBaseMap } from "./base-map.js";
import { createComparison } from "./comparison.js";
import { showFeature } from "./feature-card.js";
import { createLayerPanel } from "./layer-panel.js";
import { showLegend } from "./legend.js";
import { createMeasureTool } from "./measure-tool.js";
import { unitX, unitY } from "./projection.js";
import { layers, meta, verdicts } from "./page-data.js";
import { readAddress, writeAddress } from "./permalink.js";
import { createPrintView } from "./print-view.js";
import { createScaleBar } from "./scale-bar.js";
import { coverageOf, dropSite, plans, putSite, readings, toGeoJson, toggleSite, wake } from "./scenario.js";
import { createScenarioPanel } from "./scenario-panel.js";
import { createSearchBox } from "./search-box.js";
import { choose } from "./selection.js";
import { actOn, createSpotKeys } from "./spot-tools.js";
import { change, listen, state } from "./state.js";
import { createTabs } from "./tabs.js";
import { t } from "./texts.js";
import { createTimeSlider } from "./time-slider.js";
import { fillTitleBlock } from "./title-block.js";
import { createVerdictPanel } from "./verdict-panel.js";
import { featuresAt, map, planCanvas, showWhole } from "./viewport.js";

/** Texts of the page's own markup. */
function fillTexts() {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-t]"))) {
    node.textContent = t(node.dataset.t ?? "");
  }
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-label]"))) {
    const label = t(node.dataset.label ?? "");
    node.setAttribute("aria-label", label);
    node.title = label;
  }
}

function createParts() {
  fillTitleBlock();
  createScaleBar();
  createVerdictPanel();
  createLayerPanel();
  createBaseMap();
  createTablePanel();
  createSearchBox();
  createTimeSlider();
  createComparison();
  createMeasureTool();
  createPrintView();
  createScenarioPanel();
  createSpotKeys();
  createTabs();
}

function createButtons() {
  byId("tool-in").addEventListener("click", () => map.zoomIn());
  byId("tool-out").addEventListener("click", () => map.zoomOut());
  byId("tool-home").addEventListener("click", () => showWhole());
  const toggle = byId("legend-toggle");
  toggle.addEventListener("click", () => {
    const open = byId("legend").classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  if (innerWidth < 900) toggle.click();
}

function prepareMap() {
  map.on("click", (event) => {
    if (actOn(event.latlng)) return;
    const found = featuresAt(unitX(event.latlng.lng), unitY(event.latlng.lat), map.getZoom());
    if (found.length) showFeature(found, 0, event.latlng);
    else change({ verdict: null });
  });
  map.getContainer().setAttribute("role", "application");
  map.getContainer().setAttribute("aria-label", t("map_label", { title: meta.title }));
  map.invalidateSize({ animate: false });
  showWhole();
}

function start() {
  fillTexts();
  map.attributionControl?.remove();
  map.zoomControl?.remove();
  prepareMap(); // the view before what is drawn in it
  planCanvas.addTo(map);
  createParts();
  createButtons();
  listen(["visible", "band", "date", "verdict", "colour", "compare", "ground"], () => planCanvas.redraw());
  readAddress();
  showLegend();
  if (state.verdict) choose(state.verdict, { fly: !location.hash.includes("at=") });
  listen(["visible", "band", "date", "verdict", "tab", "colour", "statuses", "turned", "chapter", "compare"], () =>
    writeAddress(),
  );
  map.on("moveend", () => writeAddress());
  document.body.dataset.ready = "true";
}

start();

/** For the browser's console, tests and benchmarks. */
const urbanplan = {
  state,
  change,
  layers,
  verdicts,
  map,
  planCanvas,
  choose,
  showFeature,
  featuresAt,
  unitX,
  unitY,
  whatIf: {
    wake,
    put: putSite,
    plans,
    toggleSite,
    asked: coverageOf,
    readings,
    drop: dropSite,
    asLayer: toGeoJson,
    get town() {
      return wake().walk;
    },
  },
};
Object.assign(window, { urbanplan });
