import assert from "node:assert/strict";
import { test } from "node:test";
import { Barriers } from "../../urbanplan/view/assets/map/barriers.js";
import { cover, extendCoverage } from "../../urbanplan/view/assets/map/coverage.js";
import { joinLegs } from "../../urbanplan/view/assets/map/legs.js";
import { StreetNetwork } from "../../urbanplan/view/assets/map/street-network.js";
import { decodeWalk } from "../../urbanplan/view/assets/map/walk.js";
import { doubles, randomNumbers, scenarioEntry } from "./fixtures.js";

/** @import { Town } from "./fixtures.js" */
/** @import { Point } from "../../urbanplan/view/assets/map/street-network.js" */

/** One street of a kilometre from west to east. */
const STREET = {
  edges: [
    {
      u: 0,
      v: 1,
      line: [
        [0, 0],
        [400, 0],
        [1000, 0],
      ],
    },
  ],
  nodes: 2,
};
const QUESTION = { within: 300, reading: /** @type {const} */ ("low"), sure: true, gone: new Set() };
/** @type {(a: number, b: number, e?: number) => void} */
const close = (a, b, e = 1e-9) => assert.ok(Math.abs(a - b) <= e, `${a} is not ${b}`);

test("a street's segments have their edge, start and length", () => {
  const streets = new StreetNetwork(scenarioEntry(STREET));
  assert.deepEqual([...streets.segmentStart], [0, 400]);
  assert.deepEqual([...streets.segmentLength], [400, 600]);
  assert.equal(streets.total, 1000);
  assert.deepEqual([...streets.first], [0, 1, 2]);
  assert.deepEqual(streets.nearestPoint(450, 30), [450, 0]);
  assert.deepEqual(streets.nearestPoint(-100, 0), [0, 0]);
  assert.equal(streets.nearestPoint(0, 501), null);
});

test("a leg is what a circle cuts from a street", () => {
  const streets = new StreetNetwork(scenarioEntry(STREET));
  const legs = joinLegs(streets, [[500, 30]], 50, new Barriers(new Float64Array()));
  assert.deepEqual([legs.place, legs.edge], [[0], [0]]);
  close(legs.low[0], 460);
  close(legs.high[0], 540);
  close(legs.at(0, 500), 30);
  close(legs.at(0, 540), 50);
});

test("a barrier cuts the leg that it shades", () => {
  const streets = new StreetNetwork(scenarioEntry(STREET));
  /** @type {(pieces: number[]) => number[][]} */
  const parts = (pieces) => {
    const legs = joinLegs(streets, [[500, 30]], 50, new Barriers(new Float64Array(pieces)));
    return legs.place.map((_, i) => [legs.low[i], legs.high[i]].map((t) => Math.round(t * 1e3) / 1e3));
  };
  assert.deepEqual(
    parts([490, 15, 510, 15]),
    [
      [460, 480],
      [520, 540],
    ],
    "the shadow is twice as wide at twice the way",
  );
  assert.deepEqual(parts([300, 15, 700, 15]), []);
  assert.deepEqual(parts([300, -5, 700, -5]), [[460, 540]], "behind the street nothing is shaded");
});

test("a site on a street covers its walk to both sides, and the people there", () => {
  const homes = [
    { x: 500, y: 20, people: 10 },
    { x: 840, y: 20, people: 7 },
    { x: 100, y: 20, people: 5, district: 1 },
  ];
  const stretches = [{ edge: 0, low: 700, high: 900, people: 40 }];
  const legs = [{ place: 0, edge: 0, low: 500, high: 500, t0: 500, g: 0 }];
  const coverage = cover(decodeWalk(scenarioEntry({ ...STREET, legs, homes, stretches })), QUESTION);
  assert.deepEqual(
    coverage.parts[0].map((part) => part.map(Math.round)),
    [[200, 800]],
  );
  close(coverage.covered_m, 600);
  close(/** @type {number} */ (coverage.share), 0.6);
  assert.equal(coverage.residents, 10 + 20, "a home of 7 is too far; half of a stretch is reached");
  assert.deepEqual(
    coverage.byDistrict,
    new Map([
      [0, [17, 10]],
      [1, [5, 0]],
    ]),
  );
  close(/** @type {number} */ (coverage.residents_share), 30 / 62);
});

test("a site that is gone or does not surely count covers nothing", () => {
  const legs = [{ place: 0, edge: 0, low: 500, high: 500, t0: 500, g: 0 }];
  const walk = decodeWalk(scenarioEntry({ ...STREET, legs }));
  assert.equal(cover(walk, { ...QUESTION, gone: new Set([0]) }).covered_m, 0);
  walk.sites[0].sure = false;
  assert.equal(cover(walk, QUESTION).covered_m, 0);
  close(cover(walk, { ...QUESTION, sure: false }).covered_m, 600);
});

test("without people there is no share of people", () => {
  const walk = decodeWalk({ ...scenarioEntry(STREET), people: [] });
  const { residents, residents_share, byDistrict } = cover(walk, QUESTION);
  assert.deepEqual([residents, residents_share, byDistrict.size], [null, null, 0]);
});

