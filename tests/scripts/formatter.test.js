import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormatter } from "../../urbanplan/view/assets/map/formatter.js";
import { fillTemplate } from "../../urbanplan/view/assets/page/template.js";

const units = { m2: "m²", km: "km", count: "", mu: "亩" };
const decimals = { share: 1, "%": 1, m2: 1, km: 2, mu: 1, 亩: 1 };
const zh = createFormatter({ lang: "zh", units, decimals, translate: (key) => ({ yes: "是", no: "否" })[key] });
const en = createFormatter({ lang: "en", units: { ...units, mu: "mu" }, decimals, translate: (key) => key });

/** @type {[unknown, string | undefined, string][]} */
const VALUES = [
  [null, "m2", "–"],
  ["", undefined, "–"],
  [true, undefined, "是"],
  ["甲", "m2", "甲"],
  [2025, undefined, "2025"], // a year bears no comma
  [12345, undefined, "12,345"],
  [0.4567, "share", "45.7 %"],
  [12.345, "%", "12.3 %"],
  [4, "count", "4"],
  [1234.5, "m2", "1,234.5 m²"],
  [15, "亩", "15.0 亩"],
  [15, "宗", "15 宗"],
  [3, "constructor", "3 constructor"],
];

for (const [value, unit, wanted] of VALUES) {
  test(`${value} in ${unit} is ${wanted}`, () => assert.equal(zh.formatValue(value, unit), wanted));
}

test("English writes units alike", () => assert.equal(en.formatValue(1719, "mu"), "1,719.0 mu"));

test("a reading is one figure, or low to high, and an unbounded end is infinite", () => {
  assert.equal(zh.formatReading(null), "–");
  assert.equal(zh.formatReading({ low: 4, high: 4, unit: "宗" }), "4 宗");
  assert.equal(zh.formatReading({ low: 0.4, high: 0.8, unit: "share" }), "40.0 %–80.0 %");
  assert.equal(zh.formatReading({ low: null, high: 2, unit: "km" }), "-∞ – 2.00 km");
  assert.equal(zh.formatReading({ low: 1, high: null, unit: "km" }), "1.00–∞ km");
});

test("no rounding moves a number across its bound, to nothing or to the whole", () => {
  /** @type {import("../../urbanplan/view/assets/map/payload.d.ts").Bound} */
  const half = { comparator: "<", number: 50, unit: "%" };
  const share = (/** @type {number} */ value) => zh.formatReading({ low: value, high: value, unit: "share" }, half);
  assert.equal(share(0.4996), "49.96 %");
  assert.equal(share(0.49996), "49.996 %");
  assert.equal(share(0.5), "50.0 %");
  assert.equal(share(0.0001), "0.01 %");
  assert.equal(share(0.9999), "99.99 %");
  assert.equal(zh.formatValue(-0.0001, "宗"), "-0.0001 宗");
});

test("a bound bears its sign", () => {
  assert.equal(zh.formatBound(null), "");
  assert.equal(zh.formatBound({ comparator: ">=", number: 100, unit: "%" }), "≥ 100 %");
  assert.equal(zh.formatBound({ comparator: "about", number: 2, unit: "km" }), "≈ 2 km");
  assert.equal(zh.formatBound({ comparator: "<", number: 2, unit: "km" }), "< 2 km");
});

test("a template's places take values, and inherited names are none", () => {
  assert.equal(fillTemplate("{n} of {all} {left}", { n: 1, all: 2 }), "1 of 2 {left}");
  assert.equal(fillTemplate("{constructor} {toString}", {}), "{constructor} {toString}");
  assert.equal(fillTemplate("{a}", { a: "$& {b}", b: "no" }), "$& {b}");
});
