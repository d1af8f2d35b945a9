/**
 * @file From random words to draws: the places of entries on the axis of the quantile table, the quantile there, and the
 * draws that a whole row shares.
 *
 * The noise of (key, row, column) depends on these three alone, so it is the same for any tiling of the rows:
 *   entries    block 4⌊c / 16⌋ + c mod 4 of row r, word ⌊c / 4⌋ mod 4: counter (block, r, 0, 0);
 *              of a row of at most 4 columns block 0, word c
 *   extension  32 more bits for an entry in the far tail, same block and word: counter (block, r, 1, 0)
 *   unit       one draw for the whole row: counter (0, r, 2, 0)
 * so that word w of the four blocks of a group of 16 columns is the vector of columns 16g + 4w … 16g + 4w + 3,
 * and a narrow row is one block.
 */
import { multipliers, philoxBlock, productHigh, productLow, roundKey, schedule, scheduleEnd, words } from "./philox";

/** Octaves are split into 2^SEGMENT_BITS segments of the quantile table. */
const SEGMENT_BITS: u32 = 8;
/**
 * The bits of a position, with or without a sign, shifted right by OFFSET_SHIFT and under OFFSET_MASK, are the byte offset of
 * its segment; those under LOCAL_MASK its place in it.
 */
const OFFSET_SHIFT: u32 = 20 - SEGMENT_BITS;
const OFFSET_MASK: u32 = ((1 << (8 + SEGMENT_BITS)) - 1) << 3;
const LOCAL_MASK: u32 = (1 << (23 - SEGMENT_BITS)) - 1;
const SIGN: u32 = 0x80000000;
/** How far before the table the segment of exponent 0 would lie: the table begins at 2^−33. */
export const TABLE_BIAS: usize = ((127 - 33) << SEGMENT_BITS) << 3;
/** Entries whose 31-bit index is below this get 32 more bits. */
const EXTEND_BELOW: i32 = 1 << 16;

const ENTRIES: u32 = 0;
const EXTENSION: u32 = 1;
const UNIT: u32 = 2;

/** Vector constants, loaded rather than rebuilt at every use. */
const lanes: usize = memory.data<u32>([0, 1, 2, 3], 16);
const signBits: usize = memory.data<u32>([SIGN, SIGN, SIGN, SIGN], 16);
const halves: usize = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);
const offsetBits: usize = memory.data<u32>([OFFSET_MASK, OFFSET_MASK, OFFSET_MASK, OFFSET_MASK], 16);
const localBits: usize = memory.data<u32>([LOCAL_MASK, LOCAL_MASK, LOCAL_MASK, LOCAL_MASK], 16);
const thresholds: usize = memory.data<i32>([EXTEND_BELOW, EXTEND_BELOW, EXTEND_BELOW, EXTEND_BELOW], 16);

/** The most columns drawn at once, a multiple of 64: four rows stay in the first cache. */
export const DRAWN: u32 = 1024;
/** The bytes between the signed positions of a row and those of the next, so that they lie in other cache sets. */
export const ROW_BYTES: usize = 4160;
/** What `startBlocks` makes: four vectors, of at most two groups of blocks. */
const fromBlocks: usize = memory.data(128, 16);
/** Signed positions of four rows. */
export const drawn: usize = memory.data(16640, 64);

/** Where a 31-bit index and 32 more bits lie on the table's axis: (j·2^32 + k + 1/2)·2^−32, exact until rounded to float32. */
@inline
function extended(index: u32, more: u32): f32 {
  return <f32>((<f64>index * 4294967296.0 + <f64>more + 0.5) * (1.0 / 4294967296.0));
}

/**
 * Gives 32 more bits to those of 16 positions at `at` that lie in the far tail. They belong to the four blocks of `row` from
 * `block` on, word by word, or, if `narrow`, to the first blocks of four rows from `row` on, row by row.
 */
