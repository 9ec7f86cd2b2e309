// Lengths and areas on the WGS 84 ellipsoid.

/** @typedef {{ lat: number, lng: number }} Position degrees */

/**
 * Metres east and north of one degree at a latitude.
 * @param {number} latitude
 */
export function degreeMetres(latitude) {
  const [a, e2] = [6378137, 0.00669437999014];
  const s = Math.sin((latitude * Math.PI) / 180);
  const w = Math.sqrt(1 - e2 * s * s);
  return [((Math.PI / 180) * a * Math.cos((latitude * Math.PI) / 180)) / w, ((Math.PI / 180) * a * (1 - e2)) / w ** 3];
}

/**
 * Metres along positions.
 * @param {readonly Position[]} positions
 */
export function pathLength(positions) {
  let sum = 0;
  for (let i = 1; i < positions.length; i++) {
    const [a, b] = [positions[i - 1], positions[i]];
    const [mx, my] = degreeMetres((a.lat + b.lat) / 2);
    sum += Math.hypot((b.lng - a.lng) * mx, (b.lat - a.lat) * my);
  }
  return sum;
}

/**
 * Square metres within a ring of positions.
 * @param {readonly Position[]} ring not closed
 */
export function ringArea(ring) {
  const middle = ring.reduce((sum, p) => sum + p.lat, 0) / ring.length;
  const [mx, my] = degreeMetres(middle);
  let twice = 0;
  ring.forEach((p, i) => {
    const q = ring[(i + 1) % ring.length];
    twice += (p.lng - ring[0].lng) * (q.lat - ring[0].lat) - (q.lng - ring[0].lng) * (p.lat - ring[0].lat);
  });
  return Math.abs(twice / 2) * mx * my;
}

/**
 * The least round denominator of a scale that is not below a number: 1, 2, 2.5 or 5 times a power of ten.
 * @param {number} number
 */
export function roundScale(number) {
  const ten = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 2.5, 5, 10].map((f) => f * ten).find((n) => n >= number * 0.9999) ?? 10 * ten;
}

/**
 * The longest round length, 1, 2 or 5 times a power of ten, that is not above a length.
 * @param {number} metres
 */
export function roundLength(metres) {
  const ten = 10 ** Math.floor(Math.log10(metres));
  return [5, 2, 1].map((f) => f * ten).find((m) => m <= metres) ?? ten;
}
