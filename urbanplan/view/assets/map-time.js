// The time slider: what stands on a date; features of a later date are drawn faintly.
const dates = [...new Set(layers.flatMap((layer) => layer.time ?? []).filter(Boolean))].sort();

function timeSlider() {
  const box = byId("time");
  if (dates.length < 2) return;
  const fits = () => (box.hidden = !layers.some((layer) => layer.time && state.visible[layer.name]));
  listen(["visible"], fits);
  fits();
  const stops = [...dates, null];
  const shown = el("output", { for: "time-range", id: "time-shown" });
  const range = el("input", { type: "range", id: "time-range", min: 0, max: dates.length, step: 1, value: dates.length, "aria-label": t("time"), oninput: () => change({ date: stops[Number(range.value)] }) });
  const show = () => {
    const at = state.date === null ? dates.length : Math.max(0, dates.findLastIndex((d) => d <= state.date));
    range.value = at;
    const text = state.date === null ? t("all_dates") : t("until", { date: state.date });
    shown.textContent = text;
    range.setAttribute("aria-valuetext", text);
  };
  box.append(el("label", { for: "time-range", text: t("time") }), range, shown);
  listen(["date"], show);
  show();
}
