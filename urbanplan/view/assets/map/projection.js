// Degrees to units of the page's tiling and back: x 0..1 over the world, y down from its northern end.
// In Web Mercator the world is square; in degrees (EPSG:4490) it is half as high as wide, so that both have the same
// levels: a tile of level z is 2 ** -z wide.

const HALF = Math.PI * 6378137; // metres: half the width of Web Mercator

let inDegrees = false;

/**
 * Take a tiling for the page; before anything is decoded or drawn.
 * @param {string} tiling `mercator` or `degrees`
 */
export function useTiling(tiling) {
  inDegrees = tiling === "degrees";
}

/** @param {number} longitude */
export const unitX = (longitude) => longitude / 360 + 0.5;

/** @param {number} latitude */
export function unitY(latitude) {
  if (inDegrees) return 0.25 - latitude / 360;
  const sine = Math.sin((latitude * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** @param {number} x */
export const longitudeOf = (x) => (x - 0.5) * 360;

/** @param {number} y */
export function latitudeOf(y) {
  if (inDegrees) return (0.25 - y) * 360;
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/**
 * West, south, east and north of a tile in the tiling's CRS: metres of EPSG:3857, or degrees of EPSG:4490.
 * @param {number} column
 * @param {number} row
 * @param {number} level
 * @returns {[number, number, number, number]}
 */
export function tileBox(column, row, level) {
  const size = (inDegrees ? 360 : 2 * HALF) / 2 ** level;
  const west = (inDegrees ? -180 : -HALF) + column * size;
  const north = (inDegrees ? 90 : HALF) - row * size;
  return [west, north - size, west + size, north];
}

/**
 * The Leaflet CRS of the tiling, so that its pixels are units times 256 * 2 ** zoom.
 * @returns {L.CRS}
 */
export function leafletCrs() {
  if (!inDegrees) return L.CRS.EPSG3857;
  return L.extend({}, L.CRS.Earth, {
    code: "EPSG:4490",
    projection: L.Projection.LonLat,
    transformation: L.transformation(1 / 360, 0.5, -1 / 360, 0.25),
  });
}
