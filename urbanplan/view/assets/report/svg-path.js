// Paths of the evidence maps as SVG writes them.

/** @import { Path } from "./payload.d.ts" */

const BREAK = -9999;

/**
 * The `d` of a path; a single point becomes a dot.
 * @param {Path} path
 * @param {boolean} closed
 */
export function toSvgPath(path, closed) {
  let text = "";
  let points = 0;
  const end = () => (points === 1 ? "h0" : closed ? "Z" : "");
  for (let i = 0; i < path.length;) {
    if (path[i] === BREAK) {
      text += closed ? "Z" : points === 1 ? "h0" : "";
      points = 0;
      i += 1;
      continue;
    }
    text += `${points ? "L" : "M"}${path[i]} ${path[i + 1]}`;
    points += 1;
    i += 2;
  }
  return text && text + end();
}
