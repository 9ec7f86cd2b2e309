// Small marks beside texts: a basis, a status.
import { element } from "../page/elements.js";
import { SIGNS } from "../page/status.js";
import { t } from "./texts.js";

/** @import { Status } from "../page/status.js" */

/** @param {string | null} basis */
export const basisBadge = (basis) =>
  basis ? element("span", { class: `basis basis-${basis}`, text: t(`basis_${basis}`) }) : null;

/** @param {Status} status */
export const statusMark = (status) =>
  element("span", {
    class: `mark mark-${status}`,
    role: "img",
    "aria-label": t(status),
    title: t(status),
    text: SIGNS[status],
  });
