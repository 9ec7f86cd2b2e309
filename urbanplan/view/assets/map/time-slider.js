// The time slider: what stands on a date; features of a later date are drawn faintly.
import { byId, element } from "../page/elements.js";
import { dates, layers } from "./page-data.js";
import { change, listen, state } from "./state.js";
import { t } from "./texts.js";

export function createTimeSlider() {
  if (dates.length < 2) return;
  const box = byId("time");
  const fit = () => {
    box.hidden = !layers.some((layer) => layer.time && state.visible[layer.name]);
  };
  listen(["visible"], fit);
  fit();
  const stops = [...dates, null];
  const shown = element("output", { for: "time-range", id: "time-shown" });
  /** @type {HTMLInputElement} */
  const range = element("input", {
    type: "range",
    id: "time-range",
    min: 0,
    max: dates.length,
    step: 1,
    value: dates.length,
    "aria-label": t("time"),
    oninput: () => change({ date: stops[Number(range.value)] }),
  });
  const show = () => {
    const { date } = state;
    range.value = String(
      date === null
        ? dates.length
        : Math.max(
            0,
            dates.findLastIndex((d) => d <= date),
          ),
    );
    const text = date === null ? t("all_dates") : t("until", { date });
    shown.textContent = text;
    range.setAttribute("aria-valuetext", text);
  };
  box.append(element("label", { for: "time-range", text: t("time") }), range, shown);
  listen(["date"], show);
  show();
}
