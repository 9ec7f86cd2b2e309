// What if: put, move or remove a site; the page answers by the rules of map-reach.js.
let town = null;
const plans = { added: [], gone: new Set(), base: new Map(), took: 0, next: 1 };

/** Polynomials of urbanplan/view/map/plane.py: metres to degrees or back. */
function mapped({ middle, half, coefficients }, x, y) {
  const [a, b] = [(x - middle[0]) / half[0], (y - middle[1]) / half[1]];
  const out = [0, 0];
  let k = 0;
  for (let i = 0; i <= 5; i++) {
    for (let j = 0; j <= 5 - i; j++, k++) {
      const term = a ** i * b ** j;
      out[0] += coefficients[k][0] * term;
      out[1] += coefficients[k][1] * term;
    }
  }
  return out;
}

/** The nearest street point within a few hundred metres, [x, y]. */
function snapped(x, y) {
  const { streets } = town;
  for (const reach of [60, 200, 500]) {
    let best = null;
    for (const s of streets.grid.near([x - reach, y - reach, x + reach, y + reach])) {
      const i = streets.segmentFirst[s];
      const t = Math.min(streets.segmentLength[s], Math.max(0, (x - streets.coords[2 * i]) * streets.dx[s] + (y - streets.coords[2 * i + 1]) * streets.dy[s]));
      const spot = [streets.coords[2 * i] + t * streets.dx[s], streets.coords[2 * i + 1] + t * streets.dy[s]];
      const far = Math.hypot(spot[0] - x, spot[1] - y);
      if (far <= reach && far < (best?.far ?? Infinity)) best = { far, spot };
    }
    if (best) return best.spot;
  }
  return null;
}

/** The answer of a walk without changes or with them; each set of present sites is asked once. */
function asked(within, reading, sure, changed) {
  const gone = changed ? [...plans.gone].sort((a, b) => a - b) : [];
  const key = `${within} ${reading} ${sure} ${gone}`;
  if (!plans.base.has(key)) plans.base.set(key, reachOf(town, { within, reading, sure, gone: new Set(gone) }));
  const base = plans.base.get(key);
  return changed && plans.added.length ? extended(town, base, plans.added.map((site) => [site.x, site.y])) : base;
}

/** Readings of the coverage targets over the band, as urbanplan/measure/coverage.py makes them. */
function readings(changed) {
  const strict = asked(town.bands[0], "low", true, changed);
  const loose = asked(town.bands.at(-1), "high", false, changed);
  return Object.fromEntries(town.targets.map(({ target, reading }) => [target, readingOf(reading, strict, loose, changed)]));
}

function readingOf(kind, strict, loose, changed) {
  if (kind === "streets") return { low: strict.share, high: Math.max(strict.share, loose.share), unit: "share" };
  if (kind === "residents") return { low: strict.residents_share, high: Math.max(strict.residents_share, loose.residents_high_share), unit: "share" };
  const served = [...strict.byDistrict].filter(([k, [all, reached]]) => k >= 0 && reached >= all).length;
  return { low: served, high: Math.max(served, standingDistricts(changed)), unit: "count" };
}

/** Sub-districts in which a site stands. */
function standingDistricts(changed) {
  const shapes = layerOf[town.districts.layer];
  return town.districts.held.filter((held, k) => {
    if (held.some((site) => !(changed && plans.gone.has(site)))) return true;
    return changed && shapes && plans.added.some((site) => inside(shapes, k, unitX(site.lng), unitY(site.lat)));
  }).length;
}

function statusOf(verdict, reading) {
  const { bound } = verdict;
  if (!bound) return verdict.status;
  const factor = bound.unit === "%" && reading.unit === "share" ? 0.01 : 1;
  const [n, room] = [bound.number * factor, (bound.tolerance ?? 0) * factor];
  const admits = { ">=": (v) => v >= n, ">": (v) => v > n, "<=": (v) => v <= n, "<": (v) => v < n }[bound.comparator] ?? ((v) => v >= n - room && v <= n + room);
  const misses = { ">=": reading.high < n, ">": reading.high <= n, "<=": reading.low > n, "<": reading.low >= n }[bound.comparator] ?? (reading.high < n - room || reading.low > n + room);
  if (admits(reading.low) && admits(reading.high)) return "met";
  return misses ? "not_met" : "undecidable";
}

function whatIf() {
  if (!byId("map-whatif")) return;
  byId("show-whatif").hidden = false;
  whatIfPanel();
  listen(["tab"], () => state.tab === "whatif" && wake());
  listen(["tool"], () => {
    document.body.classList.toggle("putting", state.tool === "put");
    byId("put-site")?.setAttribute("aria-pressed", String(state.tool === "put"));
  });
  listen(["band"], () => town && answer());
  map.on("click", (e) => state.tool === "put" && put(e.latlng));
  map.getContainer().addEventListener("keydown", (e) => {
    if (state.tool === "put" && e.key === "Enter" && e.target === map.getContainer()) put(map.getCenter());
  });
}

