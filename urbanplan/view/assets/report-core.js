// Words, small makers of elements, and links between sections. Every text goes through textContent.
const data = JSON.parse(document.getElementById("report-data").textContent);
const W = data.words;
const STATUSES = ["met", "not_met", "undecidable"];
const SIGNS = { met: "✓", not_met: "✕", undecidable: "?", "": "–" };
const byId = (id) => document.getElementById(id);
const say = (template, values) => template.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
const count = (n) => Number(n).toLocaleString("en-US");

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) made.append(child);
  return made;
}

function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children.flat(Infinity));
  return made;
}

function badge(status) {
  const made = el("span", { class: `badge s-${status || "context"}` });
  made.append(el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[status] || "–"), W[status] || W.context);
  return made;
}

const basis = (name) => el("span", { class: `basis b-${name || "none"}` }, W[name] || W.none);
const heading = (text) => [el("h2", {}, text)];
const short = (digest) => (digest ? digest.slice(0, 12) : "–");

// A plain table, for what is short.
function table(heads, rows, numeric = []) {
  const cell = (tag, content, i) => el(tag, { class: numeric.includes(i) ? "n" : null, scope: tag === "th" ? "col" : null }, content);
  return el(
    "div",
    { class: "wide", tabindex: "0" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, heads.map((head, i) => cell("th", head, i)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((content, i) => cell("td", content, i))))),
    ),
  );
}

const links = {}; // section -> function that shows one of its rows
function go(section, key) {
  const target = byId(section);
  if (links[section]) links[section](key);
  setTimeout(() => target.scrollIntoView({ block: "start" }), 0);
}
const link = (section, key, text) => el("button", { type: "button", class: "link", onclick: () => go(section, key) }, text);
