import { expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { keyFromSeed } from "./key.js";
import { shuffle, uniformInteger } from "./shuffle.js";
import { stream } from "./stream.js";

test("a shuffle keeps every element and returns its argument", () => {
  const order = Uint32Array.from({ length: 1000 }, (_, i) => i);
  expect(shuffle(order, stream(keyFromSeed(1)))).toBe(order);
  expect(order).not.toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i));
  expect(Uint32Array.from(order).sort()).toEqual(Uint32Array.from({ length: 1000 }, (_, i) => i));
});

test("uniformInteger draws again where a remainder would be biased", () => {
  const words = [2 ** 32 - 1, 5];
  const scripted = Object.assign(stream(keyFromSeed(1)), { uint32: () => words.shift()! });
  expect(uniformInteger(scripted, 3)).toBe(2); // 2^32 − 1 is the one word past the last multiple of 3
  expect(words).toEqual([]);
});

test("bound 1 gives 0, bound 2^32 any word", () => {
  const numbers = stream(keyFromSeed(1));
  expect(uniformInteger(numbers, 1)).toBe(0);
  expect(uniformInteger(numbers, 2 ** 32)).toBeGreaterThan(0);
});

test.each([0, -1, 1.5, 2 ** 32 + 1])("bound %d is refused", (bound) => {
  expect(() => uniformInteger(stream(keyFromSeed(1)), bound)).toThrow(ParameterError);
});
