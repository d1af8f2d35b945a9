/**
 * @file The scalar twin of the update kernel: the same addresses and the same float32 operations in plain loops, hence the
 * same bits. It says what the kernel does and is what the kernel is tested against.
 */
import type { Key } from "../../math/random/key.js";
import { philox4x32 } from "../../math/random/philox.js";
import type { UpdateOptions } from "./kernels.js";
import type { NoiseDraw } from "./noiseDraw.js";
import { FIRST_EXPONENT, quantileTable, SEGMENT_BITS } from "./quantileTable.js";

const { fround } = Math;
/** Word 2 of the Philox counter: what the block is for. Word 0 is the block, word 1 the row, word 3 is 0. */
const ENTRIES = 0;
const EXTENSION = 1;
const UNIT = 2;
/** A 31-bit index below this gets 32 more bits, so that u is resolved down to 2^−64. */
const EXTEND_BELOW = 2 ** 16;
const LOCAL_BITS = 23 - SEGMENT_BITS;
/** The fewest rounds of Philox that pass BigCrush, see docs/decisions/0006-seven-rounds.md. */
const ROUNDS = 7;

/**
 * The kernel's update, one entry at a time: W ← (1 − ηλ)·W − η·g + s·X.
 *
 * @param weight [rows, columns], changed in place; any memory
 * @param gradient [rows, columns] or null
 * @param options as for `Kernels.update`
 * Numerical note: bit-equal to the kernel; in the isotropic shape below α = 2 up to the last bit of Math.sin, log and exp,
 * which is visible after rounding to float32 about once in 10^8 rows.
 */
export function referenceUpdate(
  weight: Float32Array,
  gradient: Float32Array | null,
  { learningRate, weightDecay = 0, rows, firstRow = 0, shrinkRows = 0, noise = null }: UpdateOptions,
): void {
  const keep = fround(1 - learningRate * weightDecay);
  const rate = fround(learningRate);
  const active = noise && noise.scale !== 0 ? noise : null;
  const columns = weight.length / rows;
  for (let r = 0; r < rows; r++) {
    const row = weight.subarray(r * columns, (r + 1) * columns);
    for (let c = 0; c < columns; c++) {
      row[c] = fround(row[c]! * keep);
      if (gradient) row[c] = fround(row[c]! - fround(gradient[r * columns + c]! * rate));
    }
    if (shrinkRows > 0) changeNorm(row, (norm) => Math.max(0, norm - shrinkRows));
    if (active?.shape === "radial") {
      const increment = active.scale * Math.sqrt(columns) * unitDraw(active, firstRow + r);
      changeNorm(row, (norm) => Math.abs(norm + increment));
    } else if (active) {
      const increment = referenceNoise(active, firstRow + r, columns);
      for (let c = 0; c < columns; c++) row[c] = fround(row[c]! + increment[c]!);
    }
  }
}

/** Gives a row another norm, with the kernel's order of summation; a row of zeros stays. */
function changeNorm(row: Float32Array, wanted: (norm: number) => number): void {
  const lanes = [0, 0, 0, 0];
  const whole = row.length - (row.length % 4);
  for (let c = 0; c < whole; c++) lanes[c % 4]! += row[c]! ** 2;
  let sum = lanes[0]! + lanes[1]! + (lanes[2]! + lanes[3]!);
  for (let c = whole; c < row.length; c++) sum += row[c]! ** 2;
  const norm = Math.sqrt(sum);
  if (norm === 0) return;
  const factor = fround(wanted(norm) / norm);
  for (let c = 0; c < row.length; c++) row[c] = fround(row[c]! * factor);
}

/** The draw that a whole row shares. */
function unitDraw({ alpha, key }: NoiseDraw, row: number): number {
  const [word, more] = philoxBlock(key, 0, row, UNIT);
  return sample(quantileTable(alpha), word!, () => more!);
}