/**
 * A grid of streets with random homes and sites.
 * @param {() => number} random
 */
function gridTown(random) {
  const n = 5;
  const at = (/** @type {number} */ i, /** @type {number} */ j) => [i * 130 + 20 * random(), j * 110 + 20 * random()];
  const spots = Array.from({ length: n * n }, (_, k) => at(k % n, Math.floor(k / n)));
  /** @type {Town["edges"]} */
  const edges = [];
  for (let k = 0; k < n * n; k++) {
    if (k % n < n - 1) edges.push({ u: k, v: k + 1, line: [spots[k], spots[k + 1]] });
    if (k < n * (n - 1)) edges.push({ u: k, v: k + n, line: [spots[k], spots[k + n]] });
  }
  const homes = Array.from({ length: 40 }, () => ({
    x: random() * 520,
    y: random() * 440,
    people: 1 + Math.floor(random() * 9),
  }));
  const barriers = [[random() * 500, random() * 400, random() * 500, random() * 400]];
  return { edges: edges.filter(() => random() < 0.9), nodes: n * n, homes, barriers };
}

test("on random towns, distances are those of Bellman and Ford, and coverage that of points along the streets", () => {
  const random = randomNumbers(23);
  for (let run = 0; run < 12; run++) {
    const walk = decodeWalk(scenarioEntry(gridTown(random)));
    const { streets } = walk;
    /** @type {Point[]} */
    const sites = [
      [random() * 500, random() * 400],
      [random() * 500, random() * 400],
    ];
    const none = cover(walk, QUESTION);
    assert.equal(none.covered_m, 0);
    const coverage = extendCoverage(walk, none, sites);
    const legs = joinLegs(streets, sites, walk.leg, walk.barriers);
    const distance = bellmanFord(streets, legs);
    coverage.distance.forEach((d, k) => {
      if (distance[k] <= QUESTION.within) close(d, distance[k], 1e-6);
      else assert.equal(d, Infinity);
    });
    for (let e = 0; e < streets.edges; e++) {
      for (let t = 0.7; t < streets.length[e]; t += 3.1) {
        const way = wayTo(streets, legs, distance, e, t);
        if (Math.abs(way - QUESTION.within) < 0.01) continue;
        const covered = coverage.parts[e].some(([low, high]) => low <= t && t <= high);
        assert.equal(covered, way < QUESTION.within, `edge ${e} at ${t}`);
      }
    }
  }
});

test("adding sites one after the other or together is the same", () => {
  const random = randomNumbers(29);
  for (let run = 0; run < 12; run++) {
    const walk = decodeWalk(scenarioEntry(gridTown(random)));
    /** @type {Point[]} */
    const sites = [
      [random() * 500, random() * 400],
      [random() * 500, random() * 400],
    ];
    const none = cover(walk, QUESTION);
    const together = extendCoverage(walk, none, sites);
    const [first, second] = sites;
    const after = extendCoverage(walk, extendCoverage(walk, none, [first]), [second]);
    close(together.covered_m, after.covered_m, 1e-6);
    assert.equal(together.residents, after.residents);
    assert.ok(together.covered_m + 1e-9 >= extendCoverage(walk, none, [first]).covered_m, "more sites cover no less");
  }
});

/** @typedef {ReturnType<typeof joinLegs>} Legs */

/** @type {(streets: StreetNetwork, legs: Legs) => number[]} */
function bellmanFord(streets, legs) {
  const distance = Array.from({ length: streets.nodes }, () => Infinity);
  legs.edge.forEach((e, i) => {
    const [u, v] = [streets.u[e], streets.v[e]];
    distance[u] = Math.min(distance[u], legs.at(i, legs.low[i]) + legs.low[i]);
    distance[v] = Math.min(distance[v], legs.at(i, legs.high[i]) + streets.length[e] - legs.high[i]);
  });
  for (let round = 0; round < streets.nodes; round++) {
    for (let e = 0; e < streets.edges; e++) {
      const [u, v, long] = [streets.u[e], streets.v[e], streets.length[e]];
      distance[u] = Math.min(distance[u], distance[v] + long);
      distance[v] = Math.min(distance[v], distance[u] + long);
    }
  }
  return distance;
}

/** @type {(streets: StreetNetwork, legs: Legs, distance: number[], e: number, t: number) => number} */
function wayTo(streets, legs, distance, e, t) {
  let way = Math.min(distance[streets.u[e]] + t, distance[streets.v[e]] + streets.length[e] - t);
  legs.edge.forEach((edge, i) => {
    if (edge !== e) return;
    const s = Math.min(Math.max(t, legs.low[i]), legs.high[i]);
    way = Math.min(way, legs.at(i, s) + Math.abs(t - s));
  });
  return way;
}

test("a network's doubles come back to the metre's last bit", () => {
  const entry = scenarioEntry(STREET);
  const streets = new StreetNetwork({ ...entry, coords: doubles([0.1, 0.2, 1 / 3, 0.7, 5, 5]) });
  assert.deepEqual([...streets.coords], [0.1, 0.2, 1 / 3, 0.7, 5, 5]);
});
