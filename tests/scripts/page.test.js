import assert from "node:assert/strict";
import { test } from "node:test";
import { foldText, rankEntries } from "../../urbanplan/view/assets/map/search-text.js";
import { createStore } from "../../urbanplan/view/assets/page/store.js";

test("listeners hear of the keys that change, after all of them have", () => {
  const { state, listen, change } = createStore({ a: 1, b: 2, c: 3 });
  /** @type {unknown[]} */
  const heard = [];
  listen(["a", "b"], (changed) => heard.push([...changed], state.c));
  listen(["c"], () => heard.push("c"));
  change({ a: 1 });
  assert.deepEqual(heard, []);
  change({ a: 5, c: 6 });
  assert.deepEqual(heard, [["a", "c"], 6, "c"]);
});

test("a search folds full-width letters and capitals", () => {
  assert.equal(foldText("ＧＸ－０１ Road"), "gx-01 road");
  assert.equal(foldText(null), "");
});

test("what begins or ends with the words comes first, base layers last, the rest in their order", () => {
  const entries = ["a gx-1 b", "gx-1 road", "plot gx-1", "base gx-1", "none"].map((key) => ({
    key,
    base: key.startsWith("base"),
  }));
  assert.deepEqual(
    rankEntries(entries, "gx-1", 9).map(({ key }) => key),
    ["gx-1 road", "plot gx-1", "a gx-1 b", "base gx-1"],
  );
  assert.equal(rankEntries(entries, "gx-1", 2).length, 2);
});
