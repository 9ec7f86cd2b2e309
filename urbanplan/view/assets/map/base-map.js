// The ground beneath the plan: tiles of a file or of a service that a user asked for.
import { byId, element, findById, isTicked, readData } from "../page/elements.js";
import { meta } from "./page-data.js";
import { tileBox } from "./projection.js";
import { change, listen, state } from "./state.js";
import { t } from "./texts.js";
import { map } from "./viewport.js";

/** @import { BaseMap } from "./payload.d.ts" */

const OVERLAP = 0.5; // pixels of a tile over the next: between levels no seam shines through
const LAST_ZOOM = 22; // beyond its last level a ground is enlarged

/** @type {Record<string, string>} tiles that the page holds, by level/column/row */
const held = findById("map-tiles") ? readData("map-tiles") : {};

/** Tiles by address; `{bbox}` is the tile's box in the order that its service asks for. */
const Tiles = /** @type {new (address: string, options: object) => L.TileLayer} */ (
  /** @type {unknown} */ (
    L.TileLayer.extend({
      /** @type {(this: any, tile: HTMLElement) => void} */
      _initTile(tile) {
        /** @type {any} */ (L.TileLayer.prototype)._initTile.call(this, tile);
        const { x, y } = this.getTileSize();
        tile.style.width = `${x + OVERLAP}px`;
        tile.style.height = `${y + OVERLAP}px`;
      },
      /** @type {(this: any, coords: { x: number, y: number, z: number }) => string} */
      getTileUrl(coords) {
        if (this.options.embedded) return held[`${coords.z}/${coords.x}/${coords.y}`] ?? L.Util.emptyImageUrl;
        const [west, south, east, north] = tileBox(coords.x, coords.y, coords.z);
        const box = this.options.axes === "yx" ? [south, west, north, east] : [west, south, east, north];
        this.options.bbox = box.join(",");
        return /** @type {any} */ (L.TileLayer.prototype).getTileUrl.call(this, coords);
      },
    })
  )
);

/** @type {(base: BaseMap, key: string) => L.TileLayer[]} */
function tileLayers(base, key) {
  const [minNativeZoom, maxNativeZoom] = base.levels;
  const options = {
    subdomains: base.subdomains,
    key,
    minNativeZoom,
    maxNativeZoom,
    maxZoom: LAST_ZOOM,
    zoomOffset: base.offset,
    tms: base.fromSouth,
    bounds: base.bounds ?? undefined,
    axes: base.axes,
    embedded: base.kind === "embedded",
    errorTileUrl: L.Util.emptyImageUrl,
    attribution: "",
  };
  return base.addresses.map((address) => new Tiles(address, options));
}

export const baseMap = meta.ground ?? meta.online;

export function createBaseMap() {
  if (!baseMap) return;
  const base = baseMap;
  /** @param {string} key */
  const add = (key) => {
    const layers = tileLayers(base, key);
    const show = () => {
      for (const layer of layers) {
        if (state.ground) layer.addTo(map);
        else layer.remove();
      }
    };
    byId("tab-layers").prepend(groundSwitch(base.title));
    listen(["ground"], show);
    change({ ground: true });
  };
  if (base.key || !base.asks) add(base.key);
  else askForKey(base.title, add);
}

/** @param {string} title */
function groundSwitch(title) {
  const input = element("input", {
    type: "checkbox",
    id: "ground",
    checked: true,
    onchange: (event) => change({ ground: isTicked(event) }),
  });
  listen(["ground"], () => {
    input.checked = state.ground === true;
  });
  return element(
    "fieldset",
    { class: "group" },
    element("legend", {}, t("ground")),
    element("div", { class: "layer" }, element("label", {}, input, element("span", { class: "name", text: title }))),
  );
}

/** @type {(title: string, add: (key: string) => void) => void} */
function askForKey(title, add) {
  const label = t("base_key", { name: title });
  const input = element("input", {
    type: "text",
    id: "base-key",
    autocomplete: "off",
    "aria-label": label,
    placeholder: label,
  });
  const use = () => {
    if (!/^[0-9A-Za-z]+$/.test(input.value)) return;
    form.remove();
    add(input.value);
    byId("ground").focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") use();
  });
  const form = element(
    "div",
    { class: "filters key" },
    input,
    element("button", { type: "button", text: t("use_key"), onclick: use }),
  );
  byId("tab-layers").prepend(form);
}
