/**
 * @file The kernels: the update of a weight matrix with its noise, momentum, and the search for non-finite values.
 *
 * Entries are made in two passes over a stretch of columns that stays in the first cache: `drawEntries` turns random words into
 * places on the axis of the quantile table, `stepEntries` turns these into noise and adds it. `draws.ts` says which words.
 *
 * `reference.ts` says the same in plain TypeScript, with the same order of float32 operations and hence the same bits.
 */
export { stepParticles } from "./particles";
import {
  DRAWN, drawEntries, drawn, drawNarrowRows, ROW_BYTES, rootOfPositiveStable, TABLE_BIAS, unitDraw,
} from "./draws";
import { onwards, stepEntries, stepNode } from "./entries";
import { setKey } from "./philox";

/** The shape of one draw a row; the codes stand in kernels.ts too. */
const NODE: i32 = 1;

/** The first byte that is free for the caller's arrays. */
export const heapBase: usize = __heap_base;

/** 1 if a sum of products with 0 shows that one of the factors was not finite, else 0. */
@inline
function anySpoilt(sum: v128): i32 {
  return v128.any_true(f32x4.ne(sum, f32x4.splat(0))) ? 1 : 0;
}

/**
 * W ← keep·W − rate·g + scale·X over rows × columns entries, X drawn as `shape` says.
 * `gradient` 0 means none; `tableAt` is the address of the quantile table; `a` is α/2 in the isotropic shape, else 1.
 * Gives 0 if all new values are finite, else 1.
 */
export function update(
  weight: usize, gradient: usize, rows: u32, columns: u32, keep: f32, rate: f32,
  shape: i32, tableAt: usize, scale: f32, a: f64, firstRow: u32, keyLow: u32, keyHigh: u32,
): i32 {
  setKey(keyLow, keyHigh);
  const table = tableAt - TABLE_BIAS;
  const bytes = <usize>columns << 2;
  const narrow = bytes <= 16;
  // Wider rows are drawn four at a time.
  const together: u32 = shape == NODE ? 1 : narrow ? DRAWN >> 2 : 4;
  let spoilt = f32x4.splat(0);
  for (let r: u32 = 0; r < rows; r += together) {
    const row = firstRow + r;
    const count = min(rows - r, together);
    if (shape == NODE) {
      spoilt = f32x4.add(spoilt, stepNode(weight, gradient, bytes, keep, rate, unitDraw(row, table) * scale));
    } else if (narrow) {
      drawNarrowRows(row, count);
      // Positions of four columns lie one row after the other, like the weights.
      const whole = bytes == 16 && a == 1;
      const pieces: u32 = whole ? 1 : count;
      const length = whole ? <usize>count << 4 : bytes;
      for (let i: u32 = 0; i < pieces; i++) {
        const at = <usize>i * bytes;
        const from = drawn + (<usize>i << 4);
        const rowScale = scaleOfRow(row + i, scale, a);
        const made = stepEntries(weight + at, onwards(gradient, at), length, from, keep, rate, rowScale, table);
        spoilt = f32x4.add(spoilt, made);
      }
    } else {
      for (let column: u32 = 0; column < columns; column += DRAWN) {
        const width = min(columns - column, DRAWN);
        drawEntries(row, count, column, width);
        for (let i: u32 = 0; i < count; i++) {
          const at = <usize>i * bytes + (<usize>column << 2);
          const from = drawn + <usize>i * ROW_BYTES;
          const rowScale = scaleOfRow(row + i, scale, a);
          const made = stepEntries(weight + at, onwards(gradient, at), <usize>width << 2, from, keep, rate, rowScale, table);
          spoilt = f32x4.add(spoilt, made);
        }
      }
    }
    weight += <usize>together * bytes;
    gradient = onwards(gradient, <usize>together * bytes);
  }
  return anySpoilt(spoilt);
}

/** The scale of a row's entries: scale·√A where A is drawn. */
@inline
function scaleOfRow(row: u32, scale: f32, a: f64): f32 {
  return a < 1 ? <f32>(<f64>scale * rootOfPositiveStable(row, a)) : scale;
}

/** keep·W − rate·g for four entries, or keep·W where there is no gradient; gives the new values times 0. */
@inline
function plain4(weight: usize, gradient: usize, keep: v128, rate: v128): v128 {
  let w = f32x4.mul(v128.load(weight), keep);
  if (gradient) w = f32x4.sub(w, f32x4.mul(v128.load(gradient), rate));
  v128.store(weight, w);
  return f32x4.mul(w, f32x4.splat(0));
}

