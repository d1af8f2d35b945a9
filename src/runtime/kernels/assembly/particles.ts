/**
 * @file One Euler step of interacting particles: the mean-field gradient of (1/2m) Σ_j (f(x_j) − y_j)² with
 * f = (1/n) Σ_i a_i tanh⟨θ_i, x_j⟩, the update with given noise, and the activations at the new place, in one pass.
 *
 * Particles are handled in groups of four, one per lane. `stride`, the length of a particle and of an input, and `inputs`,
 * their number, are multiples of 4, filled up with zeros, which change no sum. The activations of a group are kept from one
 * step to the next: [inputs][4 lanes]. Sums over particles run in float32 over TILE groups and in float64 over tiles.
 */

/** Groups whose sums are taken in float32, and whose activations stay in the first cache. */
const TILE: u32 = 32;

/**
 * tanh z = z·P(z²)/Q(z²) for |z| ≤ 9, beyond which tanh is 1 to float32: a rational minimax fit of the relative error whose
 * coefficients were then moved among neighbouring float32 numbers until the rounded result was best, at most 6.02 ulp off.
 * In order: the clamp, its negative, P from the constant upwards, Q from the linear term upwards; both constants are 1.
 */
const constants: usize = memory.data<f32>([
  9, 9, 9, 9,
  -9, -9, -9, -9,
  1, 1, 1, 1,
  0.13379716873168945, 0.13379716873168945, 0.13379716873168945, 0.13379716873168945,
  0.003494030563160777, 0.003494030563160777, 0.003494030563160777, 0.003494030563160777,
  2.05834221560508e-5, 2.05834221560508e-5, 2.05834221560508e-5, 2.05834221560508e-5,
  1.3318989466881703e-8, 1.3318989466881703e-8, 1.3318989466881703e-8, 1.3318989466881703e-8,
  0.4671303927898407, 0.4671303927898407, 0.4671303927898407, 0.4671303927898407,
  0.02587105520069599, 0.02587105520069599, 0.02587105520069599, 0.02587105520069599,
  3.283087571617216e-4, 3.283087571617216e-4, 3.283087571617216e-4, 3.283087571617216e-4,
  7.76198305629805e-7, 7.76198305629805e-7, 7.76198305629805e-7, 7.76198305629805e-7,
], 16);
/** Four vectors on their way through a transposition. */
const block: usize = memory.data(64, 16);

@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4));
}

/** Stores the rows of the 4 × 4 matrix whose columns are a, b, c, d. */
@inline
function storeTransposed(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab01, cd01, 0, 2));
  v128.store(to + step, v128.shuffle<i64>(ab01, cd01, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<i64>(ab23, cd23, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<i64>(ab23, cd23, 1, 3));
}

/** tanh of two vectors, stored one after the other; interleaved, so that a constant is loaded once for both. */
@inline
function storeTanh(z0: v128, z1: v128, to: usize): void {
  let c = constant(0);
  z0 = f32x4.pmin(z0, c);
  z1 = f32x4.pmin(z1, c);
  c = constant(1);
  z0 = f32x4.pmax(z0, c);
  z1 = f32x4.pmax(z1, c);
  const t0 = f32x4.mul(z0, z0);
  const t1 = f32x4.mul(z1, z1);
  c = constant(6);
  let p0 = f32x4.mul(c, t0);
  let p1 = f32x4.mul(c, t1);
  c = constant(10);
  let q0 = f32x4.mul(c, t0);
  let q1 = f32x4.mul(c, t1);
  c = constant(5);
  p0 = f32x4.mul(f32x4.add(p0, c), t0);
  p1 = f32x4.mul(f32x4.add(p1, c), t1);
  c = constant(9);
  q0 = f32x4.mul(f32x4.add(q0, c), t0);
  q1 = f32x4.mul(f32x4.add(q1, c), t1);
  c = constant(4);
  p0 = f32x4.mul(f32x4.add(p0, c), t0);
  p1 = f32x4.mul(f32x4.add(p1, c), t1);
  c = constant(8);
  q0 = f32x4.mul(f32x4.add(q0, c), t0);
  q1 = f32x4.mul(f32x4.add(q1, c), t1);
  c = constant(3);
  p0 = f32x4.mul(f32x4.add(p0, c), t0);
  p1 = f32x4.mul(f32x4.add(p1, c), t1);
  c = constant(7);
  q0 = f32x4.mul(f32x4.add(q0, c), t0);
  q1 = f32x4.mul(f32x4.add(q1, c), t1);
  c = constant(2);
  v128.store(to, f32x4.div(f32x4.mul(z0, f32x4.add(p0, c)), f32x4.add(q0, c)));
  v128.store(to, f32x4.div(f32x4.mul(z1, f32x4.add(p1, c)), f32x4.add(q1, c)), 16);
}

/** values ← tanh(values), `length` a multiple of 16. */
export function tanhInPlace(values: usize, length: u32): void {
  for (let at = values; at < values + (<usize>length << 2); at += 32) {
    storeTanh(v128.load(at), v128.load(at, 16), at);
  }
}

/** The products of an input with four components of four particles, added up. */
@inline
function dot(x: usize, t0: v128, t1: v128, t2: v128, t3: v128): v128 {
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load_splat<f32>(x), t0), f32x4.mul(v128.load_splat<f32>(x, 4), t1)),
    f32x4.add(f32x4.mul(v128.load_splat<f32>(x, 8), t2), f32x4.mul(v128.load_splat<f32>(x, 12), t3)),
  );
}

