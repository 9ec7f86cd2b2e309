// Packed shapes become typed arrays in Web-Mercator units (0..1); see urbanplan/view/map/pack.py.
function varints(text) {
  const raw = atob(text);
  const out = new Float64Array(raw.length);
  let n = 0;
  let value = 0;
  let factor = 1;
  for (let i = 0; i < raw.length; i++) {
    const byte = raw.charCodeAt(i);
    value += (byte & 127) * factor;
    if (byte & 128) factor *= 128;
    else {
      out[n++] = value;
      value = 0;
      factor = 1;
    }
  }
  return out.subarray(0, n);
}

const starts = (counts) => {
  const out = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) out[i + 1] = out[i] + counts[i];
  return out;
};

/** Longitude and latitude in degrees → Web-Mercator units, y down. */
const unitX = (longitude) => longitude / 360 + 0.5;
const unitY = (latitude) => {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
};
const longitudeOf = (x) => (x - 0.5) * 360;
const latitudeOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

function places(text) {
  const steps = varints(text);
  const n = steps.length / 2;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  let longitude = 0;
  let latitude = 0;
  for (let i = 0; i < n; i++) {
    const a = steps[2 * i];
    const b = steps[2 * i + 1];
    longitude += a % 2 ? -(a + 1) / 2 : a / 2;
    latitude += b % 2 ? -(b + 1) / 2 : b / 2;
    x[i] = unitX(longitude / 1e7);
    y[i] = unitY(latitude / 1e7);
  }
  return [x, y];
}

/** A layer of the page with its shapes ready to draw; `box` holds west, north, east, south of each feature. */
function unpack(entry) {
  const { shape } = entry;
  const [x, y] = places(shape.coords);
  const [spotX, spotY] = places(shape.spots);
  const chain = starts(varints(shape.sizes));
  const first = starts(varints(shape.chains));
  const count = shape.dims.length;
  const box = new Float64Array(4 * count);
  for (let i = 0; i < count; i++) {
    let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = chain[first[i]]; k < chain[first[i + 1]]; k++) {
      if (x[k] < w) w = x[k];
      if (x[k] > e) e = x[k];
      if (y[k] < n) n = y[k];
      if (y[k] > s) s = y[k];
    }
    box.set([w, n, e, s], 4 * i);
  }
  const layer = { ...entry, x, y, spotX, spotY, chain, first, count, box, dims: shape.dims };
  layer.mostly = [0, 1, 2].reduce((best, d) => (shape.dims.filter((k) => k === d).length > shape.dims.filter((k) => k === best).length ? d : best), 0);
  layer.class ??= new Array(count).fill(0);
  layer.members = layer.classes.map(() => []);
  layer.class.forEach((c, i) => layer.members[c].push(i));
  return layer;
}

const layers = meta.layers.map((id) => unpack(read(id)));
layers.forEach((layer) => (state.visible[layer.name] = layer.visible));
const table = (pairs) => Object.assign(Object.create(null), Object.fromEntries(pairs)); // no inherited names
const layerOf = table(layers.map((layer) => [layer.name, layer]));
const verdicts = read("map-verdicts");
const verdictOf = table(verdicts.map((verdict) => [verdict.target, verdict]));

// Which targets a feature counts for, and the worst of their verdicts (0 met, 1 undecidable, 2 not met).
const RANK = { met: 0, undecidable: 1, not_met: 2 };
for (const layer of layers) layer.targets = new Map();
for (const verdict of verdicts) {
  for (const [name, rows] of Object.entries(verdict.evidence)) {
    for (const row of rows) {
      const held = layerOf[name].targets;
      if (!held.has(row)) held.set(row, []);
      held.get(row).push(verdict);
    }
  }
}
const worst = (layer, row) =>
  (layer.targets.get(row) ?? []).reduce((rank, verdict) => Math.max(rank, RANK[verdict.status]), -1);

const value = (field, row) => (field.of ? field.of[field.codes[row]] : field.values[row]);
