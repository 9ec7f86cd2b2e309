// What names the map: title, facts, and the mark of illustrative data.
import { byId, element } from "../page/elements.js";
import { basisBadge } from "./badges.js";
import { meta } from "./page-data.js";
import { t } from "./texts.js";

export function fillTitleBlock() {
  byId("plan-title").textContent = meta.title;
  byId("plan-facts").append(
    element("span", { text: meta.kind_title }),
    element("span", { text: `${t("as_of")} ${meta.as_of}` }),
    (meta.illustrative && basisBadge("illustrative")) || "",
  );
  const facts = [
    [t("as_of"), meta.as_of],
    [t("maker"), meta.maker],
    [t("crs"), meta.crs],
    [t("ground"), (meta.ground ?? meta.online)?.credit],
  ].filter(([, text]) => text);
  const box = byId("title-block");
  box.append(
    element("h2", { text: [...new Set([meta.district, meta.kind_title])].join(" · ") }),
    element(
      "p",
      { class: "facts" },
      facts.map(([name, text]) => element("span", {}, `${name} `, element("b", { text }))),
    ),
  );
  if (meta.illustrative) box.append(element("p", { class: "illustrative", text: t("illustrative_note") }));
  byId("print-illustrative").hidden = !meta.illustrative;
}
