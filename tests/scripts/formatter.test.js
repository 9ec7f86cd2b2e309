import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormatter } from "../../urbanplan/view/assets/map/formatter.js";
import { fillTemplate } from "../../urbanplan/view/assets/page/template.js";

const units = { m2: "m²", km: "km", count: "", mu: "亩" };
const zh = createFormatter({ lang: "zh", units, translate: (key) => ({ yes: "是", no: "否" })[key] });
const en = createFormatter({ lang: "en", units: { ...units, mu: "mu" }, translate: (key) => key });

/** @type {[unknown, string | undefined, string][]} */
const VALUES = [
  [null, "m2", "–"],
  ["", undefined, "–"],
  [true, undefined, "是"],
  ["甲", "m2", "甲"],
  [2025, undefined, "2025"], // a year bears no comma
  [12345, undefined, "12,345"],
  [0.4567, "share", "45.67%"],
  [12.345, "%", "12.35%"],
  [4, "count", "4"],
  [1234.5, "m2", "1,234.5 m²"],
  [15, "亩", "15亩"],
  [15, "宗", "15宗"],
  [3, "constructor", "3 constructor"],
];

for (const [value, unit, wanted] of VALUES) {
  test(`${value} in ${unit} is ${wanted}`, () => assert.equal(zh.formatValue(value, unit), wanted));
}

test("English parts every unit from its number", () => assert.equal(en.formatValue(15, "mu"), "15 mu"));

test("a reading is one figure, or low to high, and an unbounded end is infinite", () => {
  assert.equal(zh.formatReading(null), "–");
  assert.equal(zh.formatReading({ low: 4, high: 4, unit: "宗" }), "4宗");
  assert.equal(zh.formatReading({ low: 0.4, high: 0.8, unit: "share" }), "40 – 80%");
  assert.equal(zh.formatReading({ low: null, high: 2, unit: "km" }), "–∞ – 2 km");
  assert.equal(zh.formatReading({ low: 1, high: null, unit: "km" }), "1 – ∞");
});

test("a bound bears its sign", () => {
  assert.equal(zh.formatBound(null), "");
  assert.equal(zh.formatBound({ comparator: ">=", number: 100, unit: "%" }), "≥ 100%");
  assert.equal(zh.formatBound({ comparator: "about", number: 2, unit: "km" }), "≈ 2 km");
  assert.equal(zh.formatBound({ comparator: "<", number: 2, unit: "km" }), "< 2 km");
});

test("a template's places take values, and inherited names are none", () => {
  assert.equal(fillTemplate("{n} of {all} {left}", { n: 1, all: 2 }), "1 of 2 {left}");
  assert.equal(fillTemplate("{constructor} {toString}", {}), "{constructor} {toString}");
  assert.equal(fillTemplate("{a}", { a: "$& {b}", b: "no" }), "$& {b}");
});
