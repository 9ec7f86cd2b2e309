// What a card offers for a site of the scenario: move it, or take it away.
import { element } from "../page/elements.js";
import { evaluate } from "./plane.js";
import { putSite, toggleSite, wake } from "./scenario.js";
import { change } from "./state.js";
import { t } from "./texts.js";
import { map } from "./viewport.js";

/** @import { Layer } from "./layer-decoder.js" */

/**
 * @param {Layer} layer
 * @param {number} row
 * @param {number | undefined} k the site's number; undefined where it does not count
 */
export function siteTools(layer, row, k) {
  if (k === undefined) return element("p", { class: "empty", text: t("site_not_counted") });
  const { walk } = wake();
  const site = walk.sites[k];
  /** @param {() => void} then */
  const leave = (then) => () => {
    map.closePopup();
    then();
    change({ tab: "whatif" });
  };
  const move = () => {
    const [lng, lat] = evaluate(walk.plane.degrees, site.x, site.y);
    toggleSite(k);
    putSite(L.latLng(lat, lng), { name: t("moved", { name: layer.names[row] ?? site.id }) });
  };
  return element(
    "p",
    { class: "site-tools" },
    element("button", { type: "button", text: t("move_site"), onclick: leave(move) }),
    element("button", { type: "button", text: t("remove_site"), onclick: leave(() => toggleSite(k)) }),
  );
}
