import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeLayer } from "../../urbanplan/view/assets/map/layer-decoder.js";
import { outlineOf } from "../../urbanplan/view/assets/map/outline.js";
import { layerEntry, randomNumbers } from "./fixtures.js";

/** A frame of 100 pixels a degree of longitude, its middle at 0° 0°. */
const frame = { k: 36_000, x: 18_000, y: 18_000 };

/**
 * The rings that a path's text draws, read by the rules of SVG: M, L, l, h, v and z.
 * @param {string} text
 */
function rings(text) {
  /** @type {number[][][]} */
  const out = [];
  let [x, y] = [0, 0];
  for (const [, letter, rest] of text.matchAll(/([MLlhvz])([^MLlhvz]*)/g)) {
    const numbers = (rest.match(/-?[\d.]+/g) ?? []).map(Number);
    assert.ok(letter === "z" || numbers.length, `${letter} without a number ends the path`);
    if (letter === "h" || letter === "v") numbers.splice(letter === "h" ? 1 : 0, 0, 0);
    for (let k = 0; k < numbers.length; k += 2) {
      const from = letter === "M" || letter === "L" ? [0, 0] : [x, y];
      [x, y] = [from[0] + numbers[k], from[1] + numbers[k + 1]];
      if (letter === "M") out.push([]);
      out[out.length - 1].push([x, y]);
    }
  }
  return out;
}

/** @type {(dims: number[], rows: number[][][][]) => string} */
const drawn = (dims, rows) => outlineOf(decodeLayer(layerEntry({ dims, rows })), 0, frame);

test("rings and holes stand where the shape's points are", () => {
  const outer = [
    [0, 0],
    [1, 0],
    [1, 0.5],
  ];
  const hole = [
    [0.5, 0.1],
    [0.75, 0.1],
    [0.75, 0.2],
  ];
  const [first, second] = rings(drawn([2], [[outer, hole]]));
  outer.forEach(([e, n], k) => assert.ok(Math.hypot(first[k][0] - 100 * e, first[k][1] + 100 * n) < 0.02));
  hole.forEach(([e, n], k) => assert.ok(Math.hypot(second[k][0] - 100 * e, second[k][1] + 100 * n) < 0.02));
  assert.ok(drawn([2], [[outer]]).endsWith("z"));
  assert.ok(!drawn([1], [[outer]]).endsWith("z"));
});

test("what is under a pixel is a dot, a line so small nothing, and no shape draws nothing", () => {
  const small = [
    [0, 0],
    [0.005, 0],
    [0.005, 0.005],
  ];
  assert.equal(rings(drawn([2], [[small]]))[0].length, 4);
  assert.equal(drawn([1], [[small]]), "");
  assert.equal(drawn([2], [[]]), "");
});

test("steps of long lines do not add up, however short or long they are", () => {
  const random = randomNumbers(7);
  const line = Array.from({ length: 5000 }, (_, k) => [
    k * 0.01 + random() * 0.003,
    (k % 50 ? 0 : 30) + random() * 0.02,
  ]);
  const [chain] = rings(drawn([1], [[line]]));
  assert.ok(chain.length > 4000);
  const last = line[line.length - 1];
  assert.ok(Math.abs(chain[chain.length - 1][0] - 100 * last[0]) < 0.02, "the last point always stands");
  for (const [x] of chain) assert.ok(Math.min(...line.map(([e]) => Math.abs(100 * e - x))) < 0.02);
});
