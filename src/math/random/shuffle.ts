/** @file Unbiased integers and permutations, for the order of mini-batches. */
import { ParameterError } from "../../errors.js";
import type { Stream } from "./stream.js";

/**
 * A uniform integer below a bound, without the bias of a plain remainder: words at or above the largest multiple of the
 * bound are drawn again.
 *
 * @param bound integer from 1 to 2^32
 * @returns an integer from 0 to bound − 1
 * @throws ParameterError if the bound is outside its domain
 */
export function uniformInteger(stream: Stream, bound: number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
    throw new ParameterError({ where: "bound", expected: "an integer from 1 to 2^32", got: String(bound) });
  }
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let word = stream.uint32();
  while (word >= limit) word = stream.uint32();
  return word % bound;
}

/**
 * Permutes an array in place, every order equally likely (Fisher and Yates 1938, in Durstenfeld's form of 1964).
 *
 * @param array anything indexable, at most 2^32 long
 * @returns the same array
 */
export function shuffle<T extends { length: number; [index: number]: unknown }>(array: T, stream: Stream): T {
  const items: { [index: number]: unknown } = array;
  for (let last = array.length - 1; last > 0; last--) {
    const other = uniformInteger(stream, last + 1);
    const item = items[last];
    items[last] = items[other];
    items[other] = item;
  }
  return array;
}
