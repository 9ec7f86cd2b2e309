// The page comes together.
const map = window[meta.map];
const view = () => ({ ...state, ...(state.compare?.right ?? {}) });
const planCanvas = new PlanCanvas(view);

function tabs() {
  const buttons = [...document.querySelectorAll('[role="tab"]')].filter((b) => !b.hidden);
  const show = () => {
    for (const button of buttons) {
      const on = button.id === `show-${state.tab}`;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      byId(button.getAttribute("aria-controls")).hidden = !on;
    }
  };
  for (const [k, button] of buttons.entries()) {
    button.addEventListener("click", () => {
      const again = button.getAttribute("aria-selected") === "true";
      document.body.classList.toggle("sheet-open", again ? !document.body.classList.contains("sheet-open") : true);
      change({ tab: button.id.slice(5) });
    });
    button.addEventListener("keydown", (e) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (!step) return;
      e.preventDefault();
      const next = buttons[(k + step + buttons.length) % buttons.length];
      next.focus();
      change({ tab: next.id.slice(5) });
    });
  }
  listen(["tab"], show);
  show();
}

function fillWords() {
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", t(node.dataset.label));
    node.title = t(node.dataset.label);
  }
}

function home() {
  const wide = map.getSize().x > 900;
  if (wide && meta.framed) return void map.fitBounds(meta.bounds, { animate: false, paddingTopLeft: [60, 70], paddingBottomRight: [170, 150] });
  map.fitBounds(meta.bounds, { animate: false, paddingTopLeft: [wide ? 24 : 10, wide ? 24 : 62], paddingBottomRight: wide ? [150, 40] : [10, 90] });
}

function onlineBase() {
  if (!meta.online) return;
  const { addresses, subdomains, key, asks, title } = meta.online;
  const add = (given) => addresses.forEach((address) => L.tileLayer(address, { subdomains, maxZoom: 18, key: given, attribution: "" }).addTo(map));
  if (key || !asks) return add(key);
  const input = el("input", { type: "text", id: "base-key", autocomplete: "off", "aria-label": t("base_key", { name: title }), placeholder: t("base_key", { name: title }) });
  const use = el("button", { type: "button", text: t("use_key"), onclick: () => {
    if (!/^[0-9A-Za-z]+$/.test(input.value)) return;
    add(input.value);
    form.remove();
  } });
  const form = el("div", { class: "filters key" }, input, use);
  byId("tab-layers").prepend(form);
}

function start() {
  fillWords();
  map.attributionControl?.remove();
  map.zoomControl?.remove();
  planCanvas.addTo(map);
  titleBlock();
  scaleBar();
  verdictPanel();
  layerPanel();
  onlineBase();
  tablePanel();
  searchBox();
  timeSlider();
  comparison();
  measureTool();
  printing();
  if (typeof whatIf === "function") whatIf();
  tabs();
  byId("tool-in").addEventListener("click", () => map.zoomIn());
  byId("tool-out").addEventListener("click", () => map.zoomOut());
  byId("tool-home").addEventListener("click", () => home());
  byId("legend-toggle").addEventListener("click", () => {
    const open = byId("legend").classList.toggle("open");
    byId("legend-toggle").setAttribute("aria-expanded", String(open));
  });
  if (innerWidth < 900) byId("legend-toggle").click();
  listen(["visible", "band", "date", "verdict", "colour", "compare", "sites"], () => planCanvas.redraw());
  map.on("click", (e) => {
    if (state.tool) return;
    const found = featuresAt(unitX(e.latlng.lng), unitY(e.latlng.lat), map.getZoom());
    if (found.length) showFeature(found, 0, e.latlng);
    else change({ verdict: null });
  });
  map.getContainer().setAttribute("role", "application");
  map.getContainer().setAttribute("aria-label", t("map_label", { title: meta.title }));
  map.invalidateSize({ animate: false });
  home();
  readAddress();
  legend();
  if (state.verdict) choose(state.verdict, { fly: !location.hash.includes("at=") });
  listen(["visible", "band", "date", "verdict", "tab", "colour", "statuses", "chapter", "compare"], writeAddress);
  map.on("moveend", writeAddress);
  document.body.dataset.ready = "true";
}
start();
window.urbanplan = {
  state, change, layers, verdicts, map, planCanvas, choose, showFeature, featuresAt, unitX, unitY,
  whatIf: { wake, put, plans, toggleSite, asked, readings, drop, asLayer, get town() { return town; } },
};