function extend(at: usize, block: u32, row: u32, narrow: bool): void {
  for (let i: u32 = 0; i < 16; i++) {
    const bits = load<u32>(at + (i << 2));
    const position = reinterpret<f32>(bits & ~SIGN);
    if (position < <f32>EXTEND_BELOW) {
      const lane = i & 3;
      philoxBlock(narrow ? 0 : block + lane, narrow ? row + (i >> 2) : row, EXTENSION);
      const finer = extended(<u32>position, load<u32>(words + (narrow ? lane << 2 : i & 12)));
      store<u32>(at + (i << 2), reinterpret<u32>(finer) | (bits & SIGN));
    }
  }
}

/** Stores the positions of four words, j + 1/2 with the sign of the word's top bit, and gives their indices j. */
@inline
function storePositions(to: usize, word: v128): v128 {
  const sign = v128.load(signBits);
  const index = v128.andnot(word, sign);
  const position = f32x4.add(f32x4.convert_i32x4_s(index), v128.load(halves));
  v128.store(to, v128.or(position, v128.and(word, sign)));
  return index;
}

/** Stores the positions of 16 words; the other arguments are those of `extend`. */
@inline
function storeGroup(to: usize, w0: v128, w1: v128, w2: v128, w3: v128, block: u32, row: u32, narrow: bool): void {
  const low = i32x4.min_s(storePositions(to, w0), storePositions(to + 16, w1));
  const high = i32x4.min_s(storePositions(to + 32, w2), storePositions(to + 48, w3));
  const least = i32x4.min_s(low, high);
  if (v128.any_true(i32x4.lt_s(least, v128.load(thresholds)))) extend(to, block, row, narrow);
}

