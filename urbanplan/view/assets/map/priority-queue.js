// A binary heap of numbered items, the least key first.

export class PriorityQueue {
  constructor() {
    /** @type {number[]} */
    this.keys = [];
    /** @type {number[]} */
    this.items = [];
  }

  get size() {
    return this.keys.length;
  }

  /** @type {(key: number, item: number) => void} */
  push(key, item) {
    const { keys, items } = this;
    let i = keys.push(key) - 1;
    items.push(item);
    while (i && keys[(i - 1) >> 1] > key) {
      const up = (i - 1) >> 1;
      [keys[i], items[i]] = [keys[up], items[up]];
      i = up;
    }
    [keys[i], items[i]] = [key, item];
  }

  /**
   * Take the least key and its item; the queue must not be empty.
   * @returns {[number, number]}
   */
  pop() {
    const { keys, items } = this;
    /** @type {[number, number]} */
    const top = [keys[0], items[0]];
    const key = /** @type {number} */ (keys.pop());
    const item = /** @type {number} */ (items.pop());
    if (keys.length) this.sink(key, item);
    return top;
  }

  /** @type {(key: number, item: number) => void} */
  sink(key, item) {
    const { keys, items } = this;
    const n = keys.length;
    let i = 0;
    for (let down = 1; down < n; down = 2 * i + 1) {
      if (down + 1 < n && keys[down + 1] < keys[down]) down++;
      if (keys[down] >= key) break;
      [keys[i], items[i]] = [keys[down], items[down]];
      i = down;
    }
    [keys[i], items[i]] = [key, item];
  }
}
