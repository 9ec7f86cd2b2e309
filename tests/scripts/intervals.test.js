import assert from "node:assert/strict";
import { test } from "node:test";
import { ExactSum, sumOf } from "../../urbanplan/view/assets/map/exact-sum.js";
import { complement, differences, subtract, unite } from "../../urbanplan/view/assets/map/intervals.js";
import { PriorityQueue } from "../../urbanplan/view/assets/map/priority-queue.js";
import { SpatialIndex } from "../../urbanplan/view/assets/map/spatial-index.js";
import { randomNumbers } from "./fixtures.js";

/** @import { Interval } from "../../urbanplan/view/assets/map/intervals.js" */

test("a union joins what overlaps or touches, and drops what ends before it begins", () => {
  assert.deepEqual(
    unite([
      [5, 7],
      [0, 2],
      [2, 3],
      [9, 8],
    ]),
    [
      [0, 3],
      [5, 7],
    ],
  );
  assert.deepEqual(
    unite(
      [
        [0, 1],
        [1.5, 2],
      ],
      0.6,
    ),
    [[0, 2]],
  );
  assert.deepEqual(unite([]), []);
});

test("complement and difference of hand-known unions", () => {
  assert.deepEqual(
    complement(
      [
        [2, 3],
        [5, 10],
      ],
      10,
    ),
    [
      [0, 2],
      [3, 5],
    ],
  );
  assert.deepEqual(complement([], 4), [[0, 4]]);
  assert.deepEqual(complement([[0, 4]], 4), []);
  assert.deepEqual(
    subtract(
      [[0, 10]],
      [
        [2, 3],
        [8, 12],
      ],
    ),
    [
      [0, 2],
      [3, 8],
    ],
  );
  assert.deepEqual(subtract([[0, 1]], [[0, 1]]), []);
});

test("unions of random intervals hold the same whole numbers as their parts", () => {
  const random = randomNumbers(3);
  const draw = () =>
    Array.from({ length: 8 }, () => {
      const low = Math.floor(random() * 90);
      return /** @type {Interval} */ ([low, low + 1 + Math.floor(random() * 10)]);
    });
  /** @type {(union: readonly Interval[], k: number) => boolean} */
  const holds = (union, k) => union.some(([low, high]) => low <= k && k + 1 <= high);
  for (let run = 0; run < 200; run++) {
    const [first, second] = [draw(), draw()];
    const [a, b] = [unite(first.map((one) => [...one])), unite(second.map((one) => [...one]))];
    const [left, rest] = [subtract(a, b), complement(a, 100)];
    for (let k = 0; k < 100; k++) {
      assert.equal(holds(a, k), holds(first, k));
      assert.equal(holds(left, k), holds(a, k) && !holds(b, k));
      assert.equal(holds(rest, k), !holds(a, k));
    }
  }
});

test("stretches are won and lost edge by edge", () => {
  /** @type {Interval[][]} */
  const before = [[[0, 5]], [], [[1, 2]]];
  /** @type {Interval[][]} */
  const after = [[[3, 9]], [[0, 1]], before[2]];
  assert.deepEqual(differences(before, after), {
    won: [
      [0, 5, 9],
      [1, 0, 1],
    ],
    lost: [[0, 0, 3]],
  });
});

test("a sum's rounding does not grow", () => {
  assert.equal(sumOf([1e16, 1, -1e16]), 1);
  assert.equal(sumOf(Array.from({ length: 10 }, () => 0.1)), 1);
  const sum = new ExactSum();
  sum.add(3);
  assert.equal(sum.value, 3);
});

test("a queue gives its items by their keys", () => {
  const random = randomNumbers(11);
  const queue = new PriorityQueue();
  const keys = Array.from({ length: 500 }, () => Math.floor(random() * 100));
  keys.forEach((key, item) => queue.push(key, item));
  const taken = [];
  while (queue.size) {
    const [key, item] = queue.pop();
    assert.equal(keys[item], key);
    taken.push(key);
  }
  assert.deepEqual(
    taken,
    [...keys].sort((a, b) => a - b),
  );
});

test("an index finds all boxes that meet an extent, in order", () => {
  const random = randomNumbers(5);
  const boxes = Array.from({ length: 200 }, () => {
    const [x, y] = [random() * 2000 - 1000, random() * 2000 - 1000];
    return /** @type {[number, number, number, number]} */ ([x, y, x + random() * 300, y + random() * 300]);
  });
  const index = new SpatialIndex(boxes.length, (k) => boxes[k]);
  for (let run = 0; run < 50; run++) {
    const [x, y] = [random() * 2000 - 1000, random() * 2000 - 1000];
    const near = index.near([x, y, x + 150, y + 90]);
    assert.deepEqual(
      near,
      [...near].sort((a, b) => a - b),
    );
    boxes.forEach((b, k) => {
      if (b[0] <= x + 150 && b[2] >= x && b[1] <= y + 90 && b[3] >= y) assert.ok(near.includes(k));
    });
  }
});
