// The layers as they were used.
import { byId, element, findById } from "../page/elements.js";
import { basisBadge, heading, link, setOpener } from "./components.js";
import { formatCount } from "./number-format.js";
import { data, words } from "./page-data.js";

/** @import { InputRow } from "./payload.d.ts" */

const LISTED = 40; // targets of a layer
const NUMERIC = [4, 5]; // columns

export function fillInputs() {
  const { meta } = data;
  const section = byId("inputs");
  const heads = [
    words.layer,
    words.basis,
    words.file,
    words.source,
    words.features,
    words.refused,
    words.digest,
    words.used,
  ];
  const head = element(
    "thead",
    {},
    element(
      "tr",
      {},
      heads.map((text) => element("th", { scope: "col" }, text)),
    ),
  );
  section.append(
    heading(words.inputs),
    element(
      "p",
      {},
      `${words.plan}: ${meta.plan.id} · ${meta.plan.file} · `,
      element("code", {}, meta.plan.digest),
      ` · ${meta.crs}`,
    ),
    element(
      "div",
      { class: "wide", tabindex: "0" },
      element("table", {}, head, element("tbody", {}, data.inputs.map(inputLine))),
    ),
  );
  setOpener("inputs", (name) => {
    section.querySelectorAll("tr.chosen").forEach((row) => row.classList.remove("chosen"));
    const row = findById(`layer-${name}`);
    if (!row) return;
    row.classList.add("chosen");
    setTimeout(() => row.scrollIntoView({ block: "center" }), 0);
  });
}

/** @param {InputRow} row */
function inputLine(row) {
  const used = row.used.slice(0, LISTED).map((id) => [link("targets", id, id), " "]);
  const cells = [
    element("strong", {}, row.title),
    basisBadge(row.basis),
    row.file,
    [row.source, row.date].filter(Boolean).join(", "),
    formatCount(row.features),
    formatCount(row.refused),
    element("code", { class: "digest" }, row.digest),
    used.length ? element("details", {}, element("summary", {}, formatCount(row.used.length)), used) : "–",
  ];
  return element(
    "tr",
    { id: `layer-${row.name}` },
    cells.map((content, i) => element("td", { class: NUMERIC.includes(i) ? "n" : null }, content)),
  );
}