/** Read the town when it is first asked for. */
function wake() {
  if (town) return town;
  const given = read("map-whatif");
  town = townOf(given);
  const [x, y] = [new Float64Array(town.streets.coords.length / 2), new Float64Array(town.streets.coords.length / 2)];
  for (let i = 0; i < x.length; i++) {
    const [longitude, latitude] = mapped(town.plane.degrees, town.streets.coords[2 * i], town.streets.coords[2 * i + 1]);
    x[i] = unitX(longitude);
    y[i] = unitY(latitude);
  }
  Object.assign(town, { x, y });
  const layer = layerOf[town.sites[0]?.layer];
  if (layer) layer.moves = new Map(town.sites.map((site, k) => [layer.ids.indexOf(site.id), k]));
  if (layer) layer.removed = new Set();
  overlay.addTo(map);
  answer();
  return town;
}

function put(latlng, { name = t("new_site", { n: plans.next }) } = {}) {
  const spot = snapped(...mapped(wake().plane.metres, latlng.lng, latlng.lat));
  if (!spot) return announce(t("no_street"));
  const site = { name, number: plans.next++ };
  place(site, spot);
  plans.added.push(site);
  marker(site);
  change({ tool: null });
  answer();
}

function place(site, [x, y]) {
  const [lng, lat] = mapped(town.plane.degrees, x, y);
  Object.assign(site, { x, y, lng, lat });
}

function marker(site) {
  const icon = L.divIcon({ className: "whatif-site", iconSize: [26, 26], html: "" });
  site.marker = L.marker([site.lat, site.lng], { icon, draggable: true, keyboard: true, alt: site.name, title: site.name }).addTo(map);
  const go = (latlng) => {
    const spot = snapped(...mapped(town.plane.metres, latlng.lng, latlng.lat));
    if (!spot) return;
    place(site, spot);
    answer();
  };
  site.marker.on("drag", (e) => soon(() => go(e.target.getLatLng())));
  site.marker.on("dragend", (e) => {
    go(e.target.getLatLng());
    site.marker.setLatLng([site.lat, site.lng]);
  });
  site.marker.getElement().addEventListener("keydown", (e) => {
    const step = { ArrowUp: [0, 30], ArrowDown: [0, -30], ArrowLeft: [-30, 0], ArrowRight: [30, 0] }[e.key];
    if (e.key === "Delete" || e.key === "Backspace") return drop(site);
    if (!step) return;
    e.preventDefault();
    e.stopPropagation();
    const [lng, lat] = mapped(town.plane.degrees, site.x + step[0], site.y + step[1]);
    go(L.latLng(lat, lng));
    site.marker.setLatLng([site.lat, site.lng]);
  });
}

let waiting = null;
function soon(then) {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(then);
}

function drop(site) {
  site.marker.remove();
  plans.added = plans.added.filter((other) => other !== site);
  answer();
}

/** Take a present site away, or bring it back. */
function toggleSite(k) {
  if (!plans.gone.delete(k)) plans.gone.add(k);
  const layer = layerOf[town.sites[k].layer];
  const row = layer?.ids.indexOf(town.sites[k].id);
  if (layer) plans.gone.has(k) ? layer.removed.add(row) : layer.removed.delete(row);
  planCanvas.redraw();
  answer();
}

function siteTools(layer, row) {
  const k = layer.moves.get(row);
  if (k === undefined) return el("p", { class: "empty", text: t("site_not_counted") });
  const site = wake().sites[k];
  const done = (then) => () => {
    map.closePopup();
    then();
    change({ tab: "whatif" });
  };
  const move = () => {
    const [lng, lat] = mapped(town.plane.degrees, site.x, site.y);
    toggleSite(k);
    put(L.latLng(lat, lng), { name: t("moved", { name: layer.names[row] ?? site.id }) });
  };
  return el("p", { class: "site-tools" }, el("button", { type: "button", text: t("move_site"), onclick: done(move) }), el("button", { type: "button", text: t("remove_site"), onclick: done(() => toggleSite(k)) }));
}

const changedAtAll = () => plans.added.length + plans.gone.size > 0;

/** Ask anew, and show what changed. */
function answer() {
  const began = performance.now();
  const band = town.bands.includes(state.band) ? state.band : town.bands[0];
  const before = asked(band, "low", true, false);
  const after = changedAtAll() ? asked(band, "low", true, true) : before;
  const told = { before: readings(false), after: changedAtAll() ? readings(true) : readings(false) };
  overlay.differences = differences(before.parts, after.parts);
  overlay.redraw();
  showAnswer(band, before, after, told);
  plans.last = { band, before, after, told };
  plans.took = performance.now() - began;
}

function differences(before, after) {
  const rows = { won: [], lost: [] };
  for (let e = 0; e < before.length; e++) {
    if (before[e] === after[e]) continue;
    for (const [low, high] of minus(after[e], before[e])) rows.won.push([e, low, high]);
    for (const [low, high] of minus(before[e], after[e])) rows.lost.push([e, low, high]);
  }
  return rows;
}

/** The parts of one union that another leaves. */
function minus(whole, taken) {
  const out = [];
  for (const [low, high] of whole) {
    let at = low;
    for (const [a, b] of taken) {
      if (b <= at || a >= high) continue;
      if (a - at > 1e-6) out.push([at, a]);
      at = Math.max(at, b);
    }
    if (high - at > 1e-6) out.push([at, high]);
  }
  return out;
}
