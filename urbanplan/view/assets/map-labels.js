// Labels that never overlap: important layers first, each word where there is room, else left out.
const widths = new Map();
function widthOf(context, text, font) {
  const key = font + text;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

class Room {
  constructor() {
    this.cells = new Map();
  }
  /** Keeps a box free of labels. */
  block(box) {
    for (const key of this.keys(box)) (this.cells.get(key) ?? this.cells.set(key, []).get(key)).push(box);
  }
  *keys(box) {
    for (let i = Math.floor(box[0] / 64); i <= Math.floor(box[2] / 64); i++)
      for (let j = Math.floor(box[1] / 64); j <= Math.floor(box[3] / 64); j++) yield `${i},${j}`;
  }
  /** Takes a box [left, top, right, bottom] if nothing stands there. */
  take(box) {
    const meets = (b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1];
    for (const key of this.keys(box)) if (this.cells.get(key)?.some(meets)) return false;
    this.block(box);
    return true;
  }
}

const MOST = 700; // labels tried in one layer and view, the largest features first

function drawLabels(painter) {
  const { view, frame } = painter;
  const room = new Room();
  const shown = layers.filter((l) => l.label && view.visible[l.name] && view.labels !== false && frame.zoom >= Math.max(l.minZoom, l.label.min_zoom));
  const held = view.verdict ? verdictOf[view.verdict]?.evidence ?? {} : {};
  for (const layer of shown) if (layer.mostly === 0 && layer.count < 2000) keepMarks(painter, room, layer);
  for (const layer of [...shown].reverse()) {
    const first = new Set(held[layer.name] ?? []);
    const rows = [...first, ...[...layer.label.rows].filter((row) => !first.has(row))];
    let tried = 0;
    for (const row of rows) {
      if (!painter.sees(layer, row) || standing(layer, row, view) !== 1) continue;
      placeLabel(painter, room, layer, row);
      if (++tried >= MOST) break;
    }
  }
}

function keepMarks(painter, room, layer) {
  const { frame } = painter;
  for (let row = 0; row < layer.count; row++) {
    if (layer.dims[row] !== 0 || !painter.sees(layer, row)) continue;
    const [x, y] = [layer.spotX[row] * frame.k - frame.x, layer.spotY[row] * frame.k - frame.y];
    const r = layer.classes[layer.class[row]].symbol.size * 0.8 * Math.min(1.5, Math.max(0.6, painter.grow));
    room.block([x - r, y - r, x + r, y + r]);
  }
}

function placeLabel(painter, room, layer, row) {
  const { context: c, frame } = painter;
  const { label } = layer;
  const lines = [label.names[row], label.figures?.[row]].filter(Boolean);
  if (!lines.length) return;
  const font = `${label.bold ? 600 : 400} ${label.size}px ${meta.fonts}`;
  c.font = font;
  const wide = Math.max(...lines.map((line) => widthOf(c, line, font)));
  if (layer.dims[row] === 1) return alongLine(painter, room, layer, row, lines[0], wide);
  const x = layer.spotX[row] * frame.k - frame.x;
  const y = layer.spotY[row] * frame.k - frame.y;
  const high = label.size * 1.25 * lines.length;
  for (const [dx, dy] of spotsFor(painter, layer, row, wide, high)) {
    const [left, top] = [x + dx - wide / 2, y + dy - high / 2];
    if ((dx || dy) && layer.label.outside && onOthers(layer, row, frame, [left, top, left + wide, top + high])) continue;
    if (!room.take([left - 2, top - 1, left + wide + 2, top + high + 1])) continue;
    lines.forEach((line, k) => write(c, line, x + dx, top + label.size * 1.25 * (k + 0.5), label, k));
    return;
  }
}

/** Whether a label beside its shape would lie on another shape of its layer. */
function onOthers(layer, row, frame, [left, top, right, bottom]) {
  const b = layer.box;
  if (layer.count > 2000) return true;
  for (let i = 0; i < layer.count; i++) {
    if (i === row) continue;
    if (b[4 * i] * frame.k - frame.x < right && b[4 * i + 2] * frame.k - frame.x > left && b[4 * i + 1] * frame.k - frame.y < bottom && b[4 * i + 3] * frame.k - frame.y > top) return true;
  }
  return false;
}

/** Where a label may stand from its shape's spot: beside a mark, inside a shape, or around one too small. */
function spotsFor(painter, layer, row, wide, high) {
  const { frame, grow } = painter;
  const b = layer.box.subarray(4 * row, 4 * row + 4);
  const [x, y] = [layer.spotX[row], layer.spotY[row]];
  if (layer.dims[row] === 0) {
    const off = layer.classes[layer.class[row]].symbol.size * grow + 4 + wide / 2;
    return [[off, 0], [-off, 0]];
  }
  const flat = layer.label.outside && (b[3] - b[1]) * frame.k < high * 0.9;
  if (!flat && !tooSmall(layer, row, frame, wide)) return [[0, 0]];
  if (!layer.label.outside) return [];
  const [east, west, south, north] = [(b[2] - x) * frame.k, (b[0] - x) * frame.k, (b[3] - y) * frame.k, (b[1] - y) * frame.k];
  return [[east + wide / 2 + 4, 0], [west - wide / 2 - 4, 0], [0, south + high / 2 + 3], [0, north - high / 2 - 3]];
}

/** A word wider than half again its polygon says nothing there. */
function tooSmall(layer, row, frame, wide) {
  const b = layer.box;
  return (b[4 * row + 2] - b[4 * row]) * frame.k < wide * 0.8;
}

function write(c, text, x, y, label, line = 0) {
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.lineJoin = "round";
  c.lineWidth = 3.2;
  c.strokeStyle = "rgba(255,255,255,0.92)";
  c.strokeText(text, x, y);
  c.fillStyle = line ? "#555" : label.colour;
  c.fillText(text, x, y);
}

/** A street's name on its longest nearly straight run, once within a few hundred pixels. */
function alongLine(painter, room, layer, row, text, wide) {
  const { context: c, frame } = painter;
  let best = null;
  for (let j = layer.first[row]; j < layer.first[row + 1]; j++) {
    for (let i = layer.chain[j]; i < layer.chain[j + 1] - 1; i++) {
      const [ax, ay] = [layer.x[i] * frame.k - frame.x, layer.y[i] * frame.k - frame.y];
      const [bx, by] = [layer.x[i + 1] * frame.k - frame.x, layer.y[i + 1] * frame.k - frame.y];
      const length = Math.hypot(bx - ax, by - ay);
      if (length > (best?.length ?? wide * 1.05)) best = { length, ax, ay, bx, by };
    }
  }
  if (!best) return;
  const [x, y] = [(best.ax + best.bx) / 2, (best.ay + best.by) / 2];
  if (x < 0 || y < 0 || x > frame.width || y > frame.height) return;
  let angle = Math.atan2(best.by - best.ay, best.bx - best.ax);
  if (angle > Math.PI / 2) angle -= Math.PI;
  if (angle <= -Math.PI / 2) angle += Math.PI;
  const halfX = (Math.abs(Math.cos(angle)) * wide + layer.label.size) / 2;
  const halfY = (Math.abs(Math.sin(angle)) * wide + layer.label.size) / 2;
  painter.spoken ??= [];
  if (painter.spoken.some((s) => s.text === text && Math.hypot(s.x - x, s.y - y) < 320)) return;
  if (!room.take([x - halfX, y - halfY, x + halfX, y + halfY])) return;
  painter.spoken.push({ text, x, y });
  c.save();
  c.translate(x, y);
  c.rotate(angle);
  write(c, text, 0, 0, layer.label);
  c.restore();
}
