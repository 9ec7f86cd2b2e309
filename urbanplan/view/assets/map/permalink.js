// The state in the address: a link to the file opens what its sender saw.
import { byId } from "../page/elements.js";
import { STATUSES } from "../page/status.js";
import { baseMap } from "./base-map.js";
import { sideValue } from "./comparison.js";
import { dates, layerOf, layers, meta, verdictOf, verdicts } from "./page-data.js";
import { change, state } from "./state.js";
import { map } from "./viewport.js";

/** @import { Comparison, State } from "./state.js" */

const TABS = ["verdicts", "layers", "table", "whatif"];

/** Write the state into the address. */
export function writeAddress() {
  const center = map.getCenter();
  const on = layers.filter((layer) => state.visible[layer.name] && !layer.visible).map((layer) => layer.name);
  const off = layers.filter((layer) => !state.visible[layer.name] && layer.visible).map((layer) => layer.name);
  const { compare } = state;
  const parts = {
    at: `${map.getZoom()}/${center.lat.toFixed(5)}/${center.lng.toFixed(5)}`,
    on: on.join(","),
    off: off.join(","),
    band: state.band === meta.band ? "" : state.band,
    date: state.date,
    target: state.verdict,
    tab: state.tab === meta.tab ? "" : state.tab,
    colour: state.colour === "kind" ? "" : state.colour,
    turned: state.turned ? "1" : "",
    status: state.statuses?.join(","),
    chapter: state.chapter,
    compare: compare ? [compare.kind, sideValue(compare.left), sideValue(compare.right)].join(",") : "",
  };
  const words = Object.entries(parts).flatMap(([key, value]) => (value ? [`${key}=${encodeURIComponent(value)}`] : []));
  history.replaceState(null, "", `#${words.join("&")}`);
}

/** Take the state from the address; what is not of this page is passed over. */
export function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  change(readState(parts));
  const [zoom, lat, lng] = (parts.get("at") ?? "").split("/").map(Number);
  if ([zoom, lat, lng].every(Number.isFinite)) map.setView([lat, lng], zoom, { animate: false });
}

/** @type {(parts: URLSearchParams) => Partial<State>} */
function readState(parts) {
  /** @param {string} key */
  const text = (key) => parts.get(key) ?? "";
  /** @type {Partial<State>} */
  const patch = { compare: readComparison(text("compare")) };
  const [on, off] = ["on", "off"].map((key) =>
    text(key)
      .split(",")
      .filter((name) => layerOf[name]),
  );
  if (text("on") || text("off")) {
    const switches = [...on.map((name) => [name, true]), ...off.map((name) => [name, false])];
    patch.visible = { ...state.visible, ...Object.fromEntries(switches) };
  }
  if (meta.bands.includes(Number(text("band")))) patch.band = Number(text("band"));
  if (dates.includes(text("date"))) patch.date = text("date");
  if (verdictOf[text("target")]) patch.verdict = text("target");
  if (TABS.includes(text("tab")) && !byId(`show-${text("tab")}`).hidden) patch.tab = text("tab");
  const colours = meta.compared ? ["verdict", "turned"] : ["verdict"];
  if (colours.includes(text("colour"))) patch.colour = text("colour");
  if (text("turned") && meta.compared) patch.turned = true;
  const statuses = text("status").split(",");
  if (text("status")) patch.statuses = statuses.flatMap((word) => STATUSES.filter((status) => status === word));
  if (parts.has("chapter") && verdicts.some((verdict) => verdict.chapter === text("chapter"))) {
    patch.chapter = text("chapter");
  }
  return patch;
}

/** @type {(text: string) => Comparison | null} */
function readComparison(text) {
  const [kind, left = "", right = ""] = text.split(",");
  if (kind === "ground" && baseMap) return { kind, left: {}, right: {} };
  if (kind === "band" && [left, right].every((band) => meta.bands.includes(Number(band)))) {
    return { kind, left: { band: Number(left) }, right: { band: Number(right) } };
  }
  if (kind === "date" && [left, right].every((date) => !date || dates.includes(date))) {
    return { kind, left: { date: left || null }, right: { date: right || null } };
  }
  return null;
}
