// The sections of the page.
function head() {
  const meta = data.meta;
  byId("skip").textContent = W.targets;
  byId("head").append(
    el("div", { class: "title" }, el("h1", {}, meta.title), el("p", {}, [meta.district, `${W.as_of} ${meta.as_of}`, meta.maker].filter(Boolean).join(" · "))),
    meta.illustrative ? el("p", { class: "banner", role: "note" }, W.illustrative_note) : "",
  );
  const names = ["summary", "targets", "districts", "findings", "history", "inputs"];
  byId("nav").append(...names.filter((name) => name !== "districts" || data.charts.length).map((name) => el("a", { href: `#${name}` }, W[name])));
}

function summary() {
  const s = data.summary, total = STATUSES.reduce((sum, key) => sum + s.status[key], 0);
  const cards = STATUSES.map((status) =>
    el("button", { type: "button", class: `card s-${status}`, onclick: () => go("targets", { status }) }, el("b", {}, count(s.status[status])), el("span", {}, el("i", { class: "sign", "aria-hidden": "true" }, SIGNS[status]), W[status])),
  );
  cards.push(el("div", { class: "card plain" }, el("b", {}, count(total)), el("span", {}, W.promises)));
  const chapters = [...data.chapters, ...Object.keys(s.chapters).filter((name) => !data.chapters.includes(name))];
  const levels = ["error", "warn", "info", "waived"].filter((level) => s.findings[level]);
  byId("summary").append(
    ...heading(W.summary),
    el("div", { class: "cards" }, cards),
    el(
      "div",
      { class: "pair" },
      el("div", { class: "panel" }, el("h3", {}, W.by_chapter), verdictBars(chapters.map((name) => [name || "–", s.chapters[name], () => go("targets", { chapter: name })]))),
      el(
        "div",
        { class: "panel" },
        el("h3", {}, W.by_basis),
        verdictBars(Object.entries(s.bases).map(([name, counts]) => [W[name] || W.none, counts])),
        el("h3", {}, W.by_level),
        levels.length ? table([W.level, W.count], levels.map((level) => [link("findings", { level }, W[level]), count(s.findings[level])]), [1]) : "–",
      ),
    ),
  );
}

function targets() {
  const rows = data.targets, at = new Map(rows.map((row, i) => [row.id, i]));
  const panel = el("aside", { class: "detail panel", "aria-live": "polite", tabindex: "-1" }, el("p", { class: "hint" }, W.select_hint));
  const close = el("button", { type: "button", class: "close", onclick: () => panel.classList.remove("open") }, W.close);
  const long = new LongTable({
    name: "targets",
    number: rows.length,
    columns: [
      { key: "status", title: W.status, cell: (i) => badge(rows[i].role === "promise" ? rows[i].status : "") },
      { key: "id", title: W.id, cell: (i) => rows[i].id },
      { key: "title", title: W.target, cell: (i) => rows[i].title },
      { key: "bound", title: W.bound, cell: (i) => rows[i].bound },
      { key: "reading", title: W.reading, cell: (i) => rows[i].reading },
      { key: "basis", title: W.basis, cell: (i) => basis(rows[i].basis) },
    ],
    hay: (i) => [rows[i].id, rows[i].title, rows[i].quote, rows[i].chapter, rows[i].reason].join(" "),
    open: (i) => {
      panel.replaceChildren(close, ...detail(rows[i]).filter((part) => part !== null));
      panel.classList.add("open");
      panel.scrollTop = 0;
      history.replaceState(null, "", `#t=${encodeURIComponent(rows[i].id)}`);
    },
  });
  const distinct = (value) => [...new Set(rows.map(value))].filter(Boolean);
  const choices = [
    { key: "status", title: W.status, value: (i) => (rows[i].role === "promise" ? rows[i].status : "context"), options: [...STATUSES, "context"].map((s) => [s, W[s]]) },
    { key: "chapter", title: W.chapter, value: (i) => rows[i].chapter, options: distinct((row) => row.chapter).map((name) => [name, name]) },
    { key: "basis", title: W.basis, value: (i) => rows[i].basis || "none", options: ["surveyed", "reported", "illustrative", "none"].map((name) => [name, W[name]]) },
  ];
  const { bar: tools, clear, apply } = filters(long, choices);
  byId("targets").append(...heading(W.targets), tools, el("div", { class: "split" }, long.grid, panel));
  apply();
  links.targets = (key) => {
    if (typeof key === "string") {
      if (!at.has(key)) return;
      if (!long.rows.includes(at.get(key))) clear();
      long.pick(at.get(key));
    } else {
      clear();
      for (const [name, value] of Object.entries(key)) choices.find((choice) => choice.key === name).set(value);
    }
  };
}

function districtSection() {
  if (!data.charts.length) { byId("districts").remove(); return; }
  byId("districts").append(...heading(W.districts), el("div", { class: "charts" }, data.charts.map(districtChart)));
}

