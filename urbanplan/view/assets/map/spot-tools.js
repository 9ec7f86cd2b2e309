// Tools that act on a spot of the map: by a click, or by Enter at the middle of the map; Escape ends them.
import { byId, element } from "../page/elements.js";
import { change, listen, state } from "./state.js";
import { announce, t } from "./texts.js";
import { map } from "./viewport.js";

/** @typedef {NonNullable<import("./state.js").State["tool"]>} ToolName */

/** @type {Partial<Record<ToolName, { button: HTMLElement, act: (at: L.LatLng) => void }>>} */
const tools = {};

/**
 * Add a tool that a button switches on and off; on, it has the focus on the map.
 * @param {ToolName} name
 * @param {object} tool
 * @param {HTMLElement} tool.button
 * @param {() => void} [tool.start] called before it is switched on
 * @param {(at: L.LatLng) => void} tool.act
 */
export function addSpotTool(name, { button, start, act }) {
  tools[name] = { button, act };
  button.addEventListener("click", () => {
    if (state.tool === name) return change({ tool: null });
    start?.();
    change({ tool: name });
    map.getContainer().focus({ preventScroll: true });
    announce(t("spot_how"));
  });
  listen(["tool"], () => button.setAttribute("aria-pressed", String(state.tool === name)));
}

/**
 * Let the tool that is on act on a spot; one look at the state for each click, as an act may end its tool.
 * @param {L.LatLng} at
 * @returns {boolean} whether a tool is on
 */
export function actOn(at) {
  const tool = state.tool && tools[state.tool];
  if (!tool) return false;
  tool.act(at);
  return true;
}

export function createSpotKeys() {
  byId("stage").addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.key === "Enter" && target === map.getContainer()) actOn(map.getCenter());
    if (event.key === "Escape" && state.tool && !target.closest("#search-box")) endTool();
  });
}

/** Switch the tool off that is on; its button has the focus then. */
function endTool() {
  const tool = state.tool && tools[state.tool];
  change({ tool: null });
  if (tool) tool.button.focus();
}

/** A button that ends the tool. */
export const doneButton = () => element("button", { type: "button", text: t("done"), onclick: endTool });

/** The bar that says how to put a site while its tool is on; narrow windows fold the panel away meanwhile. */
export function createPutBar() {
  const bar = byId("put-bar");
  bar.append(element("span", { text: t("spot_how") }), doneButton());
  listen(["tool"], () => {
    bar.hidden = state.tool !== "put";
  });
}
