// Measure lengths and areas on the ellipsoid: by clicks, or by keys at the middle of the map.
const measured = { points: [], line: null };

/** Metres east and north of one degree at a latitude on the WGS 84 ellipsoid. */
function degreeMetres(latitude) {
  const [a, e2] = [6378137, 0.00669437999014];
  const s = Math.sin((latitude * Math.PI) / 180);
  const w = Math.sqrt(1 - e2 * s * s);
  return [((Math.PI / 180) * a * Math.cos((latitude * Math.PI) / 180)) / w, ((Math.PI / 180) * a * (1 - e2)) / w ** 3];
}

function lengthOf(points) {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    const [mx, my] = degreeMetres((points[i].lat + points[i - 1].lat) / 2);
    sum += Math.hypot((points[i].lng - points[i - 1].lng) * mx, (points[i].lat - points[i - 1].lat) * my);
  }
  return sum;
}

function areaOf(points) {
  const middle = points.reduce((sum, p) => sum + p.lat, 0) / points.length;
  const [mx, my] = degreeMetres(middle);
  let twice = 0;
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length];
    twice += (p.lng - points[0].lng) * (q.lat - points[0].lat) - (q.lng - points[0].lng) * (p.lat - points[0].lat);
  });
  return Math.abs(twice / 2) * mx * my;
}

function measureTool() {
  const button = byId("tool-measure");
  const box = byId("measure");
  const show = () => {
    const { points } = measured;
    measured.line?.setLatLngs(points);
    const area = points.length > 2 ? areaOf(points) : 0;
    box.replaceChildren(
      el("span", { class: "measured", text: points.length > 1 ? t("length", { m: figure.format(lengthOf(points)) }) : t("measure_how") }),
      area ? el("span", { class: "measured", text: t("area", { m2: whole.format(area), mu: figure.format(area * 15 / 10000) }) }) : "",
      el("button", { type: "button", text: t("undo"), disabled: !points.length, onclick: () => (points.pop(), show()) }),
      el("button", { type: "button", text: t("done"), onclick: () => change({ tool: null }) }));
  };
  const add = (latlng) => {
    measured.points.push(latlng);
    show();
    announce(t("length", { m: figure.format(lengthOf(measured.points)) }));
  };
  button.addEventListener("click", () => change({ tool: state.tool === "measure" ? null : "measure" }));
  listen(["tool"], () => {
    const on = state.tool === "measure";
    button.setAttribute("aria-pressed", String(on));
    box.hidden = !on;
    document.body.classList.toggle("measuring", on);
    measured.points.length = 0;
    measured.line?.remove();
    measured.line = on ? L.polyline([], { color: "#1f4e8c", weight: 2.5, dashArray: "6 4", renderer: L.canvas(), interactive: false }).addTo(map) : null;
    if (on) show();
  });
  map.on("click", (e) => state.tool === "measure" && add(e.latlng));
  map.getContainer().addEventListener("keydown", (e) => {
    if (state.tool === "measure" && e.key === "Enter" && e.target === map.getContainer()) add(map.getCenter());
  });
}