function findingSection() {
  const f = data.findings, number = f.code.length;
  const long = new LongTable({
    name: "findings",
    number,
    columns: [
      { key: "level", title: W.level, cell: (i) => el("span", { class: `level v-${f.level[i]}` }, W[f.level[i]]) },
      { key: "place", title: W.place, cell: (i) => f.place[i] || "–" },
      { key: "layer", title: W.layer, cell: (i) => title(f.layer[i]) || "–" },
      { key: "feature", title: W.feature, cell: (i) => f.feature[i] || "–" },
      { key: "message", title: W.message, cell: (i) => f.message[i] },
      { key: "fix", title: W.fix, cell: (i) => f.fix[i] },
      { key: "code", title: W.code, cell: (i) => f.code[i] },
    ],
    hay: (i) => [f.code[i], f.layer[i], f.feature[i], f.place[i], f.message[i]].join(" "),
  });
  const distinct = (values) => [...new Set(values)].filter(Boolean).sort();
  const choices = [
    { key: "level", title: W.level, value: (i) => f.level[i], options: ["error", "warn", "info", "waived"].map((l) => [l, W[l]]) },
    { key: "place", title: W.place, value: (i) => f.place[i] || "-", options: [...distinct(f.place).map((p) => [p, p]), ["-", W.no_place]] },
    { key: "layer", title: W.layer, value: (i) => f.layer[i], options: distinct(f.layer).map((name) => [name, title(name)]) },
    { key: "code", title: W.code, value: (i) => f.code[i], options: distinct(f.code).map((c) => [c, c]) },
  ];
  const { bar: tools, clear, apply } = filters(long, choices);
  byId("findings").append(...heading(W.findings), placeTable(), tools, long.grid);
  apply();
  links.findings = (key) => { clear(); for (const [name, value] of Object.entries(key)) choices.find((c) => c.key === name).set(value); };
}

function placeTable() {
  const f = data.findings, levels = ["error", "warn", "info", "waived"].filter((level) => f.level.includes(level));
  const places = new Map();
  f.place.forEach((place, i) => {
    const row = places.get(place) || places.set(place, {}).get(place);
    row[f.level[i]] = (row[f.level[i]] || 0) + 1;
  });
  if (places.size < 2) return "";
  const rows = [...places].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([place, row]) => [link("findings", { place: place || "-" }, place || W.no_place), ...levels.map((level) => count(row[level] || 0))]);
  return table([W.by_place, ...levels.map((level) => W[level])], rows, levels.map((_, i) => i + 1));
}

function historySection() {
  const { runs, turns } = data.history, made = byId("history");
  made.append(...heading(W.history));
  if (!runs.length) { made.append(el("p", {}, W.no_runs)); return; }
  if (runs.length > 1) made.append(el("div", { class: "panel" }, trend(runs)));
  const line = (run) => [`#${run.number}`, run.at.replace("T", " ").replace("+00:00", " UTC"), run.who, ...STATUSES.map((s) => count(run.verdicts[s] || 0)), count(run.findings.error || 0), count(run.findings.warn || 0), el("code", { title: run.plan }, short(run.plan))];
  made.append(table([W.run, W.when, W.who, ...STATUSES.map((s) => W[s]), W.error, W.warn, W.plan], [...runs].reverse().slice(0, 12).map(line), [3, 4, 5, 6, 7]));
  if (runs.length < 2) { made.append(el("p", { class: "hint" }, W.first_run)); return; }
  made.append(el("h3", {}, W.turned));
  if (!turns.length) { made.append(el("p", {}, W.no_turn)); return; }
  const turned = (t) => [link("targets", t.id, t.id), t.title, el("span", {}, t.was ? badge(t.was) : "–", " → ", t.now ? badge(t.now) : "–"), t.values, t.why.join("; ")];
  made.append(table([W.id, W.target, W.status, W.reading, W.reason], turns.map(turned)));
}

function inputSection() {
  const made = byId("inputs");
  const rows = data.inputs.map((row) => {
    const used = row.used.slice(0, 40).map((id) => [link("targets", id, id), " "]);
    const line = el("tr", { id: `layer-${row.name}` });
    const cells = [el("strong", {}, row.title), basis(row.basis), row.file, [row.source, row.date].filter(Boolean).join(", "), count(row.features), count(row.refused), el("code", { class: "digest" }, row.digest), used.length ? el("details", {}, el("summary", {}, count(row.used.length)), ...used.flat()) : "–"];
    line.append(...cells.map((content, i) => el("td", { class: i === 4 || i === 5 ? "n" : null }, content)));
    return line;
  });
  const heads = [W.layer, W.basis, W.file, W.source, W.features, W.refused, W.digest, W.used];
  made.append(
    ...heading(W.inputs),
    el("p", {}, `${W.plan}: ${data.meta.plan.id} · ${data.meta.plan.file} · `, el("code", {}, data.meta.plan.digest), ` · ${data.meta.crs}`),
    el("div", { class: "wide", tabindex: "0" }, el("table", {}, el("thead", {}, el("tr", {}, heads.map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, rows))),
  );
  links.inputs = (name) => {
    made.querySelectorAll("tr.chosen").forEach((row) => row.classList.remove("chosen"));
    const row = byId(`layer-${name}`);
    if (!row) return;
    row.classList.add("chosen");
    setTimeout(() => row.scrollIntoView({ block: "center" }), 0);
  };
}
