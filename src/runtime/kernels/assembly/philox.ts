/**
 * @file Philox4x32-7 (Salmon, Moraes, Dror and Shaw 2011), one block at a time and four blocks at once. Seven rounds are the
 * fewest that its authors found to pass all of BigCrush; the keys of increments are made with ten.
 *
 * The four-block form keeps word w of blocks b, b + 1, b + 2, b + 3 in one vector. Constants and round keys are read
 * from memory, because V8 rebuilds a splat at every use but keeps a loaded vector in a register.
 */

const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;
const ROUNDS: i32 = 7;

/** Round keys, splatted: ROUNDS pairs of vectors. */
export const schedule: usize = memory.data(224, 16);
/** The byte after them. */
export const scheduleEnd: usize = schedule + 224;
/** The four words of the last block made by `philoxBlock`. */
export const words: usize = memory.data(16, 16);

/** Writes the splatted round keys of a 64-bit key to `schedule`. */
export function setKey(low: u32, high: u32): void {
  for (let round = 0; round < ROUNDS; round++) {
    v128.store(schedule + (<usize>round << 5), i32x4.splat(low));
    v128.store(schedule + (<usize>round << 5), i32x4.splat(high), 16);
    low += WEYL_0;
    high += WEYL_1;
  }
}

/** One block under the key of the last `setKey`, to `words`; the fourth counter word is 0. */
export function philoxBlock(c0: u32, c1: u32, c2: u32): void {
  let c3: u32 = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const k0 = load<u32>(schedule + (<usize>round << 5));
    const k1 = load<u32>(schedule + (<usize>round << 5), 16);
    const p0 = <u64>c0 * <u64>MULTIPLIER_0;
    const p1 = <u64>c2 * <u64>MULTIPLIER_1;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
    c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
    c3 = <u32>p0;
  }
  store<u32>(words, c0);
  store<u32>(words, c1, 4);
  store<u32>(words, c2, 8);
  store<u32>(words, c3, 12);
}

/** The first or second key of a round, four times. */
@inline
export function roundKey(round: usize, which: usize): v128 {
  return v128.load(schedule + (round << 5) + (which << 4));
}

/** Both multipliers, splatted, for `productLow` and `productHigh`. */
export const multipliers: usize = memory.data<u32>([
  MULTIPLIER_0, MULTIPLIER_0, MULTIPLIER_0, MULTIPLIER_0, MULTIPLIER_1, MULTIPLIER_1, MULTIPLIER_1, MULTIPLIER_1,
], 16);

/** The low words of four 32 × 32 → 64 bit products. */
@inline
export function productLow(a: v128, b: v128): v128 {
  return i32x4.mul(a, b);
}

/** The high words of four 32 × 32 → 64 bit products. */
@inline
export function productHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}
