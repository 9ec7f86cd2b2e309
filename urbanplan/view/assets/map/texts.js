// The page's texts and formats in its language.
import { byId } from "../page/elements.js";
import { fillTemplate } from "../page/template.js";
import { createFormatter } from "./formatter.js";
import { meta } from "./page-data.js";

/**
 * A text of the page in its language; `{name}` takes values.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export const t = (key, values = {}) => fillTemplate(meta.texts[key] ?? key, values);

const formatter = createFormatter({ lang: meta.lang, units: meta.units, decimals: meta.decimals, translate: t });
export const decimal = formatter.decimal;
export const integer = formatter.integer;
export const formatValue = formatter.formatValue;
export const formatReading = formatter.formatReading;
export const formatBound = formatter.formatBound;

/**
 * Say something to people who hear the page.
 * @param {string} text
 */
export function announce(text) {
  byId("said").textContent = text;
}
