// Search by name or number over all layers and targets: a combobox with a list.
const folded = (text) => String(text ?? "").normalize("NFKC").toLowerCase();

function searchIndex() {
  const rows = [];
  for (const layer of [...layers].reverse()) {
    if (layer.silent) continue;
    const seen = new Set();
    for (let row = 0; row < layer.count; row++) {
      const name = layer.names[row];
      const id = layer.ids?.[row];
      if (!name && !id) continue;
      if (layer.dims[row] === 1 && seen.has(name || id)) continue;
      seen.add(name || id);
      rows.push({ text: name || id, hint: name && id ? `${layer.title} · ${id}` : layer.title, key: folded(`${name ?? ""} ${id ?? ""}`), layer, row, base: layer.base });
    }
  }
  for (const verdict of verdicts) rows.push({ text: verdict.title || verdict.quote, hint: `${t("target")} · ${verdict.target}`, key: folded(`${verdict.target} ${verdict.title} ${verdict.quote}`), verdict });
  return rows;
}

function searchBox() {
  let index = null;
  let found = [];
  let active = -1;
  const list = el("ul", { id: "search-list", role: "listbox", "aria-label": t("search"), hidden: true });
  const input = el("input", { type: "search", id: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list", autocomplete: "off", placeholder: t("search"), "aria-label": t("search") });
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (hit) => {
    close();
    input.value = hit.text;
    if (hit.verdict) return choose(hit.verdict.target);
    change({ visible: { ...state.visible, [hit.layer.name]: true } });
    visit(hit.layer, hit.row);
  };
  const point = (to) => {
    active = (to + found.length) % found.length;
    [...list.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === active)));
    input.setAttribute("aria-activedescendant", `hit-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => {
    index ??= searchIndex();
    const words = folded(input.value).trim();
    if (!words) return close();
    const hits = index.filter((row) => row.key.includes(words));
    const rank = (row) => (row.key.startsWith(words) || row.key.endsWith(` ${words}`) ? 0 : 1) + (row.base ? 2 : 0);
    found = hits.sort((a, b) => rank(a) - rank(b)).slice(0, 12);
    list.replaceChildren(...found.map((hit, k) => el("li", { id: `hit-${k}`, role: "option", "aria-selected": "false", onmousedown: (e) => (e.preventDefault(), take(hit)) }, el("span", { text: hit.text }), el("small", { text: hit.hint }))));
    if (!found.length) list.append(el("li", { class: "empty", role: "option", "aria-disabled": "true", text: t("nothing_fits") }));
    list.hidden = false;
    active = -1;
    input.setAttribute("aria-expanded", "true");
  });
  input.addEventListener("keydown", (e) => {
    if (e.key === "Escape") close();
    if (list.hidden || !found.length) return;
    if (e.key === "ArrowDown") (e.preventDefault(), point(active + 1));
    if (e.key === "ArrowUp") (e.preventDefault(), point(active < 0 ? found.length - 1 : active - 1));
    if (e.key === "Enter") (e.preventDefault(), take(found[Math.max(0, active)]));
  });
  input.addEventListener("blur", close);
  byId("search-box").append(input, list);
}
