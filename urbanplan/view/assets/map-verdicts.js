// The verdict panel: chapters, filters, quotes, readings, bases; a click flies to the evidence.
const STATUSES = ["met", "not_met", "undecidable"];

function verdictPanel() {
  const box = byId("tab-verdicts");
  const promises = verdicts.filter((v) => v.role === "promise");
  const chips = STATUSES.map((status) => {
    const n = promises.filter((v) => v.status === status).length;
    return el("button", { type: "button", class: `chip chip-${status}`, "aria-pressed": "false", "data-status": status, onclick: () => filterStatus(status) },
      statusMark(status), el("span", { text: t(status) }), el("b", { text: whole.format(n) }));
  });
  const words = el("input", { type: "search", id: "verdict-words", placeholder: t("filter_targets"), "aria-label": t("filter_targets"), oninput: (e) => change({ words: e.target.value }) });
  const chapters = [...new Set(verdicts.map((v) => v.chapter))];
  const chapter = el("select", { id: "verdict-chapter", "aria-label": t("chapter"), onchange: (e) => change({ chapter: e.target.value }) },
    el("option", { value: "", text: t("all_chapters") }), chapters.map((name) => el("option", { value: name, text: name || t("no_chapter") })));
  const placed = verdicts.some((v) => Object.keys(v.evidence).length);
  if (!placed) change({ scope: "all" });
  const scope = placed ? el("label", { class: "scope" }, el("input", { type: "checkbox", id: "verdict-scope", checked: state.scope === "map", onchange: (e) => change({ scope: e.target.checked ? "map" : "all" }) }), el("span", { text: t("scope") })) : null;
  box.append(...[shareBar(promises), el("div", { class: "chips", role: "group", "aria-label": t("filter_status") }, chips),
    el("div", { class: "filters" }, words, chapter), scope, el("div", { id: "verdict-list" })].filter(Boolean));
  listen(["statuses", "scope", "words", "chapter", "verdict"], (keys) => verdictList(keys));
  verdictList([]);
}

function shareBar(promises) {
  const parts = STATUSES.map((s) => [s, promises.filter((v) => v.status === s).length]).filter(([, n]) => n);
  const bar = el("svg", { class: "share", viewBox: "0 0 100 6", preserveAspectRatio: "none", role: "img", "aria-label": parts.map(([s, n]) => `${t(s)} ${n}`).join(", ") });
  let x = 0;
  for (const [status, n] of parts) {
    const w = (100 * n) / promises.length;
    bar.append(el("rect", { class: `fill-${status}`, x, y: 0, width: Math.max(0, w - 0.4), height: 6 }));
    x += w;
  }
  return bar;
}

function filterStatus(status) {
  const now = new Set(state.statuses ?? []);
  if (!now.delete(status)) now.add(status);
  change({ statuses: now.size ? [...now].sort() : null });
}

function passes(verdict) {
  if (state.scope === "map" && !Object.keys(verdict.evidence).length) return false;
  if (state.statuses && !(state.statuses.includes(verdict.status) && verdict.role === "promise")) return false;
  if (state.chapter && verdict.chapter !== state.chapter) return false;
  const words = state.words.trim().toLowerCase();
  return !words || `${verdict.target} ${verdict.title} ${verdict.quote}`.toLowerCase().includes(words);
}

function verdictList(keys) {
  if (keys.length === 1 && keys[0] === "verdict") return markChosen();
  for (const chip of document.querySelectorAll(".chip[data-status]")) chip.setAttribute("aria-pressed", String(state.statuses?.includes(chip.dataset.status) ?? false));
  const shown = verdicts.filter(passes);
  const list = byId("verdict-list");
  list.replaceChildren();
  for (const chapter of new Set(shown.map((v) => v.chapter))) {
    const held = shown.filter((v) => v.chapter === chapter);
    list.append(el("section", { class: "chapter" }, el("h3", {}, el("span", { text: chapter || t("no_chapter") }), el("small", { text: whole.format(held.length) })),
      el("ul", {}, held.map(verdictItem))));
  }
  if (!shown.length) list.append(el("p", { class: "empty", text: t("nothing_fits") }));
}

