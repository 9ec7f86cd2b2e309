import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf } from "../../urbanplan/view/assets/map/classification.js";
import { decodeLayer } from "../../urbanplan/view/assets/map/layer-decoder.js";
import { latitudeOf, longitudeOf, unitX, unitY } from "../../urbanplan/view/assets/map/projection.js";
import { decodeDoubles, decodeVarints, offsetsOf } from "../../urbanplan/view/assets/map/varint.js";
import { doubles, layerEntry, varints } from "./fixtures.js";

test("variable-length integers hold seven bits a byte, low first", () => {
  const bytes = [0x00, 0x7f, 0x80, 0x01, 0xac, 0x02];
  assert.deepEqual([...decodeVarints(btoa(String.fromCharCode(...bytes)))], [0, 127, 128, 300]);
  assert.deepEqual([...decodeVarints("")], []);
});

test("integers beyond 32 bits come back whole", () => {
  const numbers = [2 ** 31, 2 ** 32 + 1, 2 ** 40, 3_600_000_000];
  assert.deepEqual([...decodeVarints(varints(numbers))], numbers);
});

test("doubles are exact", () => {
  const numbers = [0.1, -1 / 3, Number.MAX_VALUE, 5e-324, 0];
  assert.deepEqual([...decodeDoubles(doubles(numbers))], numbers);
});

test("offsets begin with nought and end with the sum", () => {
  assert.deepEqual([...offsetsOf([2, 0, 3])], [0, 2, 2, 5]);
  assert.deepEqual([...offsetsOf([])], [0]);
});

test("Mercator units and degrees are each other's inverse", () => {
  assert.equal(unitX(0), 0.5);
  assert.ok(Math.abs(unitY(0) - 0.5) < 1e-15);
  assert.ok(Math.abs(unitY(85.0511287798066)) < 1e-12, "the northern edge of the world");
  for (let k = -84; k <= 84; k += 7) {
    assert.ok(Math.abs(latitudeOf(unitY(k)) - k) < 1e-11);
    assert.ok(Math.abs(longitudeOf(unitX(2 * k)) - 2 * k) < 1e-11);
  }
});

test("a layer's rows have their chains, boxes, classes and spots", () => {
  const layer = decodeLayer(
    layerEntry({
      dims: [2, 1, 0, 0],
      rows: [
        [
          [
            [0, 0],
            [2, 0],
            [2, 2],
          ],
          [
            [0.5, 0.5],
            [1, 0.5],
            [1, 1],
          ],
        ],
        [
          [
            [-1, 3],
            [4, -2],
          ],
        ],
        [[[7, 7]]],
        [],
      ],
      class: [0, 1, 1, 0],
    }),
  );
  assert.equal(layer.count, 4);
  assert.deepEqual([...layer.first], [0, 2, 3, 4, 4]);
  assert.deepEqual([...layer.chain], [0, 3, 6, 8, 9]);
  assert.deepEqual(layer.members, [
    [0, 3],
    [1, 2],
  ]);
  assert.equal(layer.mostly, 0);
  const [w, n, e, s] = layer.box.subarray(4, 8);
  const degrees = [longitudeOf(w), latitudeOf(n), longitudeOf(e), latitudeOf(s)];
  [-1, 3, 4, -2].forEach((wanted, k) => assert.ok(Math.abs(degrees[k] - wanted) < 1e-7));
  assert.deepEqual([...layer.box.subarray(12)], [Infinity, Infinity, -Infinity, -Infinity], "a row without a shape");
});

test("a layer without classes has all rows in the first", () => {
  const layer = decodeLayer(layerEntry({ dims: [0, 0], rows: [[[[1, 1]]], [[[2, 2]]]], class: null }));
  assert.deepEqual(layer.class, [0, 0]);
  assert.deepEqual(layer.members[0], [0, 1]);
});

test("labels and columns that repeat the layer's words get them back", () => {
  const { label, fields } = decodeLayer(
    layerEntry({
      dims: [0, 0, 0],
      rows: [[], [], []],
      ids: ["1", "2", "3"],
      names: ["A-01", "A-02", null],
      label: {
        min_zoom: 0,
        size: 9,
        bold: false,
        colour: "#000",
        outside: false,
        names: null,
        cut: 2,
        figures: null,
        rows: [],
      },
      fields: [
        { name: "n", title: "N", unit: "", same: "names" },
        { name: "v", title: "V", unit: "", values: [1, 2, 3] },
      ],
    }),
  );
  assert.deepEqual(label?.names, ["01", "02", null]);
  assert.deepEqual(
    fields.map((field) => [0, 1, 2].map((row) => cellOf(field, row))),
    [
      ["A-01", "A-02", null],
      [1, 2, 3],
    ],
  );
});
