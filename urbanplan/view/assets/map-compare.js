// Two dates or two bands side by side: a second canvas, cut at a divider that people drag or move by keys.
function comparison() {
  const kinds = [dates.length > 1 ? "date" : null, meta.bands.length > 1 ? "band" : null].filter(Boolean);
  const button = byId("tool-compare");
  if (!kinds.length) return void (button.hidden = true);
  const bar = byId("compare");
  const divider = el("div", { id: "divider", role: "slider", tabindex: "0", "aria-label": t("divider"), "aria-valuemin": "5", "aria-valuemax": "95", "aria-valuenow": "50", hidden: true }, el("span", { "aria-hidden": "true", text: "⇔" }));
  map.getContainer().append(divider);
  const left = new PlanCanvas(() => ({ ...state, ...(state.compare?.left ?? {}) }));
  const options = (kind) => (kind === "date" ? [...dates.map((d) => [d, d]), ["", t("all_dates")]] : meta.bands.map((b) => [String(b), `${b} m`]));
  const parsed = (kind, text) => (kind === "date" ? { date: text || null } : { band: Number(text) });

  const side = (which, kind) => {
    const held = state.compare[which][kind];
    return el("select", { "aria-label": t(`compare_${which}`), "data-side": which, onchange: (e) => change({ compare: { ...state.compare, [which]: parsed(kind, e.target.value) } }) },
      options(kind).map(([key, text]) => el("option", { value: key, text, selected: String(held ?? "") === key })));
  };
  const start = (kind) => ({ kind, left: kind === "date" ? { date: dates[0] } : { band: meta.bands[0] }, right: kind === "date" ? { date: null } : { band: meta.bands.at(-1) } });
  const show = () => {
    const { compare } = state;
    button.setAttribute("aria-pressed", String(Boolean(compare)));
    bar.hidden = divider.hidden = !compare;
    document.body.classList.toggle("comparing", Boolean(compare));
    if (!compare) {
      left.remove();
      planCanvas._container.style.clipPath = "";
      return planCanvas.redraw();
    }
    bar.replaceChildren(
      kinds.length > 1 ? el("select", { "aria-label": t("compare"), onchange: (e) => change({ compare: start(e.target.value) }) }, kinds.map((k) => el("option", { value: k, text: t(`compare_${k}`), selected: k === compare.kind }))) : el("span", { text: t(`compare_${compare.kind}`) }),
      side("left", compare.kind), el("span", { "aria-hidden": "true", text: "⇔" }), side("right", compare.kind),
      el("button", { type: "button", "aria-label": t("close"), text: "✕", onclick: () => change({ compare: null }) }));
    if (!map.hasLayer(left)) left.addTo(map);
    left.redraw();
    planCanvas.redraw();
    cut();
  };
  const cut = () => {
    if (!state.compare) return;
    const size = map.getSize();
    const x = state.at * size.x;
    divider.style.left = `${x}px`;
    divider.setAttribute("aria-valuenow", String(Math.round(state.at * 100)));
    const edge = map.containerPointToLayerPoint([x, 0]).x;
    for (const [canvas, isLeft] of [[left, true], [planCanvas, false]]) {
      if (!canvas._container) continue;
      const at = edge - canvas._bounds.min.x;
      canvas._container.style.clipPath = isLeft ? `inset(0 calc(100% - ${at}px) 0 0)` : `inset(0 0 0 ${at}px)`;
    }
  };
  const move = (at) => {
    change({ at: Math.min(0.95, Math.max(0.05, at)) });
    cut();
  };
  button.addEventListener("click", () => change({ compare: state.compare ? null : start(kinds[kinds.length - 1]) }));
  L.DomEvent.disableClickPropagation(divider);
  divider.addEventListener("pointerdown", (e) => {
    divider.setPointerCapture(e.pointerId);
    divider.onpointermove = (m) => move((m.clientX - map.getContainer().getBoundingClientRect().left) / map.getSize().x);
    divider.onpointerup = () => (divider.onpointermove = null);
  });
  divider.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: -0.05, ArrowRight: 0.05 }[e.key];
    if (step) (e.preventDefault(), e.stopPropagation(), move(state.at + step));
  });
  map.on("move moveend zoomend resize", cut);
  listen(["compare"], show);
  listen(["visible", "verdict", "colour", "sites"], () => state.compare && left.redraw());
}
