// The report's page comes together.
import { byId, element } from "../page/elements.js";
import { districtChart } from "./charts.js";
import { heading, openSection } from "./components.js";
import { fillFindings } from "./finding-section.js";
import { fillHistory } from "./history-section.js";
import { fillInputs } from "./input-section.js";
import { data, words } from "./page-data.js";
import { fillProposal } from "./proposal-section.js";
import { fillHead, fillSummary } from "./summary-section.js";
import { fillTargets } from "./target-section.js";

function fillDistricts() {
  const section = byId("districts");
  if (!data.charts.length) return section.remove();
  section.append(heading(words.districts), element("div", { class: "charts" }, data.charts.map(districtChart)));
}

function fillFoot() {
  const program = element("p", {}, `${words.program} urbanplan ${data.meta.program}`);
  byId("foot").append(program, element("p", { class: "print" }, words.print_note));
}

/** Open the target that the address names. */
function readAddress() {
  const asked = /^#t=(.+)$/.exec(location.hash);
  if (!asked) return;
  history.scrollRestoration = "manual";
  openSection("targets", decodeURIComponent(asked[1]));
}

fillHead();
fillSummary();
fillTargets();
fillProposal();
fillDistricts();
fillFindings();
fillHistory();
fillInputs();
fillFoot();
readAddress();
document.documentElement.dataset.ready = "yes";
