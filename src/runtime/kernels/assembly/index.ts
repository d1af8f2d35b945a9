/**
 * @file The kernels: the update of a weight matrix with its noise, momentum, and the search for non-finite values.
 *
 * The noise of (key, row, column) depends on these three alone, so it is the same for any tiling of the rows:
 *   entries    block 4⌊c / 16⌋ + c mod 4 of row r, word ⌊c / 4⌋ mod 4: counter (block, r, 0, 0)
 *   extension  32 more bits for an entry in the far tail, same block and word: counter (block, r, 1, 0)
 *   unit       one draw for the whole row: counter (0, r, 2, 0)
 * so that word w of the four blocks of a group of 16 columns is the vector of columns 16g + 4w … 16g + 4w + 3.
 *
 * `reference.ts` says the same in plain TypeScript, with the same order of float32 operations and hence the same bits.
 */
import { multipliers, philoxBlock, productHigh, productLow, schedule, setKey, words } from "./philox";

/** Octaves are split into 2^SEGMENT_BITS segments of the quantile table. */
const SEGMENT_BITS: u32 = 4;
/** A position's bits, shifted right by this and under OFFSET_MASK, are the byte offset of its segment; those under LOCAL_MASK its place in it. */
const OFFSET_SHIFT: u32 = 19 - SEGMENT_BITS;
const OFFSET_MASK: u32 = 0xfffffff0;
const LOCAL_MASK: u32 = (1 << (23 - SEGMENT_BITS)) - 1;
const SIGN: u32 = 0x80000000;
/** The table begins at 2^−33: the biased exponent of that float32. */
const FIRST_EXPONENT: usize = 127 - 33;
/** Entries whose 31-bit index is below this get 32 more bits. */
const EXTEND_BELOW: i32 = 1 << 16;

const ENTRIES: u32 = 0;
const EXTENSION: u32 = 1;
const UNIT: u32 = 2;

/** What `update` draws; the codes stand in kernels.ts too. */
const NODE: i32 = 1;
const ISOTROPIC: i32 = 3;

/** Vector constants, loaded rather than rebuilt at every use. */
const lanes: usize = memory.data<u32>([0, 1, 2, 3], 16);
const signBits: usize = memory.data<u32>([SIGN, SIGN, SIGN, SIGN], 16);
const halves: usize = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);
const offsetBits: usize = memory.data<u32>([OFFSET_MASK, OFFSET_MASK, OFFSET_MASK, OFFSET_MASK], 16);
const localBits: usize = memory.data<u32>([LOCAL_MASK, LOCAL_MASK, LOCAL_MASK, LOCAL_MASK], 16);
const thresholds: usize = memory.data<i32>([EXTEND_BELOW, EXTEND_BELOW, EXTEND_BELOW, EXTEND_BELOW], 16);
/** The positions of one group of 16 samples, and one vector of noise, when lanes are handled one by one. */
const positions: usize = memory.data(64, 16);
const partial: usize = memory.data(16, 16);

/** The first byte that is free for the caller's arrays. */
export const heapBase: usize = __heap_base;

/** Where a 31-bit index and 32 more bits lie on the table's axis: (j·2^32 + k + 1/2)·2^−32, exact until rounded to float32. */
@inline
function extended(index: u32, more: u32): f32 {
  return <f32>((<f64>index * 4294967296.0 + <f64>more + 0.5) * (1.0 / 4294967296.0));
}

/** The quantile at four positions: a cubic in the position's low mantissa bits, its segment named by the high ones. */
@inline
function quantile(position: v128, table: usize, offsetMask: v128, localMask: v128): v128 {
  const offset = v128.and(i32x4.shr_u(position, OFFSET_SHIFT), offsetMask);
  const r0 = v128.load(table + i32x4.extract_lane(offset, 0));
  const r1 = v128.load(table + i32x4.extract_lane(offset, 1));
  const r2 = v128.load(table + i32x4.extract_lane(offset, 2));
  const r3 = v128.load(table + i32x4.extract_lane(offset, 3));
  const a01 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const a23 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const b01 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const b23 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  const c0 = v128.shuffle<i64>(a01, a23, 0, 2);
  const c1 = v128.shuffle<i64>(a01, a23, 1, 3);
  const c2 = v128.shuffle<i64>(b01, b23, 0, 2);
  const c3 = v128.shuffle<i64>(b01, b23, 1, 3);
  const t = f32x4.convert_i32x4_s(v128.and(position, localMask));
  return f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c3, t), c2), t), c1), t), c0);
}

/** The quantile at one position, with the operations of `quantile`. */
function quantileAt(position: f32, table: usize): f32 {
  const bits = reinterpret<u32>(position);
  const at = table + ((bits >> OFFSET_SHIFT) & OFFSET_MASK);
  const t = <f32>(bits & LOCAL_MASK);
  return ((load<f32>(at, 12) * t + load<f32>(at, 8)) * t + load<f32>(at, 4)) * t + load<f32>(at);
}