function verdictItem(verdict) {
  const here = Object.keys(verdict.evidence).length > 0;
  const item = el("li", { class: "verdict", "data-target": verdict.target });
  item.append(el("button", { type: "button", "aria-expanded": String(state.verdict === verdict.target), onclick: () => choose(state.verdict === verdict.target ? null : verdict.target) },
    statusMark(verdict.status),
    el("span", { class: "what" }, el("span", { class: "quote", text: verdict.title || verdict.quote }),
      el("span", { class: "line" }, el("code", { text: verdict.target }), el("span", { class: "reading", text: sayReading(verdict.reading) }),
        verdict.bound ? el("span", { class: "bound", text: t("asked", { bound: sayBound(verdict.bound) }) }) : null,
        verdict.role === "context" ? el("span", { class: "context", text: t("context") }) : null, basisBadge(verdict.basis))),
    here ? el("svg", { class: "pin", viewBox: "0 0 16 16", "aria-hidden": "true" }, el("path", { d: "M8 15s5-5.2 5-9A5 5 0 0 0 3 6c0 3.800 5 9 5 9z" }), el("circle", { cx: 8, cy: 6, r: 1.8 })) : null));
  if (state.verdict === verdict.target) item.append(verdictDetail(verdict));
  return item;
}

function verdictDetail(verdict) {
  const box = el("div", { class: "detail" });
  if (verdict.quote) box.append(el("blockquote", { text: verdict.quote }, verdict.source ? el("cite", { text: verdict.source }) : null));
  if (verdict.reason) box.append(el("p", { text: verdict.reason }));
  if (verdict.settled_by) box.append(el("p", { class: "settled" }, el("b", { text: `${t("settled_by")} ` }), verdict.settled_by));
  if (verdict.progress !== null) box.append(el("p", { text: t("progress", { share: say(verdict.progress, "share") }) }));
  if (verdict.breakdown.length) box.append(breakdownTable(verdict));
  if (!Object.keys(verdict.evidence).length) box.append(el("p", { class: "empty", text: t("no_evidence") }));
  return box;
}

function breakdownTable(verdict) {
  const names = Object.keys(verdict.breakdown[0].keys);
  const rows = verdict.breakdown.slice(0, 40);
  return el("table", {}, el("caption", { text: t("breakdown") }),
    el("thead", {}, el("tr", {}, names.map((n) => el("th", { scope: "col", text: Object.hasOwn(words, `key_${n}`) ? words[`key_${n}`] : n })), el("th", { scope: "col", text: t("reading") }))),
    el("tbody", {}, rows.map((row) => el("tr", {}, names.map((n) => el("td", { text: say(row.keys[n]) })), el("td", { class: "number", text: sayReading(row.reading) })))));
}

function markChosen() {
  for (const item of document.querySelectorAll("#verdict-list .verdict")) {
    const chosen = item.dataset.target === state.verdict;
    item.classList.toggle("chosen", chosen);
    item.querySelector("button").setAttribute("aria-expanded", String(chosen));
    item.querySelector(".detail")?.remove();
    if (chosen) item.append(verdictDetail(verdictOf[state.verdict]));
  }
}

/** Choose a target: its evidence is switched on, marked, and flown to. */
function choose(target, { fly = true } = {}) {
  const verdict = target ? verdictOf[target] : null;
  if (!verdict) return change({ verdict: null });
  const visible = { ...state.visible };
  const pairs = [];
  for (const [name, rows] of Object.entries(verdict.evidence)) {
    visible[name] = true;
    for (const row of rows) pairs.push([layerOf[name], row]);
  }
  map.closePopup();
  change({ verdict: target, visible, tab: "verdicts" });
  if (fly && pairs.length) flyTo(pairs);
  const item = document.querySelector(`#verdict-list [data-target="${CSS.escape(target)}"]`);
  item?.scrollIntoView({ block: "nearest" });
  announce(`${verdict.target}: ${t(verdict.status)}. ${verdict.title || verdict.quote}`);
}