/** The activations of one group, to `hidden`, and a·tanh added to `lanes`, four lanes an input; `bytes` is 4·stride. */
@inline
function forwardGroup(
  theta: usize, outer: usize, bytes: usize, x: usize, inputs: u32, columns: usize, hidden: usize, lanes: usize,
): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const row = theta + at;
    const second = row + bytes;
    const third = second + bytes;
    const last = third + bytes;
    storeTransposed(v128.load(row), v128.load(second), v128.load(third), v128.load(last), columns + (at << 2), 16);
  }
  const a = v128.load(outer);
  for (let j: u32 = 0; j < inputs; j += 4) {
    const x1 = x + bytes;
    const x2 = x1 + bytes;
    const x3 = x2 + bytes;
    let t0 = v128.load(columns);
    let t1 = v128.load(columns, 16);
    let t2 = v128.load(columns, 32);
    let t3 = v128.load(columns, 48);
    let z0 = dot(x, t0, t1, t2, t3);
    let z1 = dot(x1, t0, t1, t2, t3);
    let z2 = dot(x2, t0, t1, t2, t3);
    let z3 = dot(x3, t0, t1, t2, t3);
    for (let at: usize = 16; at < bytes; at += 16) {
      const from = columns + (at << 2);
      t0 = v128.load(from);
      t1 = v128.load(from, 16);
      t2 = v128.load(from, 32);
      t3 = v128.load(from, 48);
      z0 = f32x4.add(z0, dot(x + at, t0, t1, t2, t3));
      z1 = f32x4.add(z1, dot(x1 + at, t0, t1, t2, t3));
      z2 = f32x4.add(z2, dot(x2 + at, t0, t1, t2, t3));
      z3 = f32x4.add(z3, dot(x3 + at, t0, t1, t2, t3));
    }
    storeTanh(z0, z1, hidden);
    storeTanh(z2, z3, hidden + 32);
    for (let k: usize = 0; k < 64; k += 16) {
      v128.store(lanes + k, f32x4.add(v128.load(lanes + k), f32x4.mul(a, v128.load(hidden + k))));
    }
    x = x3 + bytes;
    hidden += 64;
    lanes += 64;
  }
}

/** θ ← (θ − rate·g) + noise for one group, g_i = a_i Σ_j w_j (1 − h_ij²) x_j; `noise` 0 means none. */
@inline
function stepGroup(
  theta: usize, outer: usize, bytes: usize, x: usize, inputs: u32, weights: usize, rate: f32, noise: usize, hidden: usize,
): void {
  const one = constant(2);
  const factor = f32x4.mul(v128.load(outer), f32x4.splat(rate));
  for (let at: usize = 0; at < bytes; at += 16) {
    let g0 = f32x4.splat(0);
    let g1 = g0;
    let g2 = g0;
    let g3 = g0;
    let input = x + at;
    let h = hidden;
    for (let j: usize = 0; j < <usize>inputs << 2; j += 4) {
      const activation = v128.load(h);
      const slope = f32x4.sub(one, f32x4.mul(activation, activation));
      const s = f32x4.mul(slope, v128.load_splat<f32>(weights + j));
      g0 = f32x4.add(g0, f32x4.mul(s, v128.load_splat<f32>(input)));
      g1 = f32x4.add(g1, f32x4.mul(s, v128.load_splat<f32>(input, 4)));
      g2 = f32x4.add(g2, f32x4.mul(s, v128.load_splat<f32>(input, 8)));
      g3 = f32x4.add(g3, f32x4.mul(s, v128.load_splat<f32>(input, 12)));
      input += bytes;
      h += 16;
    }
    g0 = f32x4.mul(g0, factor);
    g1 = f32x4.mul(g1, factor);
    g2 = f32x4.mul(g2, factor);
    g3 = f32x4.mul(g3, factor);
    storeTransposed(g0, g1, g2, g3, block, 16);
    let row = theta + at;
    let increment = noise + at;
    for (let k: usize = 0; k < 64; k += 16) {
      let next = f32x4.sub(v128.load(row), v128.load(block + k));
      if (noise) next = f32x4.add(next, v128.load(increment));
      v128.store(row, next);
      row += bytes;
      increment += bytes;
    }
  }
}

/**
 * Moves `groups` · 4 particles by their gradient and noise (unless `rate` is negative: then they stay), and leaves their
 * activations in `hidden` and Σ_i a_i tanh⟨θ_i, x_j⟩ in `sums`, float64.
 *
 * `theta` and `noise` are [4·groups][stride], `outer` [4·groups], `x` [inputs][stride], `weights` [inputs] the residuals
 * divided by m, `hidden` [groups][inputs][4]; `lanes`, [inputs][4], and `columns`, [stride][4], are room to work in.
 */
export function stepParticles(
  theta: usize, outer: usize, noise: usize, groups: u32, stride: u32, x: usize, inputs: u32, weights: usize, rate: f32,
  hidden: usize, sums: usize, lanes: usize, columns: usize,
): void {
  const bytes = <usize>stride << 2;
  const hiddenBytes = <usize>inputs << 4;
  memory.fill(sums, 0, <usize>inputs << 3);
  for (let first: u32 = 0; first < groups; first += TILE) {
    memory.fill(lanes, 0, hiddenBytes);
    const end = min(first + TILE, groups);
    for (let group = first; group < end; group++) {
      if (rate >= 0) stepGroup(theta, outer, bytes, x, inputs, weights, rate, noise, hidden);
      forwardGroup(theta, outer, bytes, x, inputs, columns, hidden, lanes);
      theta += bytes << 2;
      if (noise) noise += bytes << 2;
      outer += 16;
      hidden += hiddenBytes;
    }
    for (let j: usize = 0; j < inputs; j++) {
      const v = v128.load(lanes + (j << 4));
      const low = <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1);
      const high = <f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3);
      store<f64>(sums + (j << 3), load<f64>(sums + (j << 3)) + (low + high));
    }
  }
}
