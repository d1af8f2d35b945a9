/**
 * @file Philox4x32, with ten rounds unless said otherwise, the counter-based generator under every random number here: a keyed bijection of 128-bit blocks,
 * so that draw number i of any stream is computed, not reached. Source: Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3" (2011), section 4.2, with the constants and known answers of the Random123 library.
 */
import type { Key } from "./key.js";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** Weyl steps of the key: 2^32 (√5 − 1)/2 and 2^32 (√3 − 1), rounded down to odd words. */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * Encrypts one counter block: out = Philox4x32-10(counter, key), or with another number of rounds.
 *
 * @param counter four uint32 words, word 0 the least significant
 * @param key two uint32 words; key word 0 of the paper is `lo`, word 1 is `hi`
 * @param out receives the four uint32 words, [4]; may be `counter` itself
 * @param rounds 10, or fewer; the authors found 7 to be the fewest that pass BigCrush
 * Numerical note: integer arithmetic only, the same bits on every machine.
 */
export function philox4x32(
  counter: readonly [number, number, number, number] | Uint32Array,
  key: Key,
  out: Uint32Array,
  rounds = 10,
): void {
  let c0 = counter[0]! | 0;
  let c1 = counter[1]! | 0;
  let c2 = counter[2]! | 0;
  let c3 = counter[3]! | 0;
  let k0 = key.lo | 0;
  let k1 = key.hi | 0;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(c0, MULTIPLIER_0);
    const high1 = multiplyHigh(c2, MULTIPLIER_1);
    const low0 = Math.imul(c0, MULTIPLIER_0);
    const low1 = Math.imul(c2, MULTIPLIER_1);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** High word of the 64-bit product of two uint32 words, by 16-bit halves; every partial sum fits in 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const cross = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (cross >>> 16)) | 0;
}
