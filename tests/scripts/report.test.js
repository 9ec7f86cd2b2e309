import assert from "node:assert/strict";
import { test } from "node:test";
import { gaugeScale } from "../../urbanplan/view/assets/report/gauge-scale.js";
import { formatCount, formatRounded, shortDigest } from "../../urbanplan/view/assets/report/number-format.js";
import { filterRows, ROW, rowWindow } from "../../urbanplan/view/assets/report/row-window.js";
import { toSvgPath } from "../../urbanplan/view/assets/report/svg-path.js";
import { spreadTexts, trendScale } from "../../urbanplan/view/assets/report/trend-scale.js";

test("numbers as the report writes them", () => {
  assert.equal(formatCount(1234567), "1,234,567");
  assert.deepEqual([99.96, 123.4, 0.25, -3].map(formatRounded), ["100", "123", "0.3", "-3"]);
  assert.equal(shortDigest("0123456789abcdef"), "0123456789ab");
  assert.equal(shortDigest(""), "–");
});

test("a path's chains are closed for areas; a single point is a dot", () => {
  assert.equal(toSvgPath([0, 0, 4, 0, 4, 4], true), "M0 0L4 0L4 4Z");
  assert.equal(toSvgPath([0, 0, 4, 0, -9999, 7, 7], false), "M0 0L4 0M7 7h0");
  assert.equal(toSvgPath([1, 2, 3, 4, -9999, 5, 6, 7, 8], true), "M1 2L3 4ZM5 6L7 8Z");
  assert.equal(toSvgPath([], true), "");
});

test("a gauge's goal lies where its bound admits", () => {
  const gauge = { low: 22, high: 24, at: 20, margin: 0 };
  const atLeast = gaugeScale({ ...gauge, is: ">=" }, 360);
  assert.deepEqual(atLeast.goal, [atLeast.at, 360]);
  assert.ok(atLeast.reading[0] > atLeast.at, "the reading is met");
  assert.deepEqual(gaugeScale({ ...gauge, is: "<" }, 360).goal[0], 0);
  const about = gaugeScale({ ...gauge, margin: 1, is: "about" }, 360);
  assert.ok(about.goal[0] < about.at && about.at < about.goal[1]);
});

test("a gauge of one number has an axis, and a reading of one value can be seen", () => {
  for (const value of [0, 5, -5]) {
    const { at, reading } = gaugeScale({ low: value, high: value, at: value, margin: 0, is: "=" }, 360);
    assert.ok(Number.isFinite(at) && at >= 0 && at <= 360);
    assert.ok(Math.abs(reading[1] - reading[0] - 4) < 1e-9);
  }
});

test("the rows in sight are drawn, with some beyond", () => {
  assert.deepEqual(rowWindow(0, 10 * ROW, 1000), [0, 24]);
  assert.deepEqual(rowWindow(100 * ROW, 10 * ROW, 1000), [94, 118]);
  assert.deepEqual(rowWindow(990 * ROW, 10 * ROW, 1000), [984, 1000]);
  assert.deepEqual(rowWindow(0, 400, 3), [0, 3]);
});

test("rows are filtered by choice and words", () => {
  const texts = ["road a", "road b", "site a"];
  /** @type {(passes: (i: number) => boolean, words: string) => number[]} */
  const filter = (passes, words) => filterRows(texts.length, passes, (i) => texts[i], words);
  assert.deepEqual(
    filter(() => true, " ROAD "),
    [0, 1],
  );
  assert.deepEqual(
    filter((i) => i !== 0, "a"),
    [1, 2],
  );
  assert.deepEqual(
    filter((i) => i !== 0, ""),
    [1, 2],
  );
});

test("the texts of a trend stand a line apart, in their order", () => {
  const spread = spreadTexts([
    { key: "b", at: 12 },
    { key: "a", at: 10 },
    { key: "c", at: 90 },
  ]);
  assert.deepEqual(spread, [
    { key: "a", at: 10 },
    { key: "b", at: 25 },
    { key: "c", at: 90 },
  ]);
});

test("a trend's highest count is at the top, and one run alone has a place", () => {
  const run = { number: 1, at: "", who: "", plan: "", verdicts: { met: 3, not_met: 6 }, findings: {} };
  const { most, x, y } = trendScale([run, run]);
  assert.deepEqual([most, y(0), y(6), x(0), x(1)], [6, 156, 10, 40, 544]);
  assert.equal(trendScale([run]).x(0), 40);
});
