// Proposed sites, the best first: a proposal and no verdict.
import { byId, element } from "../page/elements.js";
import { heading } from "./components.js";
import { data, words } from "./page-data.js";

/** @import { ProposedSite } from "./payload.d.ts" */

export function fillProposal() {
  const section = byId("proposal");
  if (!data.proposal.length) return section.remove();
  const heads = [words.rank, words.site, words.residents_gained, words.metres_gained];
  const head = element(
    "tr",
    {},
    heads.map((text, i) => element("th", { scope: "col", class: i === 1 ? null : "n" }, text)),
  );
  section.append(
    heading(words.proposal),
    element("p", {}, element("strong", {}, words.undecided)),
    element(
      "div",
      { class: "wide", tabindex: "0" },
      element("table", {}, element("thead", {}, head), element("tbody", {}, data.proposal.map(siteLine))),
    ),
  );
}

/** @param {ProposedSite} row */
function siteLine(row) {
  const cells = [row.rank, row.id, row.residents, row.metres];
  return element(
    "tr",
    {},
    cells.map((text, i) => element("td", { class: i === 1 ? null : "n" }, text)),
  );
}
