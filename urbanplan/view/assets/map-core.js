// The page's data, its words, its state, and how elements are made: text only ever as textContent.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const meta = read("map-meta");
const words = meta.texts;

/** A text of the page in its language; {name} takes values. */
function t(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? values[name] : all));
}

/** An element with attributes and children; strings become text, `on…` functions become listeners. */
function el(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "circle", "rect", "line", "polygon"].includes(tag);
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return node;
}

const byId = (id) => document.getElementById(id);
const figure = new Intl.NumberFormat(meta.lang === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat(meta.lang === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 0 });

/** A value as people read it. */
function say(value, unit = "") {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value !== "number") return String(value);
  if (unit === "share") return `${figure.format(value * 100)}%`;
  const word = Object.hasOwn(meta.units, unit) ? meta.units[unit] : unit;
  const gap = word && word !== "%" && (meta.lang !== "zh" || /^[0-9A-Za-z]/.test(word)) ? " " : "";
  const bare = !unit && Number.isInteger(value) && Math.abs(value) < 10000;
  return `${bare ? String(value) : figure.format(value)}${gap}${word === "count" ? "" : word}`;
}

/** A reading: one figure, or low to high. */
function sayReading(reading) {
  if (!reading) return "–";
  const { low, high, unit } = reading;
  if (low === high) return say(low, unit);
  const bare = (end) => (unit === "share" ? figure.format(end * 100) : figure.format(end));
  return `${low === null ? "–∞" : bare(low)} – ${high === null ? "∞" : say(high, unit)}`;
}

function sayBound(bound) {
  if (!bound) return "";
  const sign = { ">=": "≥", "<=": "≤", about: "≈" }[bound.comparator] ?? bound.comparator;
  return `${sign} ${say(bound.number, bound.unit)}`;
}

// One state for the whole page; whoever shows it listens.
const state = {
  visible: Object.create(null), band: meta.band, date: null, verdict: null, tab: meta.tab, colour: "kind", tool: null,
  statuses: null, scope: meta.scope, chapter: "", words: "", compare: null, at: 0.5,
};
const listeners = [];
const listen = (keys, then) => listeners.push([keys, then]);

/** Change the state and tell those who listen to a changed key. */
function change(patch) {
  const changed = Object.keys(patch).filter((key) => state[key] !== patch[key]);
  Object.assign(state, patch);
  for (const [keys, then] of listeners) if (keys.some((key) => changed.includes(key))) then(changed);
}

/** Say something to people who hear the page. */
function announce(text) {
  byId("said").textContent = text;
}
