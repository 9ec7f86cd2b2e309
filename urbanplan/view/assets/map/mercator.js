// Degrees to Web-Mercator units and back: 0..1 over the world, y down.

/** @param {number} longitude */
export const unitX = (longitude) => longitude / 360 + 0.5;

/** @param {number} latitude */
export function unitY(latitude) {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** @param {number} x */
export const longitudeOf = (x) => (x - 0.5) * 360;

/** @param {number} y */
export const latitudeOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
