// The table twin: every layer's rows as a table; a row's button flies to the feature.
const PAGE = 100;

function tablePanel() {
  const box = byId("tab-table");
  const held = layers.filter((layer) => layer.count && !layer.hidden).reverse();
  const pick = el("select", { id: "table-layer", "aria-label": t("layer"), onchange: () => fill(0) }, el("option", { value: "", text: `${t("targets")} (${whole.format(verdicts.length)})` }), held.map((layer) => el("option", { value: layer.name, text: `${layer.title} (${whole.format(layer.count)})` })));
  const words = el("input", { type: "search", placeholder: t("filter_rows"), "aria-label": t("filter_rows"), oninput: () => fill(0) });
  const body = el("div", { class: "table-body", tabindex: "0", role: "region", "aria-label": t("tab_table") });
  const fill = (from) => body.replaceChildren(...(pick.value ? tableOf(layerOf[pick.value], words.value, from, fill) : [verdictTable(words.value)]));
  box.append(el("div", { class: "filters" }, pick, words), body);
  if (held.length) pick.value = held[0].name;
  fill(0);
}

/** The verdicts as a table; a row's button chooses the target. */
function verdictTable(words) {
  const wanted = folded(words).trim();
  const rows = verdicts.filter((v) => folded(`${v.target} ${v.title} ${v.quote} ${v.chapter}`).includes(wanted));
  const heads = ["target", "chapter", "verdict", "reading", "bound", "basis"];
  return el("table", {}, el("caption", { text: `${t("targets")} · ${t("rows", { n: whole.format(rows.length) })}` }),
    el("thead", {}, el("tr", {}, heads.map((key) => el("th", { scope: "col", text: t(key) })))),
    el("tbody", {}, rows.map((v) => el("tr", {},
      el("th", { scope: "row" }, el("button", { class: "link", type: "button", text: `${v.target} ${v.title || v.quote}`, onclick: () => choose(v.target) })),
      el("td", { text: v.chapter }), el("td", {}, statusMark(v.status), ` ${t(v.status)}`), el("td", { class: "number", text: sayReading(v.reading) }),
      el("td", { text: sayBound(v.bound) }), el("td", {}, basisBadge(v.basis))))));
}

function tableOf(layer, words, from, fill) {
  const wanted = folded(words).trim();
  const rows = [];
  for (let row = 0; row < layer.count; row++) {
    if (!wanted || folded([layer.ids?.[row], layer.names[row], ...layer.fields.map((f) => value(f, row))].join(" ")).includes(wanted)) rows.push(row);
  }
  const fields = layer.fields.filter((f) => f.name !== layer.idField && f.name !== layer.nameField).slice(0, 12);
  const head = el("tr", {}, el("th", { scope: "col", text: t("name") }), fields.map((f) => el("th", { scope: "col", text: f.title })), el("th", { scope: "col", text: t("targets") }));
  const table = el("table", {}, el("caption", { text: `${layer.title} · ${t("rows", { n: whole.format(rows.length) })}` }), el("thead", {}, head),
    el("tbody", {}, rows.slice(from, from + PAGE).map((row) => tableRow(layer, row, fields))));
  const step = (to, text) => el("button", { type: "button", disabled: to < 0 || to >= rows.length, text, onclick: () => fill(to) });
  const turn = rows.length > PAGE ? [el("p", { class: "pager" }, step(from - PAGE, "‹"), el("span", { text: `${from + 1}–${Math.min(rows.length, from + PAGE)}` }), step(from + PAGE, "›"))] : [];
  return [table, ...turn];
}

function tableRow(layer, row, fields) {
  const go = () => {
    change({ visible: { ...state.visible, [layer.name]: true } });
    visit(layer, row);
  };
  const cells = fields.map((f) => {
    const held = value(f, row);
    return el("td", { class: typeof held === "number" ? "number" : null, text: say(held, f.unit) });
  });
  const marks = (layer.targets.get(row) ?? []).slice(0, 4).map((v) => statusMark(v.status));
  return el("tr", {}, el("th", { scope: "row" }, el("button", { class: "link", type: "button", text: layer.names[row] || layer.ids?.[row] || String(row + 1), onclick: go })), cells, el("td", {}, marks));
}
