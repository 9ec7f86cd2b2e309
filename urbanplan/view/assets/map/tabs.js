// The tabs of the panel.
import { byId } from "../page/elements.js";
import { change, listen, state } from "./state.js";

/** @param {HTMLElement} button */
const tabOf = (button) => button.id.replace("show-", "");

/** Must run after the tabs that this page has are no longer hidden. */
export function createTabs() {
  const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[role="tab"]'));
  const buttons = [...all].filter((button) => !button.hidden);
  const show = () => {
    for (const button of buttons) {
      const on = tabOf(button) === state.tab;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      byId(button.getAttribute("aria-controls") ?? "").hidden = !on;
    }
  };
  for (const [k, button] of buttons.entries()) {
    button.addEventListener("click", () => {
      const again = button.getAttribute("aria-selected") === "true";
      const { classList } = document.body;
      classList.toggle("sheet-open", again ? !classList.contains("sheet-open") : true);
      change({ tab: tabOf(button) });
    });
    button.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (!step) return;
      event.preventDefault();
      const next = buttons[(k + step + buttons.length) % buttons.length];
      next.focus();
      change({ tab: tabOf(next) });
    });
  }
  listen(["tab"], show);
  show();
}
