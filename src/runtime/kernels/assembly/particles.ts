/**
 * @file One Euler step of interacting particles: the mean-field gradient of (1/2m) Σ_j (f(x_j) − y_j)² with
 * f = (1/n) Σ_i a_i tanh⟨θ_i, x_j⟩, the update with given noise, and the activations at the new place, in one pass.
 *
 * Particles are handled in groups of four, one per lane, and groups in pairs a and b, so that an input is loaded once for
 * both; an odd group is paired with an idle one of zeros. `stride`, the length of a particle and of an input, and `inputs`,
 * their number, are multiples of 4, filled up with zeros, which change no sum. The activations of a group are kept from one
 * step to the next: [inputs][4 lanes]. Sums over particles run in float32 over TILE groups and in float64 over tiles.
 */

/** Groups whose sums are taken in float32, an even number. */
const TILE: u32 = 32;

/**
 * tanh z = 2ND/(N² + D²), for N/D is tanh(z/2): N = z·((t + a)t + b), D = (ct + d)t + e, t = z², and |z| ≤ 8.6, beyond which
 * tanh is 1 to float32. Doubling squares the distance to 1, so that so few coefficients do. They are a minimax fit of the
 * relative error, moved among neighbouring float32 numbers until the rounded result was best: at most 6.48 ulp off.
 * In order: the clamp, its negative, a, b, c, d, e.
 */
const constants: usize = memory.data<f32>([
  8.6, 8.6, 8.6, 8.6,
  -8.6, -8.6, -8.6, -8.6,
  486.913177, 486.913177, 486.913177, 486.913177,
  18000.627, 18000.627, 18000.627, 18000.627,
  33.1751556, 33.1751556, 33.1751556, 33.1751556,
  3973.89502, 3973.89502, 3973.89502, 3973.89502,
  36001.2578, 36001.2578, 36001.2578, 36001.2578,
], 16);
/** Two groups' vectors on their way through a transposition. */
const block: usize = memory.data(128, 16);

@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4));
}

/** Stores the rows of the 4 × 4 matrix whose columns are a, b, c, d. */
@inline
function storeTransposed(a: v128, b: v128, c: v128, d: v128, to: usize): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab01, cd01, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab01, cd01, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(ab23, cd23, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(ab23, cd23, 1, 3), 48);
}

/**
 * tanh of two vectors at `a` and two at `b`, in place; interleaved, since each is a chain of operations that wait for each
 * other. If `sum`, adds factorA·tanh of those at `a` and factorB·tanh of those at `b` to two vectors at `lanes`.
 */
