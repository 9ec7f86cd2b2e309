// Tiles beneath the plan, only where a user asked for them.
import { byId, element } from "../page/elements.js";
import { meta } from "./page-data.js";
import { t } from "./texts.js";
import { map } from "./viewport.js";

export function createBaseMap() {
  if (!meta.online) return;
  const { addresses, subdomains, key, asks, title } = meta.online;
  /** @param {string} given */
  const add = (given) => {
    for (const address of addresses) {
      const options = { subdomains, maxZoom: 18, key: given, attribution: "" };
      L.tileLayer(address, options).addTo(map);
    }
  };
  if (key || !asks) return add(key);
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
    add(input.value);
    form.remove();
  };
  const form = element(
    "div",
    { class: "filters key" },
    input,
    element("button", { type: "button", text: t("use_key"), onclick: use }),
  );
  byId("tab-layers").prepend(form);
}
