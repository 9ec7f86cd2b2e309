// What a feature is and which targets it counts for.
import { element } from "../page/elements.js";
import { basisBadge, statusMark } from "./badges.js";
import { cellOf } from "./classification.js";
import { latitudeOf, longitudeOf } from "./projection.js";
import { choose } from "./selection.js";
import { siteTools } from "./site-tools.js";
import { state } from "./state.js";
import { announce, formatValue, t } from "./texts.js";
import { flyTo, furnitureRoom, map } from "./viewport.js";

/** @import { Verdict } from "./payload.d.ts" */
/** @import { Feature } from "./hit-test.js" */
/** @import { Layer } from "./layer-decoder.js" */

/**
 * Open the card of one of the features at a spot.
 * @param {readonly Feature[]} found
 * @param {number} [index]
 * @param {L.LatLng | null} [at] the feature's own spot where it is null
 */
export function showFeature(found, index = 0, at = null) {
  const [layer, row] = found[index];
  state.feature = [layer.name, row];
  const spot = at ?? L.latLng(latitudeOf(layer.spotY[row]), longitudeOf(layer.spotX[row]));
  const room = furnitureRoom(20);
  const popup = L.popup({
    maxWidth: 340,
    minWidth: 220,
    autoPanPaddingTopLeft: room.paddingTopLeft,
    autoPanPaddingBottomRight: room.paddingBottomRight,
    className: "card",
  });
  popup
    .setLatLng(spot)
    .setContent(featureCard(found, index, spot))
    .openOn(map);
  popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", t("close"));
  announce(`${layer.title}: ${nameOfRow(layer, row)}`);
  return popup;
}

/**
 * Fly to a feature and tell what it is.
 * @param {Layer} layer
 * @param {number} row
 */
export function visitFeature(layer, row) {
  map.closePopup();
  flyTo([[layer, row]], () => showFeature([[layer, row]]));
}

/** @type {(layer: Layer, row: number) => string} */
const nameOfRow = (layer, row) => layer.names[row] || layer.ids[row] || layer.title;

/** @type {(found: readonly Feature[], index: number, spot: L.LatLng) => HTMLElement} */
function featureCard(found, index, spot) {
  const [layer, row] = found[index];
  const card = element(
    "div",
    { class: "feature" },
    element("p", { class: "feature-layer" }, element("span", { text: layer.title }), basisBadge(layer.basis)),
    element("h3", { text: nameOfRow(layer, row) }),
    factList(layer, row),
  );
  const counted = layer.targets.get(row) ?? [];
  if (counted.length) {
    card.append(element("h4", { text: t("counts_for") }), element("ul", { class: "counted" }, counted.map(targetItem)));
  }
  if (layer.moves) card.append(siteTools(layer, row, layer.moves.get(row)));
  if (found.length > 1) card.append(pager(found, index, spot));
  return card;
}

/** @type {(layer: Layer, row: number) => HTMLElement} */
function factList(layer, row) {
  const list = element("dl");
  for (const field of layer.fields) {
    const cell = cellOf(field, row);
    if (cell === null || cell === undefined || cell === "") continue;
    list.append(element("dt", { text: field.title }), element("dd", { text: formatValue(cell, field.unit) }));
  }
  return list;
}

/** @param {Verdict} verdict */
const targetItem = (verdict) =>
  element(
    "li",
    {},
    element(
      "button",
      { class: "link", type: "button", onclick: () => choose(verdict.target) },
      statusMark(verdict.status),
      element("span", { text: verdict.quote || verdict.title }),
    ),
  );

/** @type {(found: readonly Feature[], index: number, spot: L.LatLng) => HTMLElement} */
function pager(found, index, spot) {
  /** @param {number} step */
  const turn = (step) => {
    const next = showFeature(found, (index + step + found.length) % found.length, spot); // the last one fades meanwhile
    /** @type {HTMLElement | null | undefined} */ (next.getElement()?.querySelector(`[data-step="${step}"]`))?.focus();
  };
  return element(
    "p",
    { class: "pager" },
    element("button", {
      type: "button",
      "aria-label": t("previous"),
      "data-step": "-1",
      text: "‹",
      onclick: () => turn(-1),
    }),
    element("span", { text: t("of", { n: index + 1, all: found.length }) }),
    element("button", { type: "button", "aria-label": t("next"), "data-step": "1", text: "›", onclick: () => turn(1) }),
  );
}
