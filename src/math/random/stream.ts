/**
 * @file Streams: the numbers behind a key, in order. Block i of four words is Philox4x32-10 of the counter (i, 0), so a
 * stream costs nothing to open and two streams with different keys are unrelated.
 */
import type { Key } from "./key.js";
import { philox4x32 } from "./philox.js";

/** A sequence of uniform random numbers. */
export interface Stream {
  /** @returns the next word, uniform on 0 … 2^32 − 1 */
  uint32(): number;
  /**
   * Spends two words.
   * @returns uniform on (0, 1): the midpoint (k + 1/2)·2^−52 of one of 2^52 cells, exact with its 53-bit numerator, never
   *   0 or 1, and symmetric about 1/2
   */
  uniform(): number;
  /**
   * Spends two words. For laws with a singular end: `uniform` would cut tails at probability 2^−53.
   * @returns uniform on (0, 1), as a distance to the end 0: (k + 1/2)·2^−64 rounded to a float64, at most 1 − 2^−53
   */
  tailUniform(): number;
}

const TWO_M32 = 2 ** -32;
const LARGEST_BELOW_1 = 1 - 2 ** -53;

/**
 * Opens the stream at a key; the same key gives the same numbers.
 *
 * @returns a stream with period 2^66 words
 */
export function stream(key: Key): Stream {
  return new PhiloxStream(key);
}

class PhiloxStream implements Stream {
  private readonly counter = new Uint32Array(4);
  private readonly words = new Uint32Array(4);
  private position = 4;

  constructor(private readonly key: Key) {}

  uint32(): number {
    if (this.position === 4) this.refill();
    return this.words[this.position++]!;
  }

  uniform(): number {
    const high = this.uint32();
    return (high * 2 ** 20 + (this.uint32() >>> 12) + 0.5) * 2 ** -52;
  }

  tailUniform(): number {
    const high = this.uint32();
    return Math.min((high + (this.uint32() + 0.5) * TWO_M32) * TWO_M32, LARGEST_BELOW_1);
  }

  private refill(): void {
    philox4x32(this.counter, this.key, this.words);
    this.position = 0;
    this.counter[0] = this.counter[0]! + 1;
    if (this.counter[0] === 0) this.counter[1]!++;
  }
}
