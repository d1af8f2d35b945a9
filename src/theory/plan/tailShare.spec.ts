import fc from "fast-check";
import { expect, test } from "vitest";
import { cutSmallest, fullWidth, keptCount, prunableFraction } from "./tailShare.js";

const norms = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 });

test("cutSmallest sums the n − k smallest, and all", () => {
  fc.assert(
    fc.property(norms, fc.nat(), (values, choice) => {
      const kept = 1 + (choice % values.length);
      const sorted = [...values].sort((x, y) => x - y);
      const sum = (part: number[]): number => part.reduce((total, value) => total + value, 0);
      const expected = { pruned: sum(sorted.slice(0, values.length - kept)), total: sum(values) };
      expect(cutSmallest(Float64Array.from(values), kept)).toEqual(expected);
    }),
  );
});

test("prunableFraction cuts as many as the share allows, never all", () => {
  expect(prunableFraction(Float64Array.of(1, 1, 2, 6), 0.1)).toBe(1 / 4);
  expect(prunableFraction(Float64Array.of(1, 1, 2, 6), 0.4)).toBe(3 / 4);
  expect(prunableFraction(Float64Array.of(1, 1, 2, 6), 1)).toBe(3 / 4);
});

test("⌊κn⌋ columns are kept, at least one, and none is lost to rounding", () => {
  expect([keptCount(0.29, 100), keptCount(0.3, 10), keptCount(0.01, 5), keptCount(0.5, 5)]).toEqual([29, 3, 1, 2]);
});

test("fullWidth keeps at least κn columns, and no narrower width does", () => {
  expect([fullWidth(43, 0.3), fullWidth(40, 0.2), fullWidth(1500, 0.001), fullWidth(100, 0.29)]).toEqual([
    44, 40, 2000, 100,
  ]);
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1, noNaN: true }),
      (n, kappa) => {
        const width = fullWidth(n, kappa);
        // The margins of 1e-12 against rounding.
        expect(keptCount(kappa, width)).toBeGreaterThanOrEqual(kappa * n * (1 - 1e-11));
        expect(Math.floor(kappa * (width - 1))).toBeLessThan(kappa * n);
      },
    ),
  );
});
