import { expect, test } from "vitest";
import { thinEvenly, thinRanks } from "./thin.js";

test("thinning keeps first and last and no more than the limit", () => {
  const thinned = thinEvenly(
    Array.from({ length: 10_001 }, (_, i) => i),
    400,
  );
  expect(thinned.length).toBe(400);
  expect([thinned[0], thinned.at(-1)]).toEqual([0, 10_000]);
  expect(thinEvenly([1, 2, 3], 3)).toEqual([1, 2, 3]);
});

test("ranks thin out from the first on: all small ones, ends included, ascending, no repeats", () => {
  const ranks = thinRanks(1_000_000, 200);
  expect(ranks.length).toBeLessThanOrEqual(200);
  expect(ranks.slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(ranks.at(-1)).toBe(1_000_000);
  expect(ranks.every((rank, i) => i === 0 || rank > ranks[i - 1]!)).toBe(true);
  expect(thinRanks(3, 200)).toEqual([1, 2, 3]);
  expect(thinRanks(0, 200)).toEqual([]);
});