@inline
function tanhFour(a: usize, b: usize, sum: bool, factorA: v128, factorB: v128, lanes: usize): void {
  let z0 = v128.load(a);
  let z1 = v128.load(b);
  let z2 = v128.load(a, 16);
  let z3 = v128.load(b, 16);
  let c = constant(0);
  z0 = f32x4.pmin(z0, c);
  z1 = f32x4.pmin(z1, c);
  z2 = f32x4.pmin(z2, c);
  z3 = f32x4.pmin(z3, c);
  c = constant(1);
  z0 = f32x4.pmax(z0, c);
  z1 = f32x4.pmax(z1, c);
  z2 = f32x4.pmax(z2, c);
  z3 = f32x4.pmax(z3, c);
  const t0 = f32x4.mul(z0, z0);
  const t1 = f32x4.mul(z1, z1);
  const t2 = f32x4.mul(z2, z2);
  const t3 = f32x4.mul(z3, z3);
  c = constant(4);
  let d0 = f32x4.mul(t0, c);
  let d1 = f32x4.mul(t1, c);
  let d2 = f32x4.mul(t2, c);
  let d3 = f32x4.mul(t3, c);
  c = constant(2);
  let n0 = f32x4.mul(f32x4.add(t0, c), t0);
  let n1 = f32x4.mul(f32x4.add(t1, c), t1);
  let n2 = f32x4.mul(f32x4.add(t2, c), t2);
  let n3 = f32x4.mul(f32x4.add(t3, c), t3);
  c = constant(5);
  d0 = f32x4.mul(f32x4.add(d0, c), t0);
  d1 = f32x4.mul(f32x4.add(d1, c), t1);
  d2 = f32x4.mul(f32x4.add(d2, c), t2);
  d3 = f32x4.mul(f32x4.add(d3, c), t3);
  c = constant(3);
  n0 = f32x4.mul(f32x4.add(n0, c), z0);
  n1 = f32x4.mul(f32x4.add(n1, c), z1);
  n2 = f32x4.mul(f32x4.add(n2, c), z2);
  n3 = f32x4.mul(f32x4.add(n3, c), z3);
  c = constant(6);
  d0 = f32x4.add(d0, c);
  d1 = f32x4.add(d1, c);
  d2 = f32x4.add(d2, c);
  d3 = f32x4.add(d3, c);
  const p0 = f32x4.mul(n0, d0);
  const p1 = f32x4.mul(n1, d1);
  const p2 = f32x4.mul(n2, d2);
  const p3 = f32x4.mul(n3, d3);
  const q0 = f32x4.add(f32x4.mul(n0, n0), f32x4.mul(d0, d0));
  const q1 = f32x4.add(f32x4.mul(n1, n1), f32x4.mul(d1, d1));
  const q2 = f32x4.add(f32x4.mul(n2, n2), f32x4.mul(d2, d2));
  const q3 = f32x4.add(f32x4.mul(n3, n3), f32x4.mul(d3, d3));
  const h0 = f32x4.div(f32x4.add(p0, p0), q0);
  const h1 = f32x4.div(f32x4.add(p1, p1), q1);
  const h2 = f32x4.div(f32x4.add(p2, p2), q2);
  const h3 = f32x4.div(f32x4.add(p3, p3), q3);
  v128.store(a, h0);
  v128.store(b, h1);
  v128.store(a, h2, 16);
  v128.store(b, h3, 16);
  if (sum) {
    const first = f32x4.add(f32x4.mul(factorA, h0), f32x4.mul(factorB, h1));
    const second = f32x4.add(f32x4.mul(factorA, h2), f32x4.mul(factorB, h3));
    v128.store(lanes, f32x4.add(v128.load(lanes), first));
    v128.store(lanes, f32x4.add(v128.load(lanes, 16), second), 16);
  }
}

/** values ← tanh(values), `length` a multiple of 16. */
export function tanhInPlace(values: usize, length: u32): void {
  const none = f32x4.splat(0);
  for (let at = values; at < values + (<usize>length << 2); at += 64) tanhFour(at, at + 32, false, none, none, 0);
}

/** Four components of an input times those of four particles, added up. */
@inline
function dot(x0: v128, x1: v128, x2: v128, x3: v128, t0: v128, t1: v128, t2: v128, t3: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(x0, t0), f32x4.mul(x1, t1)), f32x4.add(f32x4.mul(x2, t2), f32x4.mul(x3, t3)));
}

/** Four components of the particles of a group, component by component. */
@inline
function loadComponents(row: usize, bytes: usize, to: usize): void {
  const second = row + bytes;
  const third = second + bytes;
  storeTransposed(v128.load(row), v128.load(second), v128.load(third), v128.load(third + bytes), to);
}

/** ⟨θ, x_j⟩ over four components, for two groups, stored in `hidden` or added to what is there. */
@inline
function dotGroups(
  a: usize, b: usize, bytes: usize, x: usize, inputs: u32, hiddenA: usize, hiddenB: usize, add: bool,
): void {
  loadComponents(a, bytes, block);
  loadComponents(b, bytes, block + 64);
  const a0 = v128.load(block);
  const a1 = v128.load(block, 16);
  const a2 = v128.load(block, 32);
  const a3 = v128.load(block, 48);
  const b0 = v128.load(block, 64);
  const b1 = v128.load(block, 80);
  const b2 = v128.load(block, 96);
  const b3 = v128.load(block, 112);
  for (let j: usize = 0; j < <usize>inputs << 4; j += 16) {
    const x0 = v128.load_splat<f32>(x);
    const x1 = v128.load_splat<f32>(x, 4);
    const x2 = v128.load_splat<f32>(x, 8);
    const x3 = v128.load_splat<f32>(x, 12);
    let za = dot(x0, x1, x2, x3, a0, a1, a2, a3);
    let zb = dot(x0, x1, x2, x3, b0, b1, b2, b3);
    if (add) {
      za = f32x4.add(v128.load(hiddenA + j), za);
      zb = f32x4.add(v128.load(hiddenB + j), zb);
    }
    v128.store(hiddenA + j, za);
    v128.store(hiddenB + j, zb);
    x += bytes;
  }
}