/** One draw for a whole row: words 0 and 1 of its block. */
function unitDraw(row: u32, table: usize): f32 {
  philoxBlock(0, row, UNIT);
  const word = load<u32>(words);
  const index = word & ~SIGN;
  const position = index < <u32>EXTEND_BELOW ? extended(index, load<u32>(words, 4)) : <f32>index + 0.5;
  return reinterpret<f32>(reinterpret<u32>(quantileAt(position, table)) ^ (word & SIGN));
}

/**
 * √A with A positive stable, E exp(−sA) = exp(−s^a): Kanter's formula (1975) in logarithms, from the four words of the row's block.
 * The angle is taken from its nearer end, 64 bits each way, so that neither end of (0, π) loses precision.
 */
function rootOfPositiveStable(row: u32, a: f64): f64 {
  philoxBlock(0, row, UNIT);
  const angle = (<u64>load<u32>(words) << 32) | <u64>load<u32>(words, 4);
  const above = angle >> 63 != 0;
  const near = NativeMath.PI * ((<f64>(above ? ~angle : angle) + 0.5) * (1.0 / 18446744073709551616.0));
  const v = above ? near : NativeMath.PI - near;
  // 52 bits, so that the uniform is never rounded to 1.
  const time = (<u64>load<u32>(words, 8) << 20) | <u64>(load<u32>(words, 12) >> 12);
  const w = -NativeMath.log((<f64>time + 0.5) * (1.0 / 4503599627370496.0));
  return NativeMath.exp(
    0.5 *
      (NativeMath.log(NativeMath.sin(a * v)) -
        NativeMath.log(NativeMath.sin(near)) / a +
        ((1.0 - a) / a) * (NativeMath.log(NativeMath.sin((1.0 - a) * v)) - NativeMath.log(w))),
  );
}

/** W ← keep·W − rate·g + noise, or without the middle term where there is no gradient; four entries. */
@inline
function step4(weight: usize, gradient: usize, at: usize, keep: v128, rate: v128, noise: v128): void {
  let w = f32x4.mul(v128.load(weight + at), keep);
  if (gradient) w = f32x4.sub(w, f32x4.mul(v128.load(gradient + at), rate));
  v128.store(weight + at, f32x4.add(w, noise));
}

/** The same for one entry. */
@inline
function step1(weight: usize, gradient: usize, at: usize, keep: f32, rate: f32, noise: f32): void {
  let w = load<f32>(weight + at) * keep;
  if (gradient) w = w - load<f32>(gradient + at) * rate;
  store<f32>(weight + at, w + noise);
}

/** The same for four entries of which only those before `end` exist. */
@inline
function stepUpTo(weight: usize, gradient: usize, at: usize, end: usize, keep: v128, rate: v128, noise: v128): void {
  if (at + 16 <= end) {
    step4(weight, gradient, at, keep, rate, noise);
  } else if (at < end) {
    v128.store(partial, noise);
    for (let lane: usize = 0; at + lane < end; lane += 4) {
      const x = load<f32>(partial + lane);
      step1(weight, gradient, at + lane, f32x4.extract_lane(keep, 0), f32x4.extract_lane(rate, 0), x);
    }
  }
}

/** Gives 32 more bits to those of four samples that lie in the far tail; word is their word in the blocks. */
function extend(at: usize, drawn: v128, block: u32, row: u32, word: usize): void {
  v128.store(partial, drawn);
  for (let lane: u32 = 0; lane < 4; lane++) {
    const index = load<u32>(partial + (lane << 2)) & ~SIGN;
    if (index < <u32>EXTEND_BELOW) {
      philoxBlock(block + lane, row, EXTENSION);
      store<f32>(at + (lane << 2), extended(index, load<u32>(words + (word << 2))));
    }
  }
}

