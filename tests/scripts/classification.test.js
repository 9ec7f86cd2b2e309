import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellOf,
  linkTargets,
  membersOf,
  stageOf,
  turnedRank,
  worstRank,
} from "../../urbanplan/view/assets/map/classification.js";
import { judge, keepDoubts } from "../../urbanplan/view/assets/map/judgement.js";
import { decodeLayer, dimensionsAmong } from "../../urbanplan/view/assets/map/layer-decoder.js";
import { verdictSymbol } from "../../urbanplan/view/assets/map/symbols.js";
import { layerEntry, SYMBOL } from "./fixtures.js";

/** @import { Bound, Verdict } from "../../urbanplan/view/assets/map/payload.d.ts" */
/** @import { Status } from "../../urbanplan/view/assets/page/status.js" */

const points = { dims: [0, 0, 0], rows: [[[[1, 1]]], [[[2, 2]]], [[[3, 3]]]] };

/** @type {(target: string, status: Status, rows: number[]) => Verdict} */
const verdict = (target, status, rows) => ({
  ...{ target, status, title: "", chapter: "", quote: "", role: "promise", warn: false, basis: null, progress: null },
  ...{
    reason: "",
    settled_by: null,
    turned: null,
    source: null,
    reading: null,
    bound: null,
    breakdown: [],
    evidence: { layer: rows },
  },
});

test("a row's turn is the worst of its targets, none where none turned", () => {
  const layer = decodeLayer(layerEntry(points));
  /** @type {(target: string, way: "better" | "worse" | "moved", rows: number[]) => Verdict} */
  const turned = (target, way, rows) => ({
    ...verdict(target, "met", rows),
    turned: { way, was: "met", before: "3", why: "" },
  });
  const all = [turned("A", "better", [0, 1]), turned("B", "worse", [1]), verdict("C", "not_met", [2])];
  linkTargets({ layer }, all);
  assert.deepEqual(
    [0, 1, 2].map((row) => turnedRank(layer, row)),
    [0, 2, -1],
  );
});

test("a row's rank is the worst of its targets", () => {
  const layer = decodeLayer(layerEntry(points));
  linkTargets({ layer }, [verdict("A", "met", [0, 1]), verdict("B", "not_met", [1]), verdict("C", "undecidable", [0])]);
  assert.deepEqual(
    [0, 1, 2].map((row) => worstRank(layer, row)),
    [1, 2, -1],
  );
  assert.deepEqual(
    layer.targets.get(1)?.map(({ target }) => target),
    ["A", "B"],
  );
});

test("a row is hidden when taken away, and not yet open before its date", () => {
  const rows = { time: ["2025-03-01", null, "2025-09-01"], removed: new Set([1]) };
  assert.deepEqual(
    [0, 1, 2].map((row) => stageOf(rows, row, { date: "2025-06-01" })),
    [1, 0, 2],
  );
  assert.deepEqual(
    [0, 1, 2].map((row) => stageOf(rows, row, { date: null })),
    [1, 0, 1],
  );
});

test("a band's members are reached within it; what no band reaches is not", () => {
  const layer = decodeLayer(layerEntry({ ...points, band: [500, 800, null] }));
  assert.deepEqual(membersOf(layer, { band: 600 }), [[0], [1, 2]]);
  assert.deepEqual(membersOf(layer, { band: 800 }), [[0, 1], [2]]);
  assert.deepEqual(membersOf({ ...layer, band: null }, { band: 600 }), layer.members);
});

test("a cell is its value, or the value of its code", () => {
  const head = { name: "a", title: "A", unit: "" };
  assert.equal(cellOf({ ...head, values: [1, null] }, 1), null);
  assert.equal(cellOf({ ...head, codes: [1, 0], of: ["x", "y"] }, 0), "y");
});

test("a verdict's symbol keeps a line a line", () => {
  assert.deepEqual(verdictSymbol(SYMBOL, 2, 1).dash, [7, 4]);
  assert.equal(verdictSymbol(SYMBOL, -1, 1).stroke, "#a9a9a2");
  assert.equal(verdictSymbol(SYMBOL, 1, 2).pattern, "dots");
});