/** The activations of two groups, to their `hidden`, and a·tanh added to `lanes`, four lanes an input; `bytes` is 4·stride. */
@inline
function forwardGroups(
  a: usize, b: usize, outerA: usize, outerB: usize, bytes: usize, x: usize, inputs: u32, hiddenA: usize, hiddenB: usize,
  lanes: usize,
): void {
  dotGroups(a, b, bytes, x, inputs, hiddenA, hiddenB, false);
  for (let at: usize = 16; at < bytes; at += 16) {
    dotGroups(a + at, b + at, bytes, x + at, inputs, hiddenA, hiddenB, true);
  }
  const factorA = v128.load(outerA);
  const factorB = v128.load(outerB);
  for (let j: usize = 0; j < <usize>inputs << 4; j += 32) {
    tanhFour(hiddenA + j, hiddenB + j, true, factorA, factorB, lanes + j);
  }
}

/** Four components of the particles of a group: less by those at `by`, then by `noise` more unless it is 0. */
@inline
function moveRows(row: usize, bytes: usize, by: usize, noise: usize): void {
  for (let k: usize = 0; k < 64; k += 16) {
    let next = f32x4.sub(v128.load(row), v128.load(by + k));
    if (noise) {
      next = f32x4.add(next, v128.load(noise));
      noise += bytes;
    }
    v128.store(row, next);
    row += bytes;
  }
}

/** Gradients, component by component, times rate and outer weight, particle by particle. */
@inline
function storeScaled(g0: v128, g1: v128, g2: v128, g3: v128, factor: v128, to: usize): void {
  const scaled0 = f32x4.mul(g0, factor);
  const scaled1 = f32x4.mul(g1, factor);
  const scaled2 = f32x4.mul(g2, factor);
  const scaled3 = f32x4.mul(g3, factor);
  storeTransposed(scaled0, scaled1, scaled2, scaled3, to);
}