/** W ← keep·W − rate·g, or keep·W where `gradient` is 0, over `length` entries; gives 0 if all are finite, else 1. */
export function updatePlain(weight: usize, gradient: usize, length: u32, keep: f32, rate: f32): i32 {
  const keeps = f32x4.splat(keep);
  const rates = f32x4.splat(rate);
  let spoilt = f32x4.splat(0);
  let left = <usize>length << 2;
  // Four at a time: the sum of zeros is a chain that one addition a vector would make the slowest part.
  for (; left >= 64; left -= 64) {
    const s0 = plain4(weight, gradient, keeps, rates);
    const s1 = plain4(weight + 16, onwards(gradient, 16), keeps, rates);
    const s2 = plain4(weight + 32, onwards(gradient, 32), keeps, rates);
    const s3 = plain4(weight + 48, onwards(gradient, 48), keeps, rates);
    spoilt = f32x4.add(spoilt, f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
    weight += 64;
    gradient = onwards(gradient, 64);
  }
  for (; left > 0; left -= 4) {
    let w = load<f32>(weight) * keep;
    if (gradient) w = w - load<f32>(gradient) * rate;
    store<f32>(weight, w);
    spoilt = f32x4.add(spoilt, f32x4.splat(w * 0));
    weight += 4;
    gradient = onwards(gradient, 4);
  }
  return anySpoilt(spoilt);
}

/** The Euclidean norm of `bytes` of a row: squares added up in float64, four lanes apart, then (0 + 1) + (2 + 3). */
@inline
function rowNorm(row: usize, bytes: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const w = v128.load(row + at);
    const first = f64x2.promote_low_f32x4(w);
    const second = f64x2.promote_low_f32x4(v128.shuffle<u32>(w, w, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  let sum = (f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1))
    + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1));
  for (; at < bytes; at += 4) {
    const w = <f64>load<f32>(row + at);
    sum += w * w;
  }
  return Math.sqrt(sum);
}

/**
 * Gives each row of norm ρ the norm |max(0, ρ − shrink) + scale·ξ| in its own direction, ξ its one draw from the table at
 * `tableAt`, or none where `scale` is 0. A row of zeros has no direction and stays. Gives 0 if all new values are finite, else 1.
 */
export function rescaleRows(
  weight: usize, rows: u32, columns: u32, shrink: f64, tableAt: usize, scale: f64, firstRow: u32, keyLow: u32, keyHigh: u32,
): i32 {
  setKey(keyLow, keyHigh);
  const table = tableAt - TABLE_BIAS;
  const bytes = <usize>columns << 2;
  let spoilt = f32x4.splat(0);
  for (let r: u32 = 0; r < rows; r++, weight += bytes) {
    const norm = rowNorm(weight, bytes);
    if (norm == 0) continue;
    let wanted = Math.max(0, norm - shrink);
    if (scale != 0) wanted = Math.abs(wanted + scale * <f64>unitDraw(firstRow + r, table));
    spoilt = f32x4.add(spoilt, scaleRow(weight, bytes, <f32>(wanted / norm)));
  }
  return anySpoilt(spoilt);
}

/** Multiplies `bytes` of a row; gives the new values times 0, added up. */
@inline
function scaleRow(row: usize, bytes: usize, by: f32): v128 {
  const factor = f32x4.splat(by);
  const zero = f32x4.splat(0);
  let spoilt = zero;
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const w = f32x4.mul(v128.load(row + at), factor);
    v128.store(row + at, w);
    spoilt = f32x4.add(spoilt, f32x4.mul(w, zero));
  }
  for (; at < bytes; at += 4) {
    const w = load<f32>(row + at) * by;
    store<f32>(row + at, w);
    spoilt = f32x4.add(spoilt, f32x4.splat(w * 0));
  }
  return spoilt;
}

/** v ← factor·v + g over `length` entries. */
export function momentum(velocity: usize, gradient: usize, length: u32, factor: f32): void {
  const bytes = <usize>length << 2;
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    const v = f32x4.mul(v128.load(velocity + at), factors);
    v128.store(velocity + at, f32x4.add(v, v128.load(gradient + at)));
  }
  for (; at < bytes; at += 4) store<f32>(velocity + at, load<f32>(velocity + at) * factor + load<f32>(gradient + at));
}

/** The index of the first infinity or NaN among `length` entries, or −1: x·0 is then not 0. */
export function firstNonFinite(values: usize, length: u32): i32 {
  const bytes = <usize>length << 2;
  const zero = f32x4.splat(0);
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) {
    // A sum of zeros is zero; one NaN spoils it.
    const a = f32x4.add(f32x4.mul(v128.load(values + at), zero), f32x4.mul(v128.load(values + at, 16), zero));
    const b = f32x4.add(f32x4.mul(v128.load(values + at, 32), zero), f32x4.mul(v128.load(values + at, 48), zero));
    if (v128.any_true(f32x4.ne(f32x4.add(a, b), zero))) break;
  }
  for (; at < bytes; at += 4) {
    if (load<f32>(values + at) * 0 != 0) return <i32>(at >> 2);
  }
  return -1;
}