/** @type {[Bound["comparator"], number, number, Status][]} bound 10, tolerance 1 */
const JUDGED = [
  [">=", 10, 12, "met"],
  [">=", 8, 12, "undecidable"],
  [">=", 8, 9, "not_met"],
  [">", 10, 10, "not_met"],
  [">", 10, 11, "undecidable"],
  ["<=", 8, 10, "met"],
  ["<=", 10, 11, "undecidable"],
  ["<=", 11, 12, "not_met"],
  ["<", 10, 10, "not_met"],
  ["<", 9, 10, "undecidable"],
  ["<", 8, 9, "met"],
  ["=", 9, 11, "met"],
  ["about", 9, 12, "undecidable"],
  ["about", 11.5, 12, "not_met"],
];

for (const [comparator, low, high, wanted] of JUDGED) {
  test(`${low}..${high} against ${comparator} 10 is ${wanted}`, () => {
    assert.equal(judge({ comparator, number: 10, unit: "", tolerance: 1 }, { low, high, unit: "" }), wanted);
  });
}

test("noise of floating point decides nothing", () => {
  const ratio = 0.1 + 0.2 + 0.3;
  const reading = { low: ratio, high: ratio, unit: "km" };
  assert.equal(judge({ comparator: "<=", number: 0.6, unit: "km" }, reading), "met");
  assert.equal(judge({ comparator: ">", number: 0.6, unit: "km" }, reading), "not_met");
});

test("an end that is not known has no limit, and about needs a tolerance", () => {
  const over = { low: 12, high: null, unit: "" };
  assert.equal(judge({ comparator: ">=", number: 10, unit: "" }, over), "met");
  assert.equal(judge({ comparator: "<=", number: 20, unit: "" }, over), "undecidable");
  assert.equal(judge({ comparator: "<=", number: 20, unit: "" }, { low: null, high: 12, unit: "" }), "met");
  assert.equal(judge({ comparator: ">=", number: 10, unit: "" }, { low: null, high: 12, unit: "" }), "undecidable");
  const exact = { low: 10, high: 10, unit: "" };
  assert.equal(judge({ comparator: "about", number: 10, unit: "", tolerance: null }, exact), "undecidable");
  assert.equal(judge({ comparator: "about", number: 10, unit: "", tolerance: 1 }, exact), "met");
});

test("a share is judged against per cent", () => {
  assert.equal(judge({ comparator: ">=", number: 80, unit: "%" }, { low: 0.8, high: 0.9, unit: "share" }), "met");
});

test("a trial keeps what the check leaves open today", () => {
  const share = (/** @type {number | null} */ low, /** @type {number | null} */ high) => ({ low, high, unit: "share" });
  const [today, checked] = [share(0.5, 0.75), share(0.375, 0.875)];
  assert.deepEqual(keepDoubts(today, today, checked), checked, "without a change it is the check's");
  assert.deepEqual(keepDoubts(share(0.625, 0.8125), today, checked), share(0.5, 0.9375));
  assert.deepEqual(keepDoubts(share(0.0625, 1), today, checked), share(0, 1), "a share stays a share");
  assert.deepEqual(keepDoubts(share(0.625, 0.75), today, share(0.5, 0.75)), share(0.625, 0.75));
  assert.deepEqual(keepDoubts(today, today, share(0.375, null)), share(0.375, null), "an open end stays open");
  assert.equal(keepDoubts(today, today, null), today);
  const bound = { comparator: /** @type {const} */ (">="), number: 60, unit: "%" };
  assert.equal(judge(bound, share(0.625, 0.8125)), "met");
  assert.equal(judge(bound, keepDoubts(share(0.625, 0.8125), today, checked)), "undecidable");
});

test("the kinds of shapes of a class stand with the commonest first", () => {
  assert.deepEqual(dimensionsAmong([1, 0, 1, 2, 1, 0]), [1, 0, 2]);
  assert.deepEqual(dimensionsAmong([2]), [2]);
  assert.deepEqual(dimensionsAmong([]), []);
});
