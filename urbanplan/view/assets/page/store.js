// One state for a whole page; whoever shows a part of it listens to its keys.

/**
 * A store around a state.
 * @template {object} S
 * @param {S} state changed in place
 */
export function createStore(state) {
  /** @type {[readonly (keyof S)[], (changed: (keyof S)[]) => void][]} */
  const listeners = [];
  return {
    state,
    /** @type {(keys: readonly (keyof S)[], then: (changed: (keyof S)[]) => void) => void} */
    listen: (keys, then) => void listeners.push([keys, then]),
    /**
     * Change the state, then call each listener of a key whose value is another.
     * @param {Partial<S>} patch
     */
    change(patch) {
      const changed = /** @type {(keyof S)[]} */ (Object.keys(patch)).filter((key) => state[key] !== patch[key]);
      Object.assign(state, patch);
      for (const [keys, then] of listeners) if (keys.some((key) => changed.includes(key))) then(changed);
    },
  };
}
