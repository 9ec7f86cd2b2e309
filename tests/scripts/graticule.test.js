import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arcLabel,
  arcStep,
  crossing,
  gridLines,
  metreStep,
  multiples,
  stepLabel,
} from "../../urbanplan/view/assets/map/graticule.js";

test("a grid's step is round and not below what the labels need", () => {
  const metres = [
    [0.2, 1],
    [1, 1],
    [1.1, 2],
    [120, 200],
    [201, 500],
    [501, 1000],
    [5000, 5000],
  ];
  for (const [least, step] of metres) assert.equal(metreStep(least), step, String(least));
  const seconds = [
    [0.1, 1],
    [6, 10],
    [31, 60],
    [61, 120],
    [1801, 3600],
    [99999, 36000],
  ];
  for (const [least, step] of seconds) assert.equal(arcStep(least), step, String(least));
});

test("angles are written as far as the step asks", () => {
  assert.equal(arcLabel(113 * 3600 + 32 * 60, 60, ["E", "W"]), "113°32′E");
  assert.equal(arcLabel(113 * 3600 + 5 * 60 + 30, 30, ["E", "W"]), "113°05′30″E");
  assert.equal(arcLabel(-33 * 3600 - 1800, 1800, ["N", "S"]), "33°30′S");
  assert.equal(arcLabel(35 * 3600, 3600, ["N", "S"]), "35°N");
  assert.equal(arcLabel(0, 3600, ["N", "S"]), "0°");
});

test("a step is named as a length or an angle", () => {
  assert.deepEqual(
    [500, 2000].map((step) => stepLabel(step, false)),
    ["500 m", "2 km"],
  );
  assert.deepEqual(
    [30, 120, 7200].map((step) => stepLabel(step, true)),
    ["30″", "2′", "2°"],
  );
});

test("multiples of a step lie within their bounds, on both sides of zero", () => {
  assert.deepEqual(multiples(500, 460001, 461500), [460500, 461000, 461500]);
  assert.deepEqual(multiples(10, -15, 11), [-10, 0, 10]);
  assert.deepEqual(multiples(10, 1, 9), []);
});

test("lines of a turned grid meet the frame where its coordinates are those values", () => {
  // metres from pixels: turned by 0.01 rad, 10 m a pixel, y down
  const [c, s] = [10 * Math.cos(0.01), 10 * Math.sin(0.01)];
  /** @type {import("../../urbanplan/view/assets/map/graticule.js").Frame} */
  const frame = {
    fromPixel: ([x, y]) => [460000 + c * x - s * y, 3850000 - s * x - c * y],
    toPixel: ([e, n]) => {
      const [u, v] = [e - 460000, 3850000 - n];
      return [(c * u + s * v) / 100, (c * v - s * u) / 100];
    },
  };
  const lines = gridLines(frame, [1000, 700], 2000);
  const eastings = lines.filter((line) => line.axis === 0).map((line) => line.value);
  assert.deepEqual(eastings, [460000, 462000, 464000, 466000, 468000]);
  for (const { axis, value, points } of lines) {
    const at = crossing(points, axis === 0 ? 1 : 0, 350);
    assert.ok(at !== null);
    const place = frame.fromPixel(axis === 0 ? [at, 350] : [350, at]);
    assert.ok(Math.abs(place[axis] - value) < 1e-6, String(value));
  }
  assert.equal(crossing(lines[0].points, 1, 9999), null);
});
