// A table of any length: only the rows in sight are in the page; all of them while it prints.
const ROW = 38;

class LongTable {
  // columns: [{ key, title, cell(i) -> text or element }], number: rows, hay(i) -> text to search in, open(i)
  constructor({ name, columns, number, hay, open }) {
    Object.assign(this, { name, columns, number, hay, open });
    this.rows = Array.from({ length: number }, (_, i) => i);
    this.picked = -1;
    this.first = -1;
    this.body = el("div", { class: "rows", role: "rowgroup" });
    this.space = el("div", { class: "space", role: "presentation" }, this.body);
    this.view = el("div", { class: "view", tabindex: "0", role: "presentation" }, this.space);
    this.told = el("p", { class: "told", role: "status" });
    const heads = columns.map((c) => el("div", { role: "columnheader", class: "cell" }, c.title));
    this.grid = el(
      "div",
      { class: `long ${name}`, role: "grid", "aria-label": name, "aria-rowcount": String(number + 1), "aria-colcount": String(columns.length) },
      el("div", { role: "rowgroup" }, el("div", { role: "row", class: "row heads", "aria-rowindex": "1" }, heads)),
      this.view,
    );
    this.view.addEventListener("scroll", () => this.draw(), { passive: true });
    this.view.addEventListener("keydown", (event) => this.key(event));
    this.view.addEventListener("click", (event) => this.click(event));
    window.addEventListener("beforeprint", () => this.whole());
    window.addEventListener("afterprint", () => { this.grid.classList.remove("whole"); this.redraw(); });
    new ResizeObserver(() => this.redraw()).observe(this.view);
  }

  filter(keep, text) {
    const wanted = text.trim().toLowerCase();
    this.hays = this.hays || [];
    const hay = (i) => (this.hays[i] = this.hays[i] || this.hay(i).toLowerCase());
    this.rows = [];
    for (let i = 0; i < this.number; i++) if (keep(i) && (!wanted || hay(i).includes(wanted))) this.rows.push(i);
    this.view.scrollTop = 0;
    this.redraw();
  }

  redraw() {
    if (this.grid.classList.contains("whole")) return;
    this.first = -1;
    this.space.style.height = `${this.rows.length * ROW}px`;
    this.told.textContent = say(W.shown, { n: count(this.rows.length), all: count(this.number) });
    this.draw();
  }

  draw() {
    if (this.grid.classList.contains("whole")) return;
    const height = this.view.clientHeight || 400;
    const first = Math.max(0, Math.floor(this.view.scrollTop / ROW) - 6);
    if (first === this.first) return;
    this.first = first;
    const last = Math.min(this.rows.length, first + Math.ceil(height / ROW) + 14);
    this.fill(first, last);
    this.body.style.transform = `translateY(${first * ROW}px)`;
  }

  fill(first, last) {
    const made = [];
    for (let at = first; at < last; at++) made.push(this.row(at));
    this.body.replaceChildren(...made);
  }

  row(at) {
    const i = this.rows[at];
    const cells = this.columns.map((column) => {
      const content = column.cell(i);
      return el("div", { role: "gridcell", class: `cell c-${column.key}`, title: typeof content === "string" ? content : null }, content);
    });
    const chosen = i === this.picked;
    return el("div", { role: "row", class: chosen ? "row chosen" : "row", "aria-rowindex": String(at + 2), "aria-selected": String(chosen), "data-row": String(i) }, cells);
  }

  whole() {
    this.grid.classList.add("whole");
    this.fill(0, this.rows.length);
  }

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
    if (this.open) this.open(i);
  }

  click(event) {
    const row = event.target.closest("[data-row]");
    if (row && !event.target.closest("button")) this.pick(Number(row.dataset.row), { scroll: false });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!step || !this.open || !this.rows.length) return;
    event.preventDefault();
    const at = this.rows.indexOf(this.picked);
    const to = at < 0 ? 0 : Math.min(this.rows.length - 1, Math.max(0, at + step));
    this.pick(this.rows[to]);
  }
}

// A row of filters over a table: buttons, lists, and a search field.
function filters(long, choices) {
  const state = {};
  const search = el("input", { type: "search", placeholder: W.search, "aria-label": W.search });
  const apply = () => long.filter((i) => choices.every((c) => !state[c.key] || c.value(i) === state[c.key]), search.value);
  let wait = 0;
  search.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(apply, 80); });
  const parts = choices.map((choice) => {
    const list = el("select", { "aria-label": choice.title }, el("option", { value: "" }, `${choice.title}: ${W.all}`));
    for (const [value, text] of choice.options) list.append(el("option", { value }, text));
    list.addEventListener("change", () => { state[choice.key] = list.value; apply(); });
    choice.set = (value) => { list.value = value; state[choice.key] = value; apply(); };
    choice.reset = () => { list.value = ""; state[choice.key] = ""; };
    return list;
  });
  const clear = () => { search.value = ""; choices.forEach((c) => c.reset()); apply(); };
  return { bar: el("div", { class: "filters" }, search, parts, long.told), clear, apply };
}