/** θ ← (θ − rate·g) + noise for two groups, g_i = a_i (Σ_j w_j x_j − Σ_j h_ij² w_j x_j); `noise` 0 means none. */
@inline
function stepGroups(
  a: usize, b: usize, outerA: usize, outerB: usize, bytes: usize, weighted: usize, inputs: u32, rate: f32,
  noiseA: usize, noiseB: usize, hiddenA: usize, hiddenB: usize,
): void {
  const factorA = f32x4.mul(v128.load(outerA), f32x4.splat(rate));
  const factorB = f32x4.mul(v128.load(outerB), f32x4.splat(rate));
  const total = weighted + <usize>inputs * bytes;
  for (let at: usize = 0; at < bytes; at += 16) {
    let a0 = v128.load_splat<f32>(total + at);
    let a1 = v128.load_splat<f32>(total + at, 4);
    let a2 = v128.load_splat<f32>(total + at, 8);
    let a3 = v128.load_splat<f32>(total + at, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    let w = weighted + at;
    for (let j: usize = 0; j < <usize>inputs << 4; j += 16) {
      const ha = v128.load(hiddenA + j);
      const hb = v128.load(hiddenB + j);
      const sa = f32x4.mul(ha, ha);
      const sb = f32x4.mul(hb, hb);
      const w0 = v128.load_splat<f32>(w);
      const w1 = v128.load_splat<f32>(w, 4);
      const w2 = v128.load_splat<f32>(w, 8);
      const w3 = v128.load_splat<f32>(w, 12);
      a0 = f32x4.sub(a0, f32x4.mul(sa, w0));
      b0 = f32x4.sub(b0, f32x4.mul(sb, w0));
      a1 = f32x4.sub(a1, f32x4.mul(sa, w1));
      b1 = f32x4.sub(b1, f32x4.mul(sb, w1));
      a2 = f32x4.sub(a2, f32x4.mul(sa, w2));
      b2 = f32x4.sub(b2, f32x4.mul(sb, w2));
      a3 = f32x4.sub(a3, f32x4.mul(sa, w3));
      b3 = f32x4.sub(b3, f32x4.mul(sb, w3));
      w += bytes;
    }
    storeScaled(a0, a1, a2, a3, factorA, block);
    storeScaled(b0, b1, b2, b3, factorB, block + 64);
    moveRows(a + at, bytes, block, noiseA ? noiseA + at : 0);
    moveRows(b + at, bytes, block + 64, noiseB ? noiseB + at : 0);
  }
}

/** The rows w_j x_j of all inputs, and one more with their sum, to `weighted`. */
function weighInputs(x: usize, inputs: u32, bytes: usize, weights: usize, weighted: usize): void {
  const total = weighted + <usize>inputs * bytes;
  memory.fill(total, 0, bytes);
  for (let j: u32 = 0; j < inputs; j++) {
    const weight = v128.load_splat<f32>(weights + (<usize>j << 2));
    for (let at: usize = 0; at < bytes; at += 16) {
      const product = f32x4.mul(v128.load(x + at), weight);
      v128.store(weighted + at, product);
      v128.store(total + at, f32x4.add(v128.load(total + at), product));
    }
    x += bytes;
    weighted += bytes;
  }
}

/**
 * Moves `groups` · 4 particles by their gradient and noise (unless `rate` is negative: then they stay), and leaves their
 * activations in `hidden` and Σ_i a_i tanh⟨θ_i, x_j⟩ in `sums`, float64.
 *
 * `theta` and `noise` are [4·groups][stride], `outer` [4·groups], `x` [inputs][stride], `weights` [inputs] the residuals
 * divided by m, `hidden` [groups][inputs][4]; `lanes`, [inputs][4], `weighted`, [inputs + 1][stride], and `idle`,
 * [4][inputs or stride, whichever is more], are room to work in.
 */
export function stepParticles(
  theta: usize, outer: usize, noise: usize, groups: u32, stride: u32, x: usize, inputs: u32, weights: usize, rate: f32,
  hidden: usize, sums: usize, lanes: usize, weighted: usize, idle: usize,
): void {
  const bytes = <usize>stride << 2;
  const hiddenBytes = <usize>inputs << 4;
  memory.fill(sums, 0, <usize>inputs << 3);
  // Zeros as particles, outer weights, noise and activations alike: they stay zeros.
  memory.fill(idle, 0, max(bytes << 2, hiddenBytes));
  weighInputs(x, inputs, bytes, weights, weighted);
  for (let first: u32 = 0; first < groups; first += TILE) {
    memory.fill(lanes, 0, hiddenBytes);
    const end = min(first + TILE, groups);
    for (let group = first; group < end; group += 2) {
      const alone = group + 1 == end;
      const b = alone ? idle : theta + (bytes << 2);
      const outerB = alone ? idle : outer + 16;
      const hiddenB = alone ? idle : hidden + hiddenBytes;
      const noiseB = noise ? (alone ? idle : noise + (bytes << 2)) : 0;
      if (rate >= 0) stepGroups(theta, b, outer, outerB, bytes, weighted, inputs, rate, noise, noiseB, hidden, hiddenB);
      forwardGroups(theta, b, outer, outerB, bytes, x, inputs, hidden, hiddenB, lanes);
      theta += bytes << 3;
      if (noise) noise += bytes << 3;
      outer += 32;
      hidden += hiddenBytes << 1;
    }
    for (let j: usize = 0; j < inputs; j++) {
      const v = v128.load(lanes + (j << 4));
      const low = <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1);
      const high = <f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3);
      store<f64>(sums + (j << 3), load<f64>(sums + (j << 3)) + (low + high));
    }
  }
}
