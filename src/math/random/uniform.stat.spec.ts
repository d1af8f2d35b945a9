import { expect, test } from "vitest";
import { binomialInterval } from "../stats/binomial.js";
import { kolmogorovDistance, massartBound } from "../stats/kolmogorov.js";
import { deriveKey, keyFromSeed } from "./key.js";
import { shuffle } from "./shuffle.js";
import { stream } from "./stream.js";

const FALSE_ALARM = 1e-6;
const root = keyFromSeed(20240501);

test.each(["uniform", "tailUniform"] as const)("%s is uniform: Kolmogorov distance below Massart's bound", (kind) => {
  // n = 2e5: bound 0.0060, so a law 0.012 away is missed with probability 1e-6 at most.
  const n = 200_000;
  const numbers = stream(deriveKey(root, kind));
  const sorted = Float64Array.from({ length: n }, () => numbers[kind]()).sort();
  expect(kolmogorovDistance(sorted, (x) => x)).toBeLessThan(massartBound(n, FALSE_ALARM));
});

test("first draws of sibling keys are uniform and independent: pairs fill a 4 × 4 grid evenly", () => {
  // Each cell is Binomial(n, 1/16); a cell off by 7 % is caught. Bonferroni over the 16 cells.
  const n = 100_000;
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < n; i++) {
    const first = stream(deriveKey(root, i)).uniform();
    const second = stream(deriveKey(root, i, "next")).uniform();
    counts[Math.floor(4 * first) * 4 + Math.floor(4 * second)]!++;
  }
  const { low, high } = binomialInterval(n, 1 / 16, FALSE_ALARM / 16);
  for (const count of counts) {
    expect(count).toBeGreaterThanOrEqual(low);
    expect(count).toBeLessThanOrEqual(high);
  }
});

test("all 24 orders of four elements are equally likely", () => {
  // Each order is Binomial(n, 1/24); an order off by 10 % is caught. Bonferroni over the 24 orders.
  const n = 100_000;
  const numbers = stream(deriveKey(root, "shuffle"));
  const counts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const order = shuffle([0, 1, 2, 3], numbers).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const { low, high } = binomialInterval(n, 1 / 24, FALSE_ALARM / 24);
  expect(counts.size).toBe(24);
  for (const count of counts.values()) {
    expect(count).toBeGreaterThanOrEqual(low);
    expect(count).toBeLessThanOrEqual(high);
  }
});
