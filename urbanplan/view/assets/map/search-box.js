// Search by name or number over all layers and targets: a combobox with a list.
import { byId, element } from "../page/elements.js";
import { visitFeature } from "./feature-card.js";
import { layers, verdicts } from "./page-data.js";
import { foldText, rankEntries } from "./search-text.js";
import { choose } from "./selection.js";
import { showLayers } from "./state.js";
import { t } from "./texts.js";

/** @import { Layer } from "./layer-decoder.js" */

const MOST = 12; // hits in the list

/** @typedef {{ text: string, hint: string, key: string, base: boolean, open: () => void }} Hit */

/** @type {() => Hit[]} */
const searchIndex = () => [...[...layers].reverse().flatMap(layerEntries), ...verdictEntries()];

/**
 * Entries of a layer; of lines with one name only the first.
 * @param {Layer} layer
 */
function layerEntries(layer) {
  /** @type {Hit[]} */
  const entries = [];
  const known = new Set();
  const open = (/** @type {number} */ row) => () => {
    showLayers({ [layer.name]: true });
    visitFeature(layer, row);
  };
  for (let row = 0; row < layer.count; row++) {
    const [name, id] = [layer.names[row], layer.ids[row]];
    const text = name || id;
    if (!text || (layer.dims[row] === 1 && known.has(text))) continue;
    known.add(text);
    const hint = name && id ? `${layer.title} · ${id}` : layer.title;
    entries.push({ text, hint, key: foldText(`${name ?? ""} ${id ?? ""}`), base: layer.base, open: open(row) });
  }
  return entries;
}

/** @type {() => Hit[]} */
const verdictEntries = () =>
  verdicts.map(({ target, title, quote }) => ({
    text: title || quote,
    hint: `${t("target")} · ${target}`,
    key: foldText(`${target} ${title} ${quote}`),
    base: false,
    open: () => choose(target),
  }));

class SearchBox {
  constructor() {
    /** @type {Hit[] | null} */
    this.index = null;
    /** @type {Hit[]} */
    this.found = [];
    this.active = -1;
    this.list = element("ul", { id: "search-list", role: "listbox", "aria-label": t("search"), hidden: true });
    this.input = element("input", {
      type: "search",
      id: "search",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "search-list",
      "aria-autocomplete": "list",
      autocomplete: "off",
      placeholder: t("search"),
      "aria-label": t("search"),
    });
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  search() {
    this.index ??= searchIndex();
    const words = foldText(this.input.value).trim();
    if (!words) return this.close();
    this.found = rankEntries(this.index, words, MOST);
    this.list.replaceChildren(...this.found.map((hit, k) => hitItem(hit, k, () => this.take(hit))));
    if (!this.found.length) this.list.append(emptyItem());
    this.list.hidden = false;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "true");
  }

  /** @param {Hit} hit */
  take(hit) {
    this.close();
    this.input.value = hit.text;
    hit.open();
  }

  /** @param {number} to */
  point(to) {
    this.active = (to + this.found.length) % this.found.length;
    [...this.list.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === this.active)));
    this.input.setAttribute("aria-activedescendant", `hit-${this.active}`);
    this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape") this.close();
    if (this.list.hidden || !this.found.length) return;
    const { active, found } = this;
    if (event.key === "ArrowDown") this.point(active + 1);
    else if (event.key === "ArrowUp") this.point(active < 0 ? found.length - 1 : active - 1);
    else if (event.key === "Enter") this.take(found[Math.max(0, active)]);
    else return;
    event.preventDefault();
  }
}

export function createSearchBox() {
  const { input, list } = new SearchBox();
  byId("search-box").append(input, list);
}

const emptyItem = () =>
  element("li", { class: "empty", role: "option", "aria-disabled": "true", text: t("nothing_fits") });

/** @type {(hit: Hit, k: number, take: () => void) => HTMLElement} */
function hitItem(hit, k, take) {
  /** @param {Event} event */
  const pick = (event) => {
    event.preventDefault();
    take();
  };
  return element(
    "li",
    { id: `hit-${k}`, role: "option", "aria-selected": "false", onmousedown: pick },
    element("span", { text: hit.text }),
    element("small", { text: hit.hint }),
  );
}
