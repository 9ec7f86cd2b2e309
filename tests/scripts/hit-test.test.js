import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf, contains, hitTest, isNear, segmentDistance } from "../../urbanplan/view/assets/map/hit-test.js";
import { decodeLayer } from "../../urbanplan/view/assets/map/layer-decoder.js";
import { unitX, unitY } from "../../urbanplan/view/assets/map/projection.js";
import { layerEntry } from "./fixtures.js";

const SQUARE = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
];
const HOLE = [
  [1, 1],
  [3, 1],
  [3, 3],
  [1, 3],
];
const parcels = decodeLayer(
  layerEntry({ name: "parcels", dims: [2, 2], rows: [[SQUARE, HOLE], [SQUARE]], class: [0, 1] }),
);
const roads = decodeLayer(
  layerEntry({
    name: "roads",
    dims: [1],
    rows: [
      [
        [
          [0, 2],
          [4, 2],
        ],
      ],
    ],
  }),
);
const sites = decodeLayer(layerEntry({ name: "sites", dims: [0], rows: [[[[2, 2]]]], base: true }));

/** @type {(longitude: number, latitude: number) => [number, number]} */
const at = (longitude, latitude) => [unitX(longitude), unitY(latitude)];

test("distance to a segment: beside it, beyond its ends, and to a point", () => {
  assert.equal(segmentDistance(1, 2, 0, 0, 4, 0), 2);
  assert.equal(segmentDistance(7, 4, 0, 0, 4, 0), 5);
  assert.equal(segmentDistance(3, 4, 0, 0, 0, 0), 5);
});

test("a hole is outside its polygon", () => {
  assert.equal(contains(parcels, 0, ...at(0.5, 0.5)), true);
  assert.equal(contains(parcels, 0, ...at(2, 2)), false);
  assert.equal(contains(parcels, 0, ...at(5, 2)), false);
});

test("an outline is closed, a line is not", () => {
  const slack = 1e-6;
  assert.equal(isNear(parcels, 1, ...at(0, 2), slack), true, "from the last corner to the first");
  assert.equal(isNear(roads, 0, ...at(2, 2), slack), true);
  assert.equal(isNear(roads, 0, ...at(2, 2.1), slack), false);
});

test("the topmost layer comes first, base layers last, and unfilled land only by its outline", () => {
  const found = hitTest([sites, parcels, roads], ...at(2, 2), 10);
  assert.deepEqual(
    found.map(([layer]) => layer.name),
    ["roads", "sites"],
  );
  const inside = hitTest([parcels], ...at(0.5, 0.5), 10);
  assert.deepEqual(
    inside.map(([, row]) => row),
    [0],
  );
});

test("a layer is not hit below its least zoom", () => {
  const far = { ...roads, minZoom: 12 };
  assert.deepEqual(hitTest([far], ...at(2, 2), 10), []);
  assert.equal(hitTest([far], ...at(2, 2), 12).length, 1);
});

test("the reach of a line is seven pixels, that of a mark eleven", () => {
  const zoom = 12;
  const pixel = 1 / (256 * 2 ** zoom);
  const [x, y] = at(2, 2);
  assert.equal(hitTest([roads], x, y + 6.9 * pixel, zoom).length, 1);
  assert.equal(hitTest([roads], x, y + 7.1 * pixel, zoom).length, 0);
  assert.equal(hitTest([sites], x + 10.9 * pixel, y, zoom).length, 1);
  assert.equal(hitTest([sites], x + 11.1 * pixel, y, zoom).length, 0);
});

test("bounds are south-west and north-east; of what has no shape there are none", () => {
  const bounds = boundsOf([
    [roads, 0],
    [parcels, 0],
  ]);
  assert.ok(bounds);
  [0, 0, 4, 4].forEach((wanted, k) => assert.ok(Math.abs(bounds.flat()[k] - wanted) < 1e-6));
  const empty = decodeLayer(layerEntry({ dims: [0], rows: [[]] }));
  assert.equal(boundsOf([[empty, 0]]), null);
});
