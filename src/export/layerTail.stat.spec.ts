/**
 * @file Tails of layers whose law is known: pure noise of the paper's three types, Gaussian weights, and layers with zeros.
 * Estimates are held to 6 standard errors, a false-alarm rate of 1e-8 each; a key may be changed once.
 */

import { describe, expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { deriveKey, keyFromSeed } from "../math/random/key.js";
import { type Stream, stream } from "../math/random/stream.js";
import { sampleGaussian, symmetricSampler } from "../math/stable/sample.js";
import { sampleIsotropic } from "../math/stable/samplePositive.js";
import { tailIndexMethods } from "../math/stable/tailIndex/tailIndex.js";
import { layerTail } from "./layerTail.js";
import type { WeightMatrix } from "./weightMatrices.js";

const root = keyFromSeed(2305);
const inputs = 24;

function layer(columns: number, label: string, fill: (column: Float32Array, random: Stream) => void): WeightMatrix {
  const random = stream(deriveKey(root, label));
  const weight = new Float32Array(columns * inputs);
  for (let unit = 0; unit < columns; unit++) fill(weight.subarray(unit * inputs, (unit + 1) * inputs), random);
  return { name: label, shape: [columns, inputs], columns, inputs, weight };
}

describe.each([1.3, 1.75])("pure noise of tail index %d", (alpha) => {
  const draw = symmetricSampler(alpha);
  const kinds: [string, (column: Float32Array, random: Stream) => void][] = [
    ["one draw per unit (I)", (column, random) => column.fill(draw(random))],
    ["independent entries (II)", (column, random) => column.set(column.map(() => draw(random)))],
    [
      "isotropic columns (III)",
      (column, random) => {
        const drawn = new Float64Array(inputs);
        sampleIsotropic(random, alpha, drawn);
        column.set(drawn);
      },
    ],
  ];
  test.each(kinds)(
    "%s: the projection has this tail index, α = 2 is excluded, a stable law is possible",
    (label, fill) => {
      const found = layerTail(layer(3000, `${label} ${alpha}`, fill));
      // The standard error at n = 3000 is below 1.62/√3000 = 0.03.
      expect(Math.abs(found.tailIndex! - alpha)).toBeLessThan(6 * 0.03);
      expect(found.gaussianExcluded).toBe(true);
      expect(found.stableRejected).toBe(false);
      // Hill's index of the norms is 1.3 or biased upwards; standard error 1.3/√150 = 0.11, bias below 1 here.
      expect(found.normTail!.index).toBeGreaterThan(alpha - 0.6);
      expect(found.normTail!.index).toBeLessThan(alpha + 1.6);
    },
  );
});

test("Gaussian weights give 2, are not excluded, and a sixth of 24-dimensional columns can go at error 0.1", () => {
  const gaussian = layer(3000, "gaussian", (column, random) => column.set(column.map(() => sampleGaussian(random))));
  const found = layerTail(gaussian, { confidence: 1 - 1e-6 });
  expect(found.tailInterval![1]).toBe(2);
  expect(found.gaussianExcluded).toBe(false);
  expect(found.stableRejected).toBe(false);
  // P(χ²₂₆ ≤ x) = 0.1 at x = 17.29, and P(χ²₂₄ ≤ 17.29) = 0.165; n = 3000 moves it by less than 0.03.
  expect(found.prunedFractionAt10).toBeGreaterThan(0.14);
  expect(found.prunedFractionAt10).toBeLessThan(0.2);
});

test("columns around two points are no stable law, and columns of two values give no estimate", () => {
  const around = (spread: number) =>
    layer(3000, `around ${spread}`, (column, random) =>
      column.fill((random.uint32() & 1 ? 1 : -1) + spread * sampleGaussian(random)),
    );
  expect(layerTail(around(0.1)).stableRejected).toBe(true);
  expect(layerTail(around(0))).toMatchObject({ tailIndex: null, reason: expect.stringContaining("too few") });
});

test("every method takes an odd number of columns, one of which lies at the median", () => {
  const draw = symmetricSampler(1.5);
  const odd = layer(501, "odd", (column, random) => column.fill(draw(random)));
  for (const method of tailIndexMethods) expect(layerTail(odd, { method }).reason).toBeNull();
});

test("zero columns count as prunable and are left out of the estimate; few columns give none", () => {
  const draw = symmetricSampler(1.5);
  const half = layer(400, "half", (column, random) => column.fill(draw(random)));
  half.weight.fill(0, 0, 200 * inputs);
  const alone = { ...half, shape: [200, inputs], columns: 200, weight: half.weight.slice(200 * inputs) };
  const found = layerTail(half);
  expect(found.zeroColumns).toBe(200);
  expect(found.tailIndex).toBe(layerTail(alone).tailIndex);
  expect(found.prunedFractionAt10).toBeCloseTo(0.5 + layerTail(alone).prunedFractionAt10 / 2, 12);
  const few = layerTail({ ...alone, columns: 48, weight: alone.weight.slice(0, 48 * inputs) });
  expect(few).toMatchObject({ tailIndex: null, tailInterval: null, gaussianExcluded: null, normTail: null });
  expect(few.prunedFractionAt10).toBeGreaterThan(0);
});

test("prunedFractionAt10 by hand: squares 1, 2, 3, …, 10 of sum 55 allow 5.5, which is 1 + 2", () => {
  const weight = Float32Array.from({ length: 10 }, (_, i) => Math.sqrt(10 - i));
  expect(layerTail({ name: "w", shape: [10, 1], columns: 10, inputs: 1, weight }).prunedFractionAt10).toBe(0.2);
  const zeros = new Float32Array(10);
  expect(layerTail({ name: "w", shape: [10, 1], columns: 10, inputs: 1, weight: zeros }).prunedFractionAt10).toBe(0.9);
});

test("weights that are not finite are refused by name", () => {
  const weight = Float32Array.from([1, Number.NaN]);
  expect(() => layerTail({ name: "w", shape: [2, 1], columns: 2, inputs: 1, weight })).toThrow(ParameterError);
});
