// A table of any length: only the rows in sight are in the page; all of them while it prints.
import { element } from "../page/elements.js";
import { fillTemplate } from "../page/template.js";
import { formatCount } from "./number-format.js";
import { words } from "./page-data.js";
import { filterRows, ROW, rowWindow } from "./row-window.js";

const DENSE = 28; // characters: a longer figure is set smaller, so that none is cut

/**
 * @typedef {{ key: string, title: string, cell: (i: number) => string | Element }} Column
 * @typedef {object} TableSettings
 * @property {string} name
 * @property {Column[]} columns
 * @property {number} count rows
 * @property {(i: number) => string} searchText what a search looks through
 * @property {(i: number) => void} [open] called with the row that is picked
 */

export class LongTable {
  /** @param {TableSettings} settings */
  constructor({ name, columns, count, searchText, open }) {
    this.columns = columns;
    this.count = count;
    this.searchText = searchText;
    this.open = open;
    /** @type {string[]} */
    this.texts = [];
    this.rows = Array.from({ length: count }, (_, i) => i);
    this.picked = -1;
    this.first = -1;
    this.body = element("div", { class: "rows", role: "rowgroup" });
    this.space = element("div", { class: "space", role: "presentation" }, this.body);
    this.view = element("div", { class: "view", tabindex: "0", role: "presentation" }, this.space);
    this.tally = element("p", { class: "told", role: "status" });
    const heads = columns.map((column) => element("div", { role: "columnheader", class: "cell" }, column.title));
    this.grid = element(
      "div",
      {
        class: `long ${name}`,
        role: "grid",
        "aria-label": words[name],
        "aria-rowcount": String(count + 1),
        "aria-colcount": String(columns.length),
      },
      element(
        "div",
        { role: "rowgroup" },
        element("div", { role: "row", class: "row heads", "aria-rowindex": "1" }, heads),
      ),
      this.view,
    );
    this.attach();
  }

  attach() {
    this.view.addEventListener("scroll", () => this.draw(), { passive: true });
    this.view.addEventListener("keydown", (event) => this.step(event));
    this.view.addEventListener("click", (event) => this.click(event));
    window.addEventListener("beforeprint", () => this.drawAll());
    window.addEventListener("afterprint", () => {
      this.grid.classList.remove("whole");
      this.redraw();
    });
    new ResizeObserver(() => this.redraw()).observe(this.view);
  }

  get isWhole() {
    return this.grid.classList.contains("whole");
  }

  /**
   * Keep the rows that pass and hold some words.
   * @param {(i: number) => boolean} passes
   * @param {string} text
   */
  filter(passes, text) {
    /** @param {number} i */
    const textOf = (i) => (this.texts[i] ||= this.searchText(i).toLowerCase());
    this.rows = filterRows(this.count, passes, textOf, text);
    this.view.scrollTop = 0;
    this.redraw();
  }

  redraw() {
    if (this.isWhole) return;
    this.first = -1;
    this.space.style.height = `${this.rows.length * ROW}px`;
    this.tally.textContent = fillTemplate(words.shown, {
      n: formatCount(this.rows.length),
      all: formatCount(this.count),
    });
    this.draw();
  }

  draw() {
    if (this.isWhole) return;
    const [first, last] = rowWindow(this.view.scrollTop, this.view.clientHeight || 400, this.rows.length);
    if (first === this.first) return;
    this.first = first;
    this.fill(first, last);
    this.body.style.transform = `translateY(${first * ROW}px)`;
  }

  drawAll() {
    this.grid.classList.add("whole");
    this.fill(0, this.rows.length);
  }

  /** @type {(first: number, last: number) => void} */
  fill(first, last) {
    const made = [];
    for (let at = first; at < last; at++) made.push(this.row(at));
    this.body.replaceChildren(...made);
  }

  /** @param {number} at */
  row(at) {
    const i = this.rows[at];
    const cells = this.columns.map((column) => {
      const content = column.cell(i);
      const title = typeof content === "string" ? content : null;
      const dense = title !== null && title.length > DENSE ? " dense" : "";
      return element("div", { role: "gridcell", class: `cell c-${column.key}${dense}`, title }, content);
    });
    const chosen = i === this.picked;
    return element(
      "div",
      {
        role: "row",
        class: chosen ? "row chosen" : "row",
        "aria-rowindex": String(at + 2),
        "aria-selected": String(chosen),
        "data-row": String(i),
      },
      cells,
    );
  }

  /**
   * Pick a row, and open it.
   * @param {number} i
   * @param {{ scroll?: boolean }} [how]
   */
  pick(i, { scroll = true } = {}) {
    this.picked = i;
    const at = this.rows.indexOf(i);
    if (scroll && at >= 0) {
      const top = at * ROW;
      const inSight = top >= this.view.scrollTop && top + ROW <= this.view.scrollTop + this.view.clientHeight;
      if (!inSight) this.view.scrollTop = Math.max(0, top - this.view.clientHeight / 3);
    }
    this.first = -1;
    this.draw();
    this.open?.(i);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const target = /** @type {Element} */ (event.target);
    const row = /** @type {HTMLElement | null} */ (target.closest("[data-row]"));
    if (row && !target.closest("button")) this.pick(Number(row.dataset.row), { scroll: false });
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    const step = steps[event.key];
    if (!step || !this.open || !this.rows.length) return;
    event.preventDefault();
    const at = this.rows.indexOf(this.picked);
    const to = at < 0 ? 0 : Math.min(this.rows.length - 1, Math.max(0, at + step));
    this.pick(this.rows[to]);
  }
}
