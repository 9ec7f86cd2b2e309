import assert from "node:assert/strict";
import { test } from "node:test";
import {
  latitudeOf,
  longitudeOf,
  tileBox,
  unitX,
  unitY,
  useTiling,
} from "../../urbanplan/view/assets/map/projection.js";

/** @type {(a: number[], b: number[], by: number) => void} */
const near = (a, b, by) => a.forEach((value, k) => assert.ok(Math.abs(value - b[k]) < by, `${a} is not ${b}`));

test("a tile of Web Mercator has the box that its standard gives it", () => {
  near(tileBox(0, 0, 0), [-20037508.342789, -20037508.342789, 20037508.342789, 20037508.342789], 1e-5);
  near(tileBox(3, 1, 2), [10018754.171395, 0, 20037508.342789, 10018754.171395], 1e-5);
});

test("a tile of EPSG:4490 lies in the set c: level 1 has two of 180 degrees", () => {
  useTiling("degrees");
  near(tileBox(1, 0, 1), [0, -90, 180, 90], 1e-12);
  near(tileBox(213720, 40195, 18), [113.499755859375, 34.7991943359375, 113.5011291503906, 34.800567626953125], 1e-12);
  for (const [longitude, latitude] of [
    [113.5, 34.8],
    [-180, 90],
    [0, -90],
  ]) {
    near([longitudeOf(unitX(longitude)), latitudeOf(unitY(latitude))], [longitude, latitude], 1e-9);
  }
  assert.equal(unitX(113.5) * 2 ** 18 >= 213720 && unitX(113.5) * 2 ** 18 < 213721, true);
  assert.equal(Math.floor(unitY(34.8) * 2 ** 18), 40195);
  useTiling("mercator");
  assert.equal(unitY(0), 0.5);
});
