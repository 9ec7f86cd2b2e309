// Values, readings and bounds as people read them.

/** @import { Bound, Lang, Reading } from "./payload.d.ts" */

/**
 * The formats of a language.
 * @param {object} settings
 * @param {Lang} settings.lang
 * @param {Record<string, string>} settings.units how units are written
 * @param {(key: "yes" | "no") => string} settings.translate
 */
export function createFormatter({ lang, units, translate }) {
  const locale = lang === "zh" ? "zh-CN" : "en";
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

  /** @type {(value: unknown, unit?: string) => string} */
  function formatValue(value, unit = "") {
    if (value === null || value === undefined || value === "") return "–";
    if (typeof value === "boolean") return translate(value ? "yes" : "no");
    if (typeof value !== "number") return String(value);
    if (unit === "share") return `${decimal.format(value * 100)}%`;
    const word = Object.hasOwn(units, unit) ? units[unit] : unit;
    const gap = word && word !== "%" && (lang !== "zh" || /^[0-9A-Za-z]/.test(word)) ? " " : "";
    const bare = !unit && Number.isInteger(value) && Math.abs(value) < 10000;
    return `${bare ? String(value) : decimal.format(value)}${gap}${word === "count" ? "" : word}`;
  }

  /**
   * A reading: one figure, or low to high.
   * @param {Reading | null} reading
   */
  function formatReading(reading) {
    if (!reading) return "–";
    const { low, high, unit } = reading;
    if (low === high) return formatValue(low, unit);
    /** @param {number} end */
    const bare = (end) => decimal.format(unit === "share" ? end * 100 : end);
    return `${low === null ? "–∞" : bare(low)} – ${high === null ? "∞" : formatValue(high, unit)}`;
  }

  /** @param {Bound | null} bound */
  function formatBound(bound) {
    if (!bound) return "";
    const signs = { ">=": "≥", "<=": "≤", about: "≈", ">": ">", "<": "<", "=": "=" };
    return `${signs[bound.comparator] ?? bound.comparator} ${formatValue(bound.number, bound.unit)}`;
  }

  return { decimal, integer, formatValue, formatReading, formatBound };
}
