// What if: put, move or take away a site; the page answers by the rules of coverage.js.
import { contains } from "./hit-test.js";
import { cover, extendCoverage } from "./coverage.js";
import { differences } from "./intervals.js";
import { unitX, unitY } from "./projection.js";
import { layerOf, readScenario } from "./page-data.js";
import { evaluate } from "./plane.js";
import { ScenarioOverlay } from "./scenario-overlay.js";
import { createMarker } from "./site-marker.js";
import { change, state } from "./state.js";
import { announce, t } from "./texts.js";
import { map, planCanvas } from "./viewport.js";
import { decodeWalk } from "./walk.js";

/** @import { Reading, TargetReading, WalkReading } from "./payload.d.ts" */
/** @import { Coverage } from "./coverage.js" */
/** @import { Layer } from "./layer-decoder.js" */
/** @import { Point } from "./street-network.js" */
/** @import { Walk } from "./walk.js" */

/**
 * @typedef {object} PutSite a site that was put
 * @property {string} name
 * @property {number} number
 * @property {number} x
 * @property {number} y
 * @property {number} lng
 * @property {number} lat
 * @property {L.Marker} marker
 */

/** @typedef {Record<string, Reading>} Readings by target */

/**
 * @typedef {object} Answer
 * @property {number} band metres
 * @property {Coverage} before
 * @property {Coverage} after
 * @property {{ before: Readings, after: Readings }} told readings before and after
 */

/** The changes of a scenario: sites put, present sites gone; base: answers of present sites, asked once. */
export const plans = {
  /** @type {PutSite[]} */
  added: [],
  /** @type {Set<number>} */
  gone: new Set(),
  /** @type {Map<string, Coverage>} */
  base: new Map(),
  took: 0,
  next: 1,
  /** @type {Answer | null} */
  last: null,
};

/** @typedef {{ walk: Walk, overlay: InstanceType<typeof ScenarioOverlay> }} Scenario */

/** @type {Scenario | null} */
let scenario = null;

/** @type {((answer: Answer) => void)[]} */
const readers = [];

/**
 * Call a reader with each answer.
 * @param {(answer: Answer) => void} reader
 */
export const onAnswer = (reader) => void readers.push(reader);

export const isAwake = () => scenario !== null;

/**
 * Read the scenario when it is first asked for.
 * @returns {Scenario}
 */
export function wake() {
  if (scenario) return scenario;
  const walk = decodeWalk(readScenario());
  const overlay = new ScenarioOverlay(walk.streets, walk.plane.degrees);
  scenario = { walk, overlay };
  const layer = layerOf[walk.sites[0]?.layer];
  if (layer) {
    layer.moves = new Map(walk.sites.map((site, k) => [layer.ids.indexOf(site.id), k]));
    layer.removed = new Set();
  }
  overlay.addTo(map);
  answer();
  return scenario;
}

export const hasChanges = () => plans.added.length + plans.gone.size > 0;

/**
 * The coverage of a walk without the changes or with them; each set of present sites is asked once.
 * @param {number} within
 * @param {WalkReading} reading
 * @param {boolean} sure
 * @param {boolean} changed
 */
export function coverageOf(within, reading, sure, changed) {
  const { walk } = wake();
  const gone = changed ? [...plans.gone].sort((a, b) => a - b) : [];
  const key = `${within} ${reading} ${sure} ${gone}`;
  let base = plans.base.get(key);
  if (!base) plans.base.set(key, (base = cover(walk, { within, reading, sure, gone: new Set(gone) })));
  if (!changed || !plans.added.length) return base;
  /** @type {Point[]} */
  const spots = plans.added.map((site) => [site.x, site.y]);
  return extendCoverage(walk, base, spots);
}

/**
 * Readings of the coverage targets over the band, as urbanplan/measure/coverage.py makes them.
 * @param {boolean} changed
 * @returns {Readings}
 */
export function readings(changed) {
  const { walk } = wake();
  const strict = coverageOf(walk.bands[0], "low", true, changed);
  const loose = coverageOf(walk.bands[walk.bands.length - 1], "high", false, changed);
  return Object.fromEntries(
    walk.targets.map(({ target, reading }) => [target, readingOf(reading, strict, loose, changed)]),
  );
}

