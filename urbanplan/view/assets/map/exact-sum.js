// Sums whose rounding does not grow with their length (Neumaier).

export class ExactSum {
  constructor() {
    this.high = 0;
    this.low = 0;
  }

  /** @param {number} x */
  add(x) {
    const t = this.high + x;
    this.low += Math.abs(this.high) >= Math.abs(x) ? this.high - t + x : x - t + this.high;
    this.high = t;
  }

  get value() {
    return this.high + this.low;
  }
}

/** @param {Iterable<number>} values */
export function sumOf(values) {
  const sum = new ExactSum();
  for (const x of values) sum.add(x);
  return sum.value;
}
