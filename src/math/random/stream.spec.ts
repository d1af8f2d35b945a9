import { expect, test } from "vitest";
import { keyFromSeed } from "./key.js";
import { philox4x32 } from "./philox.js";
import { type Stream, stream } from "./stream.js";

const key = keyFromSeed(11);

test("a stream lists the Philox blocks of counters 0, 1, 2, …", () => {
  const numbers = stream(key);
  const block = new Uint32Array(4);
  for (let i = 0; i < 3; i++) {
    philox4x32([i, 0, 0, 0], key, block);
    expect([0, 1, 2, 3].map(() => numbers.uint32())).toEqual([...block]);
  }
});

test("two streams at one key agree, at two keys differ", () => {
  const draw = (seed: number) => {
    const numbers = stream(keyFromSeed(seed));
    return Array.from({ length: 5 }, () => numbers.uniform());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

// The numbers' ends, by a stream whose words are all zeros or all ones.
const endless = (word: number): Stream => Object.assign(stream(key), { uint32: () => word });

test("uniform is 2^−53 at the least and 1 − 2^−53 at the most", () => {
  expect(endless(0).uniform()).toBe(2 ** -53);
  expect(endless(2 ** 32 - 1).uniform()).toBe(1 - 2 ** -53);
});

test("tailUniform is 2^−65 at the least and 1 − 2^−53 at the most", () => {
  expect(endless(0).tailUniform()).toBe(2 ** -65);
  expect(endless(2 ** 32 - 1).tailUniform()).toBe(1 - 2 ** -53);
});
