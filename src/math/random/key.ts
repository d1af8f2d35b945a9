/**
 * @file Keys: 64-bit addresses of random streams. A run derives one key per purpose (seed, step, parameter, block)
 * instead of advancing a shared generator, so results do not depend on threads, tiles or resuming.
 */
import { ParameterError } from "../../errors.js";
import { philox4x32 } from "./philox.js";

/** The address of a random stream: two uint32 words. */
export interface Key {
  readonly hi: number;
  readonly lo: number;
}

/**
 * Word 3 of the counter says what a block is for: 0 is left to streams and noise kernels, so that a key's numbers and the
 * keys derived from it never share a block.
 */
const NUMBER_LABEL = 1;
const TEXT_CONTINUES = 2;
const TEXT_ENDS = 3;
const BYTES_PER_BLOCK = 8;
const TWO_32 = 2 ** 32;

/**
 * The key whose 64 bits are the seed itself.
 *
 * @param seed safe integer ≥ 0
 * @returns the key; different seeds give different keys
 * @throws ParameterError if the seed is negative, fractional or above 2^53 − 1
 */
export function keyFromSeed(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ParameterError({
      where: "seed",
      expected: "an integer from 0 to 2^53 - 1",
      got: String(seed),
      remedy: "Pass a whole number such as 1.",
    });
  }
  return { hi: Math.floor(seed / TWO_32), lo: seed >>> 0 };
}

/**
 * The key at the path `labels` below `key`: each label replaces the key by two words of Philox4x32-10(label, key), so
 * deriveKey(key, a, b) = deriveKey(deriveKey(key, a), b), the order matters, and 3 and "3" differ.
 *
 * @param labels safe integers of either sign, or strings, which are hashed over their UTF-8 bytes in blocks of eight
 * @returns the derived key; n different paths collide with probability about n²/2^65
 * @throws ParameterError if a number is not a safe integer
 */
export function deriveKey(key: Key, ...labels: (number | string)[]): Key {
  let derived = key;
  for (const label of labels) {
    derived = typeof label === "number" ? absorbNumber(derived, label) : absorbText(derived, label);
  }
  return derived;
}

function absorbNumber(key: Key, label: number): Key {
  if (!Number.isSafeInteger(label)) {
    throw new ParameterError({
      where: "label",
      expected: "a safe integer or a string",
      got: String(label),
      remedy: "Write fractions as strings.",
    });
  }
  return absorb(key, label >>> 0, Math.floor(label / TWO_32) >>> 0, 0, NUMBER_LABEL);
}

function absorbText(key: Key, label: string): Key {
  const bytes = new TextEncoder().encode(label);
  const blocks = Math.max(1, Math.ceil(bytes.length / BYTES_PER_BLOCK));
  let derived = key;
  for (let block = 0; block < blocks; block++) {
    const word = (at: number): number => {
      const start = block * BYTES_PER_BLOCK + at;
      const byte = (offset: number): number => bytes[start + offset] ?? 0;
      return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
    };
    derived = absorb(derived, word(0), word(4), bytes.length, block + 1 < blocks ? TEXT_CONTINUES : TEXT_ENDS);
  }
  return derived;
}

function absorb(key: Key, word0: number, word1: number, word2: number, purpose: number): Key {
  const out = new Uint32Array(4);
  philox4x32([word0, word1, word2, purpose], key, out);
  return { hi: out[1]!, lo: out[0]! };
}
