// The list of layers in groups, each with its symbols.
import { byId, element, isTicked } from "../page/elements.js";
import { bandChoice } from "./band-choice.js";
import { basisBadge } from "./badges.js";
import { showLegend, usedClasses } from "./legend.js";
import { layers, meta, verdicts } from "./page-data.js";
import { change, listen, showLayers, state } from "./state.js";
import { swatches } from "./swatch.js";
import { integer, t } from "./texts.js";
import { map } from "./viewport.js";

/** @import { Layer } from "./layer-decoder.js" */

const oneBasis = new Set(layers.map((layer) => layer.basis).filter(Boolean)).size < 2;

export function createLayerPanel() {
  const box = byId("tab-layers");
  const basis = layers.find((layer) => layer.basis)?.basis;
  if (oneBasis && basis) {
    box.append(
      element("p", { class: "one-basis" }, basisBadge(basis) ?? "", element("span", { text: t("one_basis") })),
    );
  }
  if (verdicts.some((verdict) => Object.keys(verdict.evidence).length)) box.append(colourChoice());
  if (meta.bands.length) box.append(bandChoice());
  for (const [index, title] of meta.groups.entries()) {
    const group = layers.filter((layer) => layer.group === index).reverse();
    if (!group.length) continue;
    box.append(
      element("fieldset", { class: "group" }, element("legend", {}, groupSwitch(group, title)), group.map(layerRow)),
    );
  }
  listen(["visible", "colour", "band", "verdict"], () => showLegend());
  map.on("zoomend", () => showLegend());
}

function colourChoice() {
  const options = [
    ["kind", t("by_kind")],
    ["verdict", t("by_verdict")],
    ...(meta.compared ? [["turned", t("by_turned")]] : []),
  ];
  const labels = options.map(([key, text]) =>
    element(
      "label",
      {},
      element("input", {
        type: "radio",
        name: "colour",
        value: key,
        checked: state.colour === key,
        onchange: () => change({ colour: key }),
      }),
      element("span", { text }),
    ),
  );
  return element(
    "div",
    { class: "choice", role: "radiogroup", "aria-label": t("colour") },
    element("span", { text: t("colour") }),
    labels,
  );
}

/** @type {(group: Layer[], title: string) => HTMLElement} */
function groupSwitch(group, title) {
  /** @param {Event} event */
  const toggle = (event) => showLayers(Object.fromEntries(group.map((layer) => [layer.name, isTicked(event)])));
  const input = element("input", {
    type: "checkbox",
    checked: group.some((layer) => state.visible[layer.name]),
    onchange: toggle,
  });
  listen(["visible"], () => {
    const on = group.filter((layer) => state.visible[layer.name]).length;
    input.checked = on > 0;
    input.indeterminate = on > 0 && on < group.length;
  });
  return element("label", {}, input, element("span", { text: title }));
}

/** @param {Layer} layer */
function layerRow(layer) {
  const input = element("input", {
    type: "checkbox",
    "data-layer": layer.name,
    checked: state.visible[layer.name],
    onchange: (event) => showLayers({ [layer.name]: isTicked(event) }),
  });
  listen(["visible"], () => {
    input.checked = state.visible[layer.name];
  });
  const single = layer.classes.length === 1;
  return element(
    "div",
    { class: "layer" },
    element(
      "label",
      {},
      input,
      single ? swatches(layer, layer.classes[0]) : null,
      element("span", { class: "name", text: layer.title }),
      element("small", { text: integer.format(layer.count) }),
      oneBasis ? null : basisBadge(layer.basis),
    ),
    single
      ? null
      : element(
          "ul",
          { class: "classes" },
          usedClasses(layer).map((c) => element("li", {}, ...swatches(layer, c), element("span", { text: c.title }))),
        ),
  );
}