/** The same for word w of four rows' blocks in w_w, stored row by row. */
@inline
function storeRows(to: usize, w0: v128, w1: v128, w2: v128, w3: v128, row: u32): void {
  const low01 = v128.shuffle<i32>(w0, w1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(w2, w3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(w0, w1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(w2, w3, 2, 6, 3, 7);
  const first = v128.shuffle<i64>(low01, low23, 0, 2);
  const second = v128.shuffle<i64>(low01, low23, 1, 3);
  const third = v128.shuffle<i64>(high01, high23, 0, 2);
  const last = v128.shuffle<i64>(high01, high23, 1, 3);
  storeGroup(to, first, second, third, last, 0, row, true);
}

/**
 * What the first three rounds make of the blocks alone: they multiply of a counter (block, row, 0, 0) what depends on the block
 * alone three times, on the row alone once and on both once. To `to`, with the round keys that it is mixed with.
 */
@inline
function startBlocks(to: usize, blocks: v128, m0: v128, m1: v128): void {
  const second = v128.xor(productHigh(blocks, m0), roundKey(0, 1));
  const third = v128.xor(productHigh(second, m1), roundKey(1, 0));
  v128.store(to, v128.xor(productLow(blocks, m0), roundKey(1, 1)));
  v128.store(to, v128.xor(productLow(second, m1), roundKey(2, 0)), 16);
  v128.store(to, v128.xor(productHigh(third, m0), roundKey(2, 1)), 32);
  v128.store(to, productLow(third, m0), 48);
}

/**
 * Draws `bytes` of positions: of the columns of four rows from `row` on, from four times `block` on, of two rows if `two`, or,
 * if `narrow`, of rows from `row` on, whose block is 0. One chain of rounds waits for its products most of the time, four keep
 * the processor busy: of four rows, or of two groups of columns in two rows.
 */
@inline
function draw(row: u32, block: u32, bytes: usize, two: bool, narrow: bool): void {
  const m0 = v128.load(multipliers);
  const m1 = v128.load(multipliers, 16);
  const four = v128.load(lanes);
  const apart = narrow ? 4 : 1;
  // Of chains c and d: their first row, their first block, and where their blocks' part and their positions lie.
  const rowC = two ? 0 : 2 * apart;
  const blockC = two ? 4 : 0;
  const partC = fromBlocks + (two ? 64 : 0);
  const toC: usize = two ? 64 : 2 * ROW_BYTES;
  let rows = narrow ? i32x4.add(i32x4.splat(row), four) : i32x4.splat(row);
  if (narrow) startBlocks(fromBlocks, i32x4.splat(0), m0, m1);
  for (let to = drawn; to < drawn + bytes; to += narrow ? 256 : two ? 128 : 64) {
    if (!narrow) startBlocks(fromBlocks, i32x4.add(i32x4.splat(block), four), m0, m1);
    if (two) startBlocks(partC, i32x4.add(i32x4.splat(block + blockC), four), m0, m1);
    const first = roundKey(0, 0);
    let shared = v128.load(fromBlocks);
    let sharedC = v128.load(partC);
    const ra = v128.xor(rows, first);
    const rb = v128.xor(i32x4.add(rows, i32x4.splat(apart)), first);
    const rc = v128.xor(i32x4.add(rows, i32x4.splat(rowC)), first);
    const rd = v128.xor(i32x4.add(rows, i32x4.splat(rowC + apart)), first);
    let a0 = v128.xor(productHigh(ra, m0), shared);
    let b0 = v128.xor(productHigh(rb, m0), shared);
    let c0 = v128.xor(productHigh(rc, m0), sharedC);
    let d0 = v128.xor(productHigh(rd, m0), sharedC);
    let a1 = productLow(a0, m1);
    let b1 = productLow(b0, m1);
    let c1 = productLow(c0, m1);
    let d1 = productLow(d0, m1);
    shared = v128.load(fromBlocks, 16);
    sharedC = v128.load(partC, 16);
    a0 = v128.xor(productHigh(a0, m1), shared);
    b0 = v128.xor(productHigh(b0, m1), shared);
    c0 = v128.xor(productHigh(c0, m1), sharedC);
    d0 = v128.xor(productHigh(d0, m1), sharedC);
    shared = v128.load(fromBlocks, 32);
    sharedC = v128.load(partC, 32);
    let a2 = v128.xor(productLow(ra, m0), shared);
    let b2 = v128.xor(productLow(rb, m0), shared);
    let c2 = v128.xor(productLow(rc, m0), sharedC);
    let d2 = v128.xor(productLow(rd, m0), sharedC);
    let a3 = v128.load(fromBlocks, 48);
    let b3 = a3;
    let c3 = v128.load(partC, 48);
    let d3 = c3;
    // From the fourth round on.
    for (let key = schedule + 96; key < scheduleEnd; key += 32) {
      const a = v128.xor(v128.xor(productHigh(a2, m1), a1), v128.load(key));
      a1 = productLow(a2, m1);
      a2 = v128.xor(v128.xor(productHigh(a0, m0), a3), v128.load(key, 16));
      a3 = productLow(a0, m0);
      a0 = a;
      const b = v128.xor(v128.xor(productHigh(b2, m1), b1), v128.load(key));
      b1 = productLow(b2, m1);
      b2 = v128.xor(v128.xor(productHigh(b0, m0), b3), v128.load(key, 16));
      b3 = productLow(b0, m0);
      b0 = b;
      const c = v128.xor(v128.xor(productHigh(c2, m1), c1), v128.load(key));
      c1 = productLow(c2, m1);
      c2 = v128.xor(v128.xor(productHigh(c0, m0), c3), v128.load(key, 16));
      c3 = productLow(c0, m0);
      c0 = c;
      const d = v128.xor(v128.xor(productHigh(d2, m1), d1), v128.load(key));
      d1 = productLow(d2, m1);
      d2 = v128.xor(v128.xor(productHigh(d0, m0), d3), v128.load(key, 16));
      d3 = productLow(d0, m0);
      d0 = d;
    }
    if (narrow) {
      storeRows(to, a0, a1, a2, a3, row);
      storeRows(to + 64, b0, b1, b2, b3, row + 4);
      storeRows(to + 128, c0, c1, c2, c3, row + 8);
      storeRows(to + 192, d0, d1, d2, d3, row + 12);
      row += 16;
      rows = i32x4.add(rows, i32x4.splat(16));
    } else {
      storeGroup(to, a0, a1, a2, a3, block, row, false);
      storeGroup(to + ROW_BYTES, b0, b1, b2, b3, block, row + 1, false);
      storeGroup(to + toC, c0, c1, c2, c3, block + blockC, row + rowC, false);
      storeGroup(to + toC + ROW_BYTES, d0, d1, d2, d3, block + blockC, row + rowC + 1, false);
      block += 4 + blockC;
    }
  }
}

/** Draws the positions of `columns` ≤ DRAWN columns from `column` on of `rows` ≤ 4 rows from `row` on. */
export function drawEntries(row: u32, rows: u32, column: u32, columns: u32): void {
  draw(row, column >> 2, <usize>columns << 2, rows <= 2, false);
}

/** Draws four positions a row for `rows` ≤ DRAWN / 4 rows of at most four columns from `row` on. */
export function drawNarrowRows(row: u32, rows: u32): void {
  draw(row, 0, <usize>rows << 4, false, true);
}

/** The quantile at four signed positions: linear in their low bits, the segment named by the high ones; odd in the sign. */
@inline
export function quantile(position: v128, table: usize): v128 {
  const offset = v128.and(i32x4.shr_u(position, OFFSET_SHIFT), v128.load(offsetBits));
  // Lane 0 as a float64 is a move, as an integer two instructions.
  const low = reinterpret<i64>(f64x2.extract_lane(offset, 0));
  const high = i64x2.extract_lane(offset, 1);
  const s01 = v128.load64_lane(table + <usize>(<u32>(low >> 32)), v128.load64_zero(table + <usize>(<u32>low)), 1);
  const s23 = v128.load64_lane(table + <usize>(<u32>(high >> 32)), v128.load64_zero(table + <usize>(<u32>high)), 1);
  const start = v128.shuffle<i32>(s01, s23, 0, 2, 4, 6);
  const slope = v128.shuffle<i32>(s01, s23, 1, 3, 5, 7);
  const t = f32x4.convert_i32x4_s(v128.and(position, v128.load(localBits)));
  return v128.xor(f32x4.add(f32x4.mul(slope, t), start), v128.and(position, v128.load(signBits)));
}

/** One draw for a whole row: words 0 and 1 of its block, with the operations of `quantile`. */
export function unitDraw(row: u32, table: usize): f32 {
  philoxBlock(0, row, UNIT);
  const word = load<u32>(words);
  const index = word & ~SIGN;
  const position = index < <u32>EXTEND_BELOW ? extended(index, load<u32>(words, 4)) : <f32>index + 0.5;
  const bits = reinterpret<u32>(position);
  const at = table + ((bits >> OFFSET_SHIFT) & OFFSET_MASK);
  const value = load<f32>(at, 4) * <f32>(bits & LOCAL_MASK) + load<f32>(at);
  return reinterpret<f32>(reinterpret<u32>(value) ^ (word & SIGN));
}

/**
 * √A with A positive stable, E exp(−sA) = exp(−s^a), from the four words of the row's block: Kanter's formula (1975) as
 * A = (sin(av)·w/sin((1−a)v)) · (sin((1−a)v)/(w·sin v))^(1/a), one power.
 * The angle is taken from its nearer end, 64 bits each way, so that neither end of (0, π) loses precision.
 */
export function rootOfPositiveStable(row: u32, a: f64): f64 {
  philoxBlock(0, row, UNIT);
  const angle = (<u64>load<u32>(words) << 32) | <u64>load<u32>(words, 4);
  const above = angle >> 63 != 0;
  const near = NativeMath.PI * ((<f64>(above ? ~angle : angle) + 0.5) * (1.0 / 18446744073709551616.0));
  const v = above ? near : NativeMath.PI - near;
  // 52 bits, so that the uniform is never rounded to 1.
  const time = (<u64>load<u32>(words, 8) << 20) | <u64>(load<u32>(words, 12) >> 12);
  const w = -NativeMath.log((<f64>time + 0.5) * (1.0 / 4503599627370496.0));
  const first = NativeMath.sin(a * v);
  const other = NativeMath.sin((1.0 - a) * v);
  const ratio = other / (w * NativeMath.sin(near));
  return NativeMath.sqrt((first * w) / other) * NativeMath.exp((0.5 / a) * NativeMath.log(ratio));
}
