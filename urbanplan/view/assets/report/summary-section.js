// The head of the page, and the run in numbers.
import { byId, element } from "../page/elements.js";
import { SIGNS, STATUSES } from "../page/status.js";
import { verdictBars } from "./charts.js";
import { heading, link, openSection, table } from "./components.js";
import { formatCount } from "./number-format.js";
import { data, words } from "./page-data.js";

/** @import { Level } from "./payload.d.ts" */

/** @type {readonly Level[]} */
const LEVELS = ["error", "warn", "info", "waived"];
const SECTIONS = ["summary", "targets", "proposal", "districts", "findings", "history", "inputs"];

export function fillHead() {
  const { meta } = data;
  byId("skip").textContent = words.targets;
  const facts = [meta.district, `${words.as_of} ${meta.as_of}`, meta.maker].filter(Boolean).join(" · ");
  byId("head").append(
    element("div", { class: "title" }, element("h1", {}, meta.title), element("p", {}, facts)),
    meta.illustrative ? element("p", { class: "banner", role: "note" }, words.illustrative_note) : "",
  );
  const filled = { districts: data.charts.length > 0, proposal: data.proposal.length > 0 };
  const names = SECTIONS.filter((name) => filled[/** @type {keyof typeof filled} */ (name)] ?? true);
  byId("nav").append(...names.map((name) => element("a", { href: `#${name}` }, words[name])));
}

export function fillSummary() {
  byId("summary").append(
    heading(words.summary),
    element("div", { class: "cards" }, statusCards()),
    element("div", { class: "pair" }, chapterPanel(), basisPanel()),
  );
}

function statusCards() {
  const { status: counts } = data.summary;
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  const cards = STATUSES.map((status) =>
    element(
      "button",
      { type: "button", class: `card s-${status}`, onclick: () => openSection("targets", { status }) },
      element("b", {}, formatCount(counts[status])),
      element("span", {}, element("i", { class: "sign", "aria-hidden": "true" }, SIGNS[status]), words[status]),
    ),
  );
  return [
    ...cards,
    element("div", { class: "card plain" }, element("b", {}, formatCount(total)), element("span", {}, words.promises)),
  ];
}

function chapterPanel() {
  const { chapters } = data.summary;
  if (!data.targets.length) return element("div", { class: "panel" }, element("p", {}, words.no_targets));
  const names = [...data.chapters, ...Object.keys(chapters).filter((name) => !data.chapters.includes(name))];
  const groups = names.map((name) => ({
    name: name || words.no_chapter,
    counts: chapters[name],
    open: () => openSection("targets", { chapter: name }),
  }));
  return element("div", { class: "panel" }, element("h3", {}, words.by_chapter), verdictBars(groups));
}

function basisPanel() {
  const { bases, findings } = data.summary;
  const groups = Object.entries(bases).map(([name, counts]) => ({ name: words[name] || words.none, counts }));
  const levels = LEVELS.filter((level) => findings[level]);
  const rows = levels.map((level) => [link("findings", { level }, words[level]), formatCount(findings[level] ?? 0)]);
  return element(
    "div",
    { class: "panel" },
    element("h3", {}, words.by_basis),
    verdictBars(groups),
    element("h3", {}, words.by_level),
    levels.length ? table([words.level, words.count], rows, [1]) : "–",
  );
}