/** One row with independent entries of one scale. */
function stepRow(
  weight: usize, gradient: usize, bytes: usize, row: u32, keepBy: f32, rateBy: f32, scaleBy: f32, table: usize,
): void {
  const keep = f32x4.splat(keepBy);
  const rate = f32x4.splat(rateBy);
  const scale = f32x4.splat(scaleBy);
  const m0 = v128.load(multipliers);
  const m1 = v128.load(multipliers, 16);
  const sign = v128.load(signBits);
  const half = v128.load(halves);
  const offsetMask = v128.load(offsetBits);
  const localMask = v128.load(localBits);
  const threshold = v128.load(thresholds);
  const rows = i32x4.splat(row);
  let block: u32 = 0;
  for (let at: usize = 0; at < bytes; at += 64) {
    let c0 = i32x4.add(i32x4.splat(block), v128.load(lanes));
    let c1 = rows;
    let c2 = i32x4.splat(ENTRIES);
    let c3 = c2;
    for (let key = schedule; key < schedule + 320; key += 32) {
      const next0 = v128.xor(v128.xor(productHigh(c2, m1), c1), v128.load(key));
      const next2 = v128.xor(v128.xor(productHigh(c0, m0), c3), v128.load(key, 16));
      c1 = productLow(c2, m1);
      c3 = productLow(c0, m0);
      c0 = next0;
      c2 = next2;
    }
    const j0 = v128.andnot(c0, sign);
    const j1 = v128.andnot(c1, sign);
    const j2 = v128.andnot(c2, sign);
    const j3 = v128.andnot(c3, sign);
    let p0 = f32x4.add(f32x4.convert_i32x4_s(j0), half);
    let p1 = f32x4.add(f32x4.convert_i32x4_s(j1), half);
    let p2 = f32x4.add(f32x4.convert_i32x4_s(j2), half);
    let p3 = f32x4.add(f32x4.convert_i32x4_s(j3), half);
    const least = i32x4.min_s(i32x4.min_s(j0, j1), i32x4.min_s(j2, j3));
    if (v128.any_true(i32x4.lt_s(least, threshold))) {
      v128.store(positions, p0);
      v128.store(positions, p1, 16);
      v128.store(positions, p2, 32);
      v128.store(positions, p3, 48);
      extend(positions, c0, block, row, 0);
      extend(positions + 16, c1, block, row, 1);
      extend(positions + 32, c2, block, row, 2);
      extend(positions + 48, c3, block, row, 3);
      p0 = v128.load(positions);
      p1 = v128.load(positions, 16);
      p2 = v128.load(positions, 32);
      p3 = v128.load(positions, 48);
    }
    const x0 = f32x4.mul(v128.xor(quantile(p0, table, offsetMask, localMask), v128.and(c0, sign)), scale);
    const x1 = f32x4.mul(v128.xor(quantile(p1, table, offsetMask, localMask), v128.and(c1, sign)), scale);
    const x2 = f32x4.mul(v128.xor(quantile(p2, table, offsetMask, localMask), v128.and(c2, sign)), scale);
    const x3 = f32x4.mul(v128.xor(quantile(p3, table, offsetMask, localMask), v128.and(c3, sign)), scale);
    if (at + 64 <= bytes) {
      step4(weight, gradient, at, keep, rate, x0);
      step4(weight, gradient, at + 16, keep, rate, x1);
      step4(weight, gradient, at + 32, keep, rate, x2);
      step4(weight, gradient, at + 48, keep, rate, x3);
    } else {
      stepUpTo(weight, gradient, at, bytes, keep, rate, x0);
      stepUpTo(weight, gradient, at + 16, bytes, keep, rate, x1);
      stepUpTo(weight, gradient, at + 32, bytes, keep, rate, x2);
      stepUpTo(weight, gradient, at + 48, bytes, keep, rate, x3);
    }
    block += 4;
  }
}

/**
 * W ← keep·W − rate·g + scale·X over rows × columns entries, X drawn as `shape` says.
 * `gradient` 0 means none; `table` is the address of the quantile table; `a` is α/2, used by the isotropic shape only.
 */
export function update(
  weight: usize, gradient: usize, rows: u32, columns: u32, keep: f32, rate: f32,
  shape: i32, table: usize, scale: f32, a: f64, firstRow: u32, keyLow: u32, keyHigh: u32,
): void {
  setKey(keyLow, keyHigh);
  const biased = table - ((FIRST_EXPONENT << SEGMENT_BITS) << 4);
  const bytes = <usize>columns << 2;
  for (let r: u32 = 0; r < rows; r++) {
    const row = firstRow + r;
    if (shape == NODE) {
      const noise = f32x4.splat(unitDraw(row, biased) * scale);
      for (let at: usize = 0; at < bytes; at += 16) {
        stepUpTo(weight, gradient, at, bytes, f32x4.splat(keep), f32x4.splat(rate), noise);
      }
    } else {
      const rowScale = shape == ISOTROPIC && a < 1 ? <f32>(<f64>scale * rootOfPositiveStable(row, a)) : scale;
      stepRow(weight, gradient, bytes, row, keep, rate, rowScale, biased);
    }
    weight += bytes;
    if (gradient) gradient += bytes;
  }
}

/** W ← keep·W − rate·g, or keep·W where `gradient` is 0, over `length` entries. */
export function updatePlain(weight: usize, gradient: usize, length: u32, keep: f32, rate: f32): void {
  const bytes = <usize>length << 2;
  const keeps = f32x4.splat(keep);
  const rates = f32x4.splat(rate);
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) {
    let w = f32x4.mul(v128.load(weight + at), keeps);
    if (gradient) w = f32x4.sub(w, f32x4.mul(v128.load(gradient + at), rates));
    v128.store(weight + at, w);
  }
  for (; at < bytes; at += 4) {
    let w = load<f32>(weight + at) * keep;
    if (gradient) w = w - load<f32>(gradient + at) * rate;
    store<f32>(weight + at, w);
  }
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
