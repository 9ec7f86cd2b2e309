import assert from "node:assert/strict";
import { test } from "node:test";
import {
  candidateOffsets,
  isCut,
  LabelGrid,
  longestSegment,
  overlapsOthers,
} from "../../urbanplan/view/assets/map/label-placement.js";
import { decodeLayer } from "../../urbanplan/view/assets/map/layer-decoder.js";
import { layerEntry, randomNumbers } from "./fixtures.js";

/** @import { LabelledLayer } from "../../urbanplan/view/assets/map/layer-decoder.js" */
/** @import { Box } from "../../urbanplan/view/assets/map/label-placement.js" */

const LABEL = {
  min_zoom: 10,
  size: 12,
  bold: false,
  colour: "#000000",
  outside: false,
  names: [],
  cut: 0,
  figures: null,
  rows: [0],
};
const PIXELS = 256 * 2 ** 10;
/** A frame in which a degree of longitude is 728.2 pixels and nothing is shifted. */
const frame = { k: PIXELS, x: 0, y: 0, width: 1000, height: 1000, ratio: 1, zoom: 10 };
const degree = PIXELS / 360;

/** @type {(dims: number[], rows: number[][][][], outside?: boolean) => LabelledLayer} */
function layer(dims, rows, outside = false) {
  const label = { ...LABEL, outside };
  return { ...decodeLayer(layerEntry({ dims, rows })), label };
}

test("taken boxes never overlap", () => {
  const random = randomNumbers(7);
  const grid = new LabelGrid();
  /** @type {Box[]} */
  const taken = [];
  for (let k = 0; k < 600; k++) {
    const [left, top] = [random() * 800 - 100, random() * 500 - 100];
    /** @type {Box} */
    const box = [left, top, left + 5 + random() * 150, top + 5 + random() * 30];
    const meets = taken.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]);
    assert.equal(grid.take(box), !meets);
    if (!meets) taken.push(box);
  }
  assert.ok(taken.length > 20);
});

test("a blocked box is free of labels", () => {
  const grid = new LabelGrid();
  grid.block([0, 0, 10, 10]);
  assert.equal(grid.take([5, 5, 20, 20]), false);
  assert.equal(grid.take([10, 0, 20, 10]), true, "boxes may touch");
});

test("a label stands beside a mark, right or left, else under or over it", () => {
  const marks = layer([0], [[[[1, 1]]]]);
  const offsets = candidateOffsets(marks, 0, frame, { wide: 40, high: 15, growth: 2 });
  assert.deepEqual(offsets, [
    [34, 0],
    [-34, 0],
    [0, 21.5],
    [0, -21.5],
  ]); // size 5 * growth 2 + 4, and half of the label
});

test("a word is cut where it crosses an edge of the window, and not where it lies beside it", () => {
  const canvas = { width: 1400 }; // a window of 1000 from 200 to 1200
  assert.equal(isCut(150, 190, canvas), false);
  assert.equal(isCut(150, 250, canvas), true);
  assert.equal(isCut(210, 1190, canvas), false);
  assert.equal(isCut(1190, 1210, canvas), true);
  assert.equal(isCut(1210, 1300, canvas), false);
});

test("a label stands inside a polygon with room, and nowhere in one without", () => {
  const square = [
    [
      [
        [0, 0],
        [0.1, 0],
        [0.1, 0.1],
        [0, 0.1],
      ],
    ],
  ];
  const room = { high: 15, growth: 1 };
  assert.deepEqual(candidateOffsets(layer([2], square), 0, frame, { wide: 80, ...room }), [[0, 0]]);
  assert.deepEqual(candidateOffsets(layer([2], square), 0, frame, { wide: 100, ...room }), []);
  const around = candidateOffsets(layer([2], square, true), 0, frame, { wide: 100, ...room });
  assert.equal(around.length, 4);
  assert.ok(Math.abs(around[0][0] - (0.1 * degree + 50 + 4)) < 1e-3, "east of the shape, from its spot in the west");
  const spot = layer([2], square, true).spotX[0] * frame.k;
  const near = { ...frame, width: 1400, x: spot - 260 }; // the window's left edge is 60 pixels west of the spot
  const seen = candidateOffsets(layer([2], square, true), 0, near, { wide: 100, ...room });
  assert.deepEqual(seen, [around[0], around[2], around[3]], "the window would cut what stands in the west");
});

test("a label beside its shape lies on no other shape", () => {
  const two = layer([0, 0], [[[[1, 1]]], [[[2, 1]]]]);
  const x = two.x[1] * frame.k;
  const y = two.y[1] * frame.k;
  assert.equal(overlapsOthers(two, 0, frame, [x - 5, y - 5, x + 5, y + 5]), true);
  assert.equal(overlapsOthers(two, 1, frame, [x - 5, y - 5, x + 5, y + 5]), false);
});

test("a street's name stands on its longest segment and reads from left to right", () => {
  const bent = layer(
    [1],
    [
      [
        [
          [3, 0],
          [3, 0.01],
          [1, 0.01],
        ],
      ],
    ],
  );
  const run = longestSegment(bent, 0, frame, 100);
  assert.ok(run);
  assert.ok(Math.abs(run.angle) < 1e-9);
  assert.ok(Math.abs(run.x - (180 + 2) * degree) < 1e-3);
  assert.equal(longestSegment(bent, 0, frame, 2 * degree), null, "no segment has room");
});
