import assert from "node:assert/strict";
import { test } from "node:test";
import {
  degreeMetres,
  pathLength,
  ringArea,
  roundLength,
  roundScale,
} from "../../urbanplan/view/assets/map/geodesy.js";
import { evaluate } from "../../urbanplan/view/assets/map/plane.js";

test("a degree has the metres of the WGS 84 ellipsoid", () => {
  const [east, north] = degreeMetres(0);
  assert.ok(Math.abs(east - 111319.4908) < 1e-3);
  assert.ok(Math.abs(north - 110574.2758) < 1e-3);
  assert.ok(Math.abs(degreeMetres(90)[1] - 111693.9796) < 0.05);
});

test("a path of one degree north at 34.5° has the length of its meridian", () => {
  const length = pathLength([
    { lat: 34, lng: 113 },
    { lat: 35, lng: 113 },
  ]);
  assert.ok(Math.abs(length - 110932.5) < 5);
  assert.equal(pathLength([{ lat: 34, lng: 113 }]), 0);
});

test("a ring's area does not depend on its sense or its first corner", () => {
  const ring = [
    { lat: 34.8, lng: 113.5 },
    { lat: 34.8, lng: 113.51 },
    { lat: 34.81, lng: 113.51 },
    { lat: 34.81, lng: 113.5 },
  ];
  const [mx, my] = degreeMetres(34.805);
  const wanted = 0.01 * mx * 0.01 * my;
  for (const turned of [ring, [...ring].reverse(), [...ring.slice(2), ...ring.slice(0, 2)]]) {
    assert.ok(Math.abs(ringArea(turned) - wanted) < 1e-6 * wanted);
  }
});

test("a scale bar's length is round", () => {
  const lengths = [
    [1, 1],
    [1.9, 1],
    [2, 2],
    [4.99, 2],
    [5, 5],
    [999, 500],
    [1234, 1000],
    [0.3, 0.2],
  ];
  for (const [metres, round] of lengths) assert.ok(Math.abs(roundLength(metres) - round) < 1e-9, String(metres));
});

test("a polynomial's terms stand in the order of plane.py", () => {
  /** @type {[number, number][]} */
  const coefficients = Array.from({ length: 21 }, (_, k) => [k, -k]);
  const [x, y] = [3, 5];
  const [a, b] = [(x - 1) / 2, (y - 2) / 4];
  let [sum, k] = [0, 0];
  for (let i = 0; i <= 5; i++) for (let j = 0; j <= 5 - i; j++) sum += k++ * a ** i * b ** j;
  const out = evaluate({ middle: [1, 2], half: [2, 4], coefficients }, x, y);
  assert.ok(Math.abs(out[0] - sum) < 1e-9 && Math.abs(out[1] + sum) < 1e-9);
});

test("a printed scale is round and never larger than what was seen", () => {
  for (const [number, wanted] of [
    [1, 1],
    [9999.5, 10000],
    [10100, 20000],
    [21000, 25000],
    [26000, 50000],
    [51000, 100000],
  ]) {
    assert.equal(roundScale(number), wanted);
  }
});
