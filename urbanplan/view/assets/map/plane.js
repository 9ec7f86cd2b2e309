// Polynomials between degrees and metres; see urbanplan/view/map/plane.py.

/** @import { Polynomial } from "./payload.d.ts" */

const DEGREE = 5;

/**
 * A polynomial at a point: metres to degrees, or back.
 * @param {Polynomial} polynomial
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function evaluate({ middle, half, coefficients }, x, y) {
  const [a, b] = [(x - middle[0]) / half[0], (y - middle[1]) / half[1]];
  /** @type {[number, number]} */
  const out = [0, 0];
  let k = 0;
  for (let i = 0; i <= DEGREE; i++) {
    for (let j = 0; j <= DEGREE - i; j++, k++) {
      const term = a ** i * b ** j;
      out[0] += coefficients[k][0] * term;
      out[1] += coefficients[k][1] * term;
    }
  }
  return out;
}
