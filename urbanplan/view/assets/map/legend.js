// The legend over the map.
import { byId, element } from "../page/elements.js";
import { membersOf } from "./classification.js";
import { layers, meta } from "./page-data.js";
import { state } from "./state.js";
import { swatch, swatches } from "./swatch.js";
import { verdictSymbol } from "./symbols.js";
import { t } from "./texts.js";
import { map } from "./viewport.js";

/** @import { SymbolClass } from "./payload.d.ts" */
/** @import { Layer } from "./layer-decoder.js" */

const MOST = 14; // classes of one layer

/**
 * The classes of a layer that have rows.
 * @param {Layer} layer
 * @returns {SymbolClass[]}
 */
export const usedClasses = (layer) => layer.classes.filter((_, k) => membersOf(layer, state)[k].length);

/** Write the legend of what is visible. */
export function showLegend() {
  const box = byId("legend-body");
  box.replaceChildren();
  const zoom = map.getZoom();
  const shown = layers.filter((layer) => state.visible[layer.name] && !layer.base && zoom >= layer.minZoom).reverse();
  const judged = state.colour !== "kind" && shown.some((layer) => layer.targets.size);
  if (judged) box.append(verdictLegend());
  for (const alike of groupAlike(shown.filter((layer) => !(judged && layer.targets.size)))) {
    box.append(...entries(alike));
  }
  byId("legend").hidden = !box.childElementCount;
}

/**
 * Layers of the same classes in one group.
 * @param {Layer[]} shown
 */
function groupAlike(shown) {
  /** @type {Map<string, Layer[]>} */
  const groups = new Map();
  for (const layer of shown) {
    const key = layer.classes.length > 1 ? JSON.stringify(layer.classes) : layer.name;
    groups.set(key, [...(groups.get(key) ?? []), layer]);
  }
  return groups.values();
}

/** @type {(alike: Layer[]) => HTMLElement[]} */
function entries(alike) {
  const layer = alike[0];
  const titles = new Set(alike.flatMap((one) => usedClasses(one).map((c) => c.title)));
  const richest = alike.find((one) => usedClasses(one).length === titles.size);
  const used = richest ? usedClasses(richest) : layer.classes.filter((c) => titles.has(c.title));
  const lines = used
    .slice(0, MOST)
    .map((c) =>
      element("p", {}, ...swatches(layer, c), element("span", { text: used.length > 1 ? c.title : layer.title })),
    );
  if (used.length < 2) return lines;
  return [element("h4", { text: alike.map((one) => one.title).join(meta.lang === "zh" ? "、" : ", ") }), ...lines];
}

function verdictLegend() {
  const base = layers[0].classes[0].symbol;
  const turned = state.colour === "turned";
  const words = turned ? ["turned_better", "turned_moved", "turned_worse"] : ["met", "undecidable", "not_met"];
  const lines = words.map((word, rank) => {
    const symbol = { ...verdictSymbol(base, rank, 2), dash: [], width: 1, opacity: 1 };
    return element("p", {}, swatch(2, symbol), element("span", { text: t(word) }));
  });
  return element("div", {}, element("h4", { text: t(turned ? "by_turned" : "by_verdict") }), lines);
}
