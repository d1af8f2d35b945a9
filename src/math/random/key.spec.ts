import { expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { deriveKey, keyFromSeed } from "./key.js";
import { philox4x32 } from "./philox.js";

const root = keyFromSeed(7);

test("a seed is its own 64-bit key", () => {
  expect(keyFromSeed(0)).toEqual({ hi: 0, lo: 0 });
  expect(keyFromSeed(2 ** 32 + 5)).toEqual({ hi: 1, lo: 5 });
  expect(keyFromSeed(Number.MAX_SAFE_INTEGER)).toEqual({ hi: 2 ** 21 - 1, lo: 2 ** 32 - 1 });
});

test.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])("seed %s is refused", (seed) => {
  expect(() => keyFromSeed(seed)).toThrow(ParameterError);
});

test("deriveKey(key, a, b) = deriveKey(deriveKey(key, a), b)", () => {
  expect(deriveKey(root, "noise", 3, "w1")).toEqual(deriveKey(deriveKey(deriveKey(root, "noise"), 3), "w1"));
  expect(deriveKey(root)).toEqual(root);
});

test("a number label is one Philox block with purpose word 1", () => {
  const out = new Uint32Array(4);
  philox4x32([5, 2, 0, 1], root, out);
  expect(deriveKey(root, 5 + 2 * 2 ** 32)).toEqual({ lo: out[0], hi: out[1] });
});

test("order, type, boundaries, length and sign of labels all matter", () => {
  const paths: (number | string)[][] = [
    [1, 2],
    [2, 1],
    [1],
    ["1"],
    [-1],
    [2 ** 32 - 1],
    ["ab", "c"],
    ["a", "bc"],
    ["abc"],
    [""],
    ["\0"],
    ["\0\0"],
    ["12345678"],
    ["123456781"],
    ["ü"],
    ["u"],
  ];
  const keys = paths.map((path) => JSON.stringify(deriveKey(root, ...path)));
  expect(new Set(keys).size).toBe(paths.length);
});

test("a hundred thousand derived keys are all different", () => {
  // A 64-bit hash collides here with probability 1e10 / 2^65 < 1e-9.
  const seen = new Set<bigint>();
  for (let step = 0; step < 1000; step++) {
    const key = deriveKey(root, step);
    for (let block = 0; block < 100; block++) {
      const { hi, lo } = deriveKey(key, block);
      seen.add((BigInt(hi) << 32n) | BigInt(lo));
    }
  }
  expect(seen.size).toBe(100_000);
});

test.each([0.5, 2 ** 53, Number.NaN])("label %s is refused", (label) => {
  expect(() => deriveKey(root, label)).toThrow(ParameterError);
});