/**
 * The noise s·X of one row.
 *
 * Column c has word ⌊c/4⌋ mod 4 of block 4⌊c/16⌋ + c mod 4, or, in a row of at most 4 columns, word c of block 0. Its top bit
 * is the sign, the others the index j, and u = (j + 1/2)·2^−32; for j < 2^16 the same word of the extension block gives 32
 * more bits k, u = (j·2^32 + k + 1/2)·2^−64.
 *
 * @param draw the increment, of another shape than `radial`
 * @param row network-wide index of the unit, uint32
 * @param columns length of the row
 * @returns [columns], float32
 */
export function referenceNoise(draw: NoiseDraw, row: number, columns: number): Float32Array {
  const { shape, alpha, scale, key } = draw;
  const entryScale = fround(scale);
  if (shape === "node") return new Float32Array(columns).fill(fround(unitDraw(draw, row) * entryScale));
  const isotropic = shape === "isotropic";
  const table = quantileTable(isotropic ? 2 : alpha);
  const rowScale = isotropic && alpha < 2 ? fround(entryScale * rootOfPositiveStable(key, row, alpha / 2)) : entryScale;
  return Float32Array.from({ length: columns }, (_, c) => {
    const narrow = columns <= 4;
    const block = narrow ? 0 : 4 * Math.floor(c / 16) + (c % 4);
    const place = narrow ? c : Math.floor(c / 4) % 4;
    const word = philoxBlock(key, block, row, ENTRIES)[place]!;
    return fround(sample(table, word, () => philoxBlock(key, block, row, EXTENSION)[place]!) * rowScale);
  });
}

function philoxBlock(key: Key, block: number, row: number, purpose: number): Uint32Array {
  const words = new Uint32Array(4);
  philox4x32([block, row, purpose, 0], key, words, ROUNDS);
  return words;
}

/** ±Q(u) from a word and, in the far tail, 32 more bits. */
function sample(table: Float32Array, word: number, more: () => number): number {
  const index = word & 0x7fffffff;
  const position =
    index < EXTEND_BELOW ? fround((index * 2 ** 32 + more() + 0.5) / 2 ** 32) : fround(fround(index) + 0.5);
  const value = tableQuantile(table, position);
  return word >>> 31 ? -value : value;
}

/**
 * The quantile that the kernels read from a table: linear in the low bits of the position, its segment named by the others.
 * @param table a `quantileTable`
 * @param position 2^32·u as a float32, from 2^−33 to 2^31
 * @returns Q(u), float32
 */
export function tableQuantile(table: Float32Array, position: number): number {
  bits.setFloat32(0, position);
  const code = bits.getUint32(0);
  const at = 2 * ((code >>> LOCAL_BITS) - (FIRST_EXPONENT << SEGMENT_BITS));
  const t = code & ((1 << LOCAL_BITS) - 1);
  return fround(fround(table[at + 1]! * t) + table[at]!);
}

const bits = new DataView(new ArrayBuffer(4));

/**
 * √A with E exp(−sA) = exp(−s^a), 0 < a < 1, by Kanter's formula (1975) with V uniform on (0, π), W exponential:
 * A = sin(aV)/sin(V)^(1/a) · [sin((1 − a)V)/W]^((1 − a)/a), in logarithms; the angle is taken from its nearer end.
 */
function rootOfPositiveStable(key: Key, row: number, a: number): number {
  const words = philoxBlock(key, 0, row, UNIT);
  const above = words[0]! >>> 31 === 1;
  const [high, low] = above ? [~words[0]! >>> 0, ~words[1]! >>> 0] : [words[0]!, words[1]!];
  const near = Math.PI * ((high * 2 ** 32 + low + 0.5) * 2 ** -64);
  const v = above ? near : Math.PI - near;
  const w = -Math.log((words[2]! * 2 ** 20 + (words[3]! >>> 12) + 0.5) * 2 ** -52);
  const [first, other] = [Math.sin(a * v), Math.sin((1 - a) * v)];
  const ratio = other / (w * Math.sin(near));
  return Math.sqrt((first * w) / other) * Math.exp((0.5 / a) * Math.log(ratio));
}