/** @type {(kind: TargetReading, strict: Coverage, loose: Coverage, changed: boolean) => Reading} */
function readingOf(kind, strict, loose, changed) {
  if (kind === "streets") {
    return { low: strict.share, high: Math.max(strict.share ?? 0, loose.share ?? 0), unit: "share" };
  }
  if (kind === "residents") {
    const high = Math.max(strict.residents_share ?? 0, loose.residents_high_share ?? 0);
    return { low: strict.residents_share, high, unit: "share" };
  }
  const reached = [...strict.byDistrict].filter(([k, [all, some]]) => k >= 0 && some >= all).length;
  return { low: reached, high: Math.max(reached, districtsWithSite(changed)), unit: "count" };
}

/**
 * Sub-districts in which a site stands.
 * @param {boolean} changed
 */
function districtsWithSite(changed) {
  const { districts } = wake().walk;
  if (!districts) return 0;
  const shapes = layerOf[districts.layer];
  return districts.held.filter((sites, k) => {
    if (sites.some((site) => !(changed && plans.gone.has(site)))) return true;
    return changed && shapes && plans.added.some((site) => contains(shapes, k, unitX(site.lng), unitY(site.lat)));
  }).length;
}

/** Ask anew, and tell the readers. */
export function answer() {
  const { walk, overlay } = wake();
  const began = performance.now();
  const band = state.band !== null && walk.bands.includes(state.band) ? state.band : walk.bands[0];
  const before = coverageOf(band, "low", true, false);
  const after = hasChanges() ? coverageOf(band, "low", true, true) : before;
  const told = { before: readings(false), after: readings(hasChanges()) };
  overlay.show(differences(before.parts, after.parts));
  plans.last = { band, before, after, told };
  for (const reader of readers) reader(plans.last);
  plans.took = performance.now() - began;
}

/**
 * Put a site onto the nearest street.
 * @param {L.LatLng} latlng
 * @param {{ name?: string }} [site]
 */
export function putSite(latlng, { name = t("new_site", { n: plans.next }) } = {}) {
  const spot = nearestStreet(latlng);
  if (!spot) return announce(t("no_street"));
  const site = { name, number: plans.next++, x: 0, y: 0, lng: 0, lat: 0 };
  place(site, spot);
  const marker = createMarker(site, {
    move: (to) => moveSite(site, to),
    shift: (east, north) => moveSite(site, toLatLng(site.x + east, site.y + north)),
    drop: () => dropSite(put),
  });
  const put = Object.assign(site, { marker });
  plans.added.push(put);
  change({ tool: null });
  answer();
  marker.getElement()?.focus({ preventScroll: true });
}

/** @type {(latlng: L.LatLng) => Point | null} */
function nearestStreet({ lng, lat }) {
  const { walk } = wake();
  return walk.streets.nearestPoint(...evaluate(walk.plane.metres, lng, lat));
}

/** @type {(x: number, y: number) => L.LatLng} */
function toLatLng(x, y) {
  const [lng, lat] = evaluate(wake().walk.plane.degrees, x, y);
  return L.latLng(lat, lng);
}

/** @type {(site: Omit<PutSite, "marker">, spot: Point) => void} */
function place(site, [x, y]) {
  const { lng, lat } = toLatLng(x, y);
  Object.assign(site, { x, y, lng, lat });
}

/** @type {(site: Omit<PutSite, "marker">, to: L.LatLng) => void} */
function moveSite(site, to) {
  const spot = nearestStreet(to);
  if (!spot) return;
  place(site, spot);
  answer();
}

/** @param {PutSite} site */
export function dropSite(site) {
  site.marker.remove();
  plans.added = plans.added.filter((other) => other !== site);
  answer();
}

/**
 * Take a present site away, or bring it back.
 * @param {number} k
 */
export function toggleSite(k) {
  if (!plans.gone.delete(k)) plans.gone.add(k);
  const site = wake().walk.sites[k];
  /** @type {Layer | undefined} */
  const layer = layerOf[site.layer];
  const row = layer?.ids.indexOf(site.id);
  if (plans.gone.has(k)) layer?.removed?.add(row);
  else layer?.removed?.delete(row);
  planCanvas.redraw();
  answer();
}

export function undoAll() {
  for (const site of plans.added) site.marker.remove();
  plans.added = [];
  for (const k of [...plans.gone]) toggleSite(k);
  answer();
}

/** The sites put as a GeoJSON layer (RFC 7946) with the attributes of a present site that counts. */
export function toGeoJson() {
  const { template } = wake().walk;
  const features = plans.added.map((site) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [Number(site.lng.toFixed(7)), Number(site.lat.toFixed(7))] },
    properties: { ...template, id: `WHATIF-${site.number}`, name: site.name, basis: "illustrative" },
  }));
  return JSON.stringify({ type: "FeatureCollection", features }, null, 1);
}
