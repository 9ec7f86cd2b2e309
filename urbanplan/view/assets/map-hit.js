// What lies under a point: exact tests on the unit coordinates, the topmost layer first.
function segmentDistance(px, py, ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const s = square ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / square)) : 0;
  return Math.hypot(px - ax - s * dx, py - ay - s * dy);
}

function inside(layer, row, px, py) {
  let odd = false;
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) {
    const [from, to] = [layer.chain[j], layer.chain[j + 1]];
    for (let i = from, k = to - 1; i < to; k = i++) {
      const crosses = layer.y[i] > py !== layer.y[k] > py;
      if (crosses && px < ((layer.x[k] - layer.x[i]) * (py - layer.y[i])) / (layer.y[k] - layer.y[i]) + layer.x[i]) odd = !odd;
    }
  }
  return odd;
}

function near(layer, row, px, py, reach) {
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) {
    const [from, to] = [layer.chain[j], layer.chain[j + 1]];
    if (to - from === 1 && Math.hypot(px - layer.x[from], py - layer.y[from]) <= reach) return true;
    const last = layer.dims[row] === 2 ? to : to - 1;
    for (let i = from; i < last; i++) {
      const k = i + 1 < to ? i + 1 : from;
      if (segmentDistance(px, py, layer.x[i], layer.y[i], layer.x[k], layer.y[k]) <= reach) return true;
    }
  }
  return false;
}

/** Whether a polygon's land is drawn; of others only the outline can be hit. */
const filled = (layer, row) => Boolean(layer.classes[layer.class[row]]?.symbol.fill);

/** Features at a point in unit coordinates, [[layer, row], …]; reach in pixels beside lines and marks. */
function featuresAt(px, py, zoom, reach = 7) {
  const found = [];
  const k = 256 * 2 ** zoom;
  for (const layer of [...layers].reverse()) {
    if (!state.visible[layer.name] || zoom < layer.minZoom || layer.silent) continue;
    for (let row = 0; row < layer.count; row++) {
      const flat = layer.dims[row] === 2 && filled(layer, row);
      const slack = (flat ? 0 : reach + (layer.dims[row] === 0 ? 4 : 0)) / k;
      const b = layer.box;
      if (px < b[4 * row] - slack || px > b[4 * row + 2] + slack || py < b[4 * row + 1] - slack || py > b[4 * row + 3] + slack) continue;
      if (flat ? inside(layer, row, px, py) : near(layer, row, px, py, slack)) found.push([layer, row]);
      if (found.length > 24) return found;
    }
  }
  return found.filter(([layer]) => !layer.base).concat(found.filter(([layer]) => layer.base));
}

/** West, south, east, north of some features, in degrees; null where none has a shape. */
function boundsOf(pairs) {
  let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [layer, row] of pairs) {
    const b = layer.box;
    w = Math.min(w, b[4 * row]);
    n = Math.min(n, b[4 * row + 1]);
    e = Math.max(e, b[4 * row + 2]);
    s = Math.max(s, b[4 * row + 3]);
  }
  if (w > e) return null;
  return [[latitudeOf(s), longitudeOf(w)], [latitudeOf(n), longitudeOf(e)]];
}
