// The choice of a band: the metres of a walk.
import { element } from "../page/elements.js";
import { meta } from "./page-data.js";
import { change, listen, state } from "./state.js";
import { t } from "./texts.js";

let choices = 0; // made so far: each is a radio group of its own

export function bandChoice() {
  const group = `band-${choices++}`;
  const inputs = meta.bands.map((band) =>
    element("input", {
      type: "radio",
      name: group,
      value: band,
      checked: state.band === band,
      onchange: () => change({ band }),
    }),
  );
  listen(["band"], () => {
    for (const input of inputs) input.checked = Number(input.value) === state.band;
  });
  const labels = meta.bands.map((band, k) =>
    element("label", {}, inputs[k], element("span", { text: meta.lang === "zh" ? `${band} 米` : `${band} m` })),
  );
  return element(
    "div",
    { class: "choice bands", role: "radiogroup", "aria-label": t("band") },
    element("span", { text: t("band") }),
    labels,
  );
}
