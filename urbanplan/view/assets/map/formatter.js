// Values, readings and bounds as people write them, by the rules of urbanplan/model/formatting.py.
import { isAbove, isBelow } from "./judgement.js";

/** @import { Bound, Lang, Reading } from "./payload.d.ts" */

const FREE = 3; // decimals of what has none of its own, at most
const MOST = 12; // decimals

/** @type {(value: number, edge: number) => number} */
const order = (value, edge) => Number(isAbove(value, edge)) - Number(isBelow(value, edge));

/**
 * The numbers that a rounded one must not cross, in a unit.
 * @type {(unit: string, bound: Bound | null) => number[]}
 */
function edgesOf(unit, bound) {
  const edges = unit === "share" ? [0, 1] : unit === "%" ? [0, 100] : [0];
  if (!bound) return edges;
  const factor = bound.unit === unit ? 1 : bound.unit === "%" && unit === "share" ? 0.01 : null;
  if (factor === null) return edges;
  const room = bound.tolerance ?? 0;
  return [...edges, (bound.number - room) * factor, (bound.number + room) * factor];
}

/**
 * A number in as few digits as its unit has, and as its side of each edge needs.
 * @type {(value: number, edges: number[], how: { scale: number, own: number | null, locale: string }) => string}
 */
function round(value, edges, { scale, own, locale }) {
  let digits = own ?? (Math.abs(value) >= 1e7 ? 0 : FREE);
  /** @param {number} n */
  const keepsSides = (n) => {
    const rounded = Number((value * scale).toFixed(n)) / scale;
    return edges.every((edge) => order(rounded, edge) === order(value, edge));
  };
  while (digits < MOST && !keepsSides(digits)) digits++;
  const shown = Number((value * scale).toFixed(digits)) || 0; // no minus before nothing
  return shown.toLocaleString(locale, {
    minimumFractionDigits: own === null ? 0 : digits,
    maximumFractionDigits: digits,
  });
}

/**
 * The formats of a language.
 * @param {object} settings
 * @param {Lang} settings.lang
 * @param {Record<string, string>} settings.units how units are written
 * @param {Record<string, number>} settings.decimals of units that have their own
 * @param {(key: "yes" | "no") => string} settings.translate
 */
export function createFormatter({ lang, units, decimals, translate }) {
  const locale = lang === "zh" ? "zh-CN" : "en";
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

  /** @param {string} unit */
  const suffixOf = (unit) => {
    const word = unit === "share" ? "%" : Object.hasOwn(units, unit) ? units[unit] : unit;
    return word ? ` ${word}` : "";
  };

  /** @type {(value: number, unit: string, edges: number[]) => string} */
  const formatNumber = (value, unit, edges) =>
    round(value, edges, {
      scale: unit === "share" ? 100 : 1,
      own: Object.hasOwn(decimals, unit) ? decimals[unit] : null,
      locale,
    });

  /** @type {(value: unknown, unit?: string, bound?: Bound | null) => string} */
  function formatValue(value, unit = "", bound = null) {
    if (value === null || value === undefined || value === "") return "–";
    if (typeof value === "boolean") return translate(value ? "yes" : "no");
    if (typeof value !== "number") return String(value);
    if (!unit && Number.isInteger(value) && Math.abs(value) < 10000) return String(value);
    return `${formatNumber(value, unit, edgesOf(unit, bound))}${suffixOf(unit)}`;
  }

  /**
   * A reading: one figure, or low to high, each on its side of the bound.
   * @param {Reading | null} reading
   * @param {Bound | null} [bound]
   */
  function formatReading(reading, bound = null) {
    if (!reading) return "–";
    const { low, high, unit } = reading;
    const edges = edgesOf(unit, bound);
    const from = low === null ? "-∞" : formatNumber(low, unit, edges);
    const to = high === null ? "∞" : formatNumber(high, unit, edges);
    const suffix = suffixOf(unit);
    if (from === to) return `${from}${suffix}`;
    const repeated = low !== null && (suffix === " %" || suffix === " ‰") ? suffix : "";
    return `${from}${repeated}${from.startsWith("-") ? " – " : "–"}${to}${suffix}`;
  }

  /**
   * A bound with every digit that it was declared with.
   * @param {Bound | null} bound
   */
  function formatBound(bound) {
    if (!bound) return "";
    const signs = { ">=": "≥", "<=": "≤", about: "≈", ">": ">", "<": "<", "=": "=" };
    const number = Number((bound.number * (bound.unit === "share" ? 100 : 1)).toPrecision(15));
    const figures = number.toLocaleString(locale, { maximumFractionDigits: MOST });
    return `${signs[bound.comparator] ?? bound.comparator} ${figures}${suffixOf(bound.unit)}`;
  }

  return { decimal, integer, formatValue, formatReading, formatBound };
}
