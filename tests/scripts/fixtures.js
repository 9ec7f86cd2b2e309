// Payloads as Python writes them, made by hand: independent of the code under test.

/** @import { LayerEntry, MapSymbol, ScenarioEntry } from "../../urbanplan/view/assets/map/payload.d.ts" */

/** @param {Iterable<number>} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {readonly number[]} numbers */
export function varints(numbers) {
  const bytes = [];
  for (let number of numbers) {
    for (; number >= 128; number = Math.floor(number / 128)) bytes.push((number % 128) + 128);
    bytes.push(number);
  }
  return base64(bytes);
}

/** @param {readonly number[]} numbers */
export const doubles = (numbers) => base64(new Uint8Array(new Float64Array(numbers).buffer));

/** @param {readonly number[][]} degrees */
function steps(degrees) {
  const last = [0, 0];
  return degrees.flatMap((position) =>
    position.map((value, axis) => {
      const step = Math.round(value * 1e7) - last[axis];
      last[axis] += step;
      return step < 0 ? -2 * step - 1 : 2 * step;
    }),
  );
}

/** @type {MapSymbol} */
export const SYMBOL = {
  fill: "#cccccc",
  fill_opacity: 1,
  stroke: "#333333",
  width: 1,
  opacity: 1,
  dash: [],
  casing: null,
  casing_width: 0,
  pattern: null,
  pattern_colour: null,
  shape: "circle",
  size: 5,
};

/**
 * A layer of shapes in degrees: rows of chains of positions.
 * @param {{ dims: number[], rows: number[][][][] } & Partial<LayerEntry>} given
 * @returns {LayerEntry}
 */
export function layerEntry({ dims, rows, ...others }) {
  const chains = rows.flat();
  return {
    name: "layer",
    title: "Layer",
    group: 0,
    base: false,
    visible: true,
    basis: null,
    source: "",
    minZoom: 0,
    ids: dims.map((_, k) => String(k + 1)),
    names: dims.map((_, k) => `name ${k + 1}`),
    idField: "id",
    nameField: "name",
    class: dims.map(() => 0),
    classes: [
      { title: "one", symbol: SYMBOL },
      { title: "other", symbol: { ...SYMBOL, fill: null } },
    ],
    time: null,
    band: null,
    label: null,
    fields: [],
    shape: {
      dims,
      chains: varints(rows.map((row) => row.length)),
      sizes: varints(chains.map((chain) => chain.length)),
      coords: varints(steps(chains.flat())),
      spots: varints(steps(rows.map((row) => row[0]?.[0] ?? [0, 0]))),
    },
    ...others,
  };
}

/** What a test says of a scenario; edges are lines of x and y in metres between two nodes. */
/**
 * @typedef {object} Town
 * @property {{ u: number, v: number, line: number[][] }[]} edges
 * @property {number} nodes
 * @property {number[][]} [barriers] x, y, x, y
 * @property {{ x: number, y: number, people: number, district?: number }[]} [homes]
 * @property {{ edge: number, low: number, high: number, people: number }[]} [stretches] people along streets
 * @property {number} [leg]
 * @property {LegRow[]} [legs]
 * @typedef {{ place: number, edge: number, low: number, high: number, t0: number, g: number }} LegRow
 */

/**
 * @param {Town} town
 * @returns {ScenarioEntry}
 */
export function scenarioEntry({ edges, nodes, barriers = [], homes = [], stretches = [], leg = 50, legs = [] }) {
  const column = (/** @type {"low" | "high" | "t0" | "g"} */ name) => doubles(legs.map((row) => row[name]));
  const sites = [...new Set(legs.map((row) => row.place))].map((k) => ({
    id: `S${k}`,
    layer: "sites",
    sure: true,
    x: 0,
    y: 0,
  }));
  /** @type {import("../../urbanplan/view/assets/map/payload.d.ts").Polynomial} */
  const same = { middle: [0, 0], half: [1, 1], coefficients: Array.from({ length: 21 }, () => [0, 0]) };
  return {
    coords: doubles(edges.flatMap((edge) => edge.line.flat())),
    sizes: edges.map((edge) => edge.line.length),
    u: edges.map((edge) => edge.u),
    v: edges.map((edge) => edge.v),
    nodes,
    targets: [],
    bands: [500],
    leg,
    barriers: doubles(barriers.flat()),
    people: [
      {
        points: doubles(homes.flatMap(({ x, y }) => [x, y])),
        count: doubles(homes.map(({ people }) => people)),
        leg,
        district: homes.map(({ district }) => district ?? 0),
        edge: stretches.map(({ edge }) => edge),
        low: doubles(stretches.map(({ low }) => low)),
        high: doubles(stretches.map(({ high }) => high)),
        living: doubles(stretches.map(({ people }) => people)),
        total: [...homes, ...stretches].reduce((sum, { people }) => sum + people, 0),
      },
    ],
    districts: null,
    sites,
    sights: [
      {
        place: legs.map((row) => row.place),
        edge: legs.map((row) => row.edge),
        low: column("low"),
        high: column("high"),
        t0: column("t0"),
        g: column("g"),
        m: doubles(legs.map(() => 1)),
        plus: doubles(legs.map(() => 0)),
      },
    ],
    use: Object.fromEntries([100, 300, 500, 800].map((band) => [band, { low: 0, high: 0 }])),
    template: {},
    plane: { degrees: same, metres: same },
  };
}

/**
 * Random numbers that are the same in each run (mulberry32).
 * @param {number} seed
 */
export function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
