/**
 * @file One Euler step of interacting particles: the mean-field gradient of (1/2m) Σ_j (f(x_j) − y_j)² with
 * f = (1/n) Σ_i a_i tanh⟨θ_i, x_j⟩, the update with given noise, and the activations at the new place, in one pass.
 *
 * Particles are handled in groups of four, one per lane, and groups in pairs a and b, so that an input is loaded once for
 * both; an odd group is paired with an idle one of zeros. A group is stored component by component, [stride][4 lanes].
 * `stride`, the length of a particle and of an input, and `inputs`, their number, are multiples of 4, filled up with zeros,
 * which change no sum. The activations of a group, [inputs][4 lanes], are kept from one step to the next. Sums over
 * particles run in float32 over TILE groups, whose activations are still in a near cache, and in float64 over tiles.
 */

import { tanhAny, tanhNear, TWICE_LOG2_E } from "./tanh";

/** Groups whose sums are taken in float32, an even number. */
const TILE: u32 = 32;

/** The outer weights of a group whose particles all have 1. */
const ones: usize = memory.data<f32>([1, 1, 1, 1], 16);

/** Four components of an input times those of four particles, added up. */
@inline
function dot(x0: v128, x1: v128, x2: v128, x3: v128, t0: v128, t1: v128, t2: v128, t3: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(x0, t0), f32x4.mul(x1, t1)), f32x4.add(f32x4.mul(x2, t2), f32x4.mul(x3, t3)));
}

/** s = 2·log₂e·⟨θ, x_j⟩ over four components, for two groups, stored in `hidden` or added to what is there. */
@inline
function dotGroups(
  a: usize, b: usize, bytes: usize, x: usize, inputs: u32, hiddenA: usize, hiddenB: usize, add: bool,
): v128 {
  const scale = v128.load(TWICE_LOG2_E);
  const a0 = f32x4.mul(v128.load(a), scale);
  const a1 = f32x4.mul(v128.load(a, 16), scale);
  const a2 = f32x4.mul(v128.load(a, 32), scale);
  const a3 = f32x4.mul(v128.load(a, 48), scale);
  const b0 = f32x4.mul(v128.load(b), scale);
  const b1 = f32x4.mul(v128.load(b, 16), scale);
  const b2 = f32x4.mul(v128.load(b, 32), scale);
  const b3 = f32x4.mul(v128.load(b, 48), scale);
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
  return f32x4.pmax(sumOfSizes(a0, a1, a2, a3), sumOfSizes(b0, b1, b2, b3));
}

@inline
function sumOfSizes(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.abs(a), f32x4.abs(b)), f32x4.add(f32x4.abs(c), f32x4.abs(d)));
}

/** s = 2·log₂e·⟨θ, x_j⟩ of two groups, to their `hidden`; gives the larger Σ_k |2·log₂e·θ_k| of each lane. `bytes` is 4·stride. */
@inline
function scoreGroups(
  a: usize, b: usize, bytes: usize, x: usize, inputs: u32, hiddenA: usize, hiddenB: usize,
): v128 {
  let sizes = dotGroups(a, b, bytes, x, inputs, hiddenA, hiddenB, false);
  for (let at: usize = 16; at < bytes; at += 16) {
    sizes = f32x4.add(sizes, dotGroups(a + (at << 2), b + (at << 2), bytes, x + at, inputs, hiddenA, hiddenB, true));
  }
  return sizes;
}

/**
 * θ ← (θ − factor·g) + noise for four components of a group; `noise`, which 0 means none of, has them particle by particle,
 * `bytes` apart.
 */
@inline
function move(theta: usize, g0: v128, g1: v128, g2: v128, g3: v128, factor: v128, noise: usize, bytes: usize): void {
  g0 = f32x4.sub(v128.load(theta), f32x4.mul(g0, factor));
  g1 = f32x4.sub(v128.load(theta, 16), f32x4.mul(g1, factor));
  g2 = f32x4.sub(v128.load(theta, 32), f32x4.mul(g2, factor));
  g3 = f32x4.sub(v128.load(theta, 48), f32x4.mul(g3, factor));
  if (noise) {
    const third = noise + (bytes << 1);
    const low01 = v128.shuffle<i32>(v128.load(noise), v128.load(noise + bytes), 0, 4, 1, 5);
    const low23 = v128.shuffle<i32>(v128.load(third), v128.load(third + bytes), 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(v128.load(noise), v128.load(noise + bytes), 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(v128.load(third), v128.load(third + bytes), 2, 6, 3, 7);
    g0 = f32x4.add(g0, v128.shuffle<i64>(low01, low23, 0, 2));
    g1 = f32x4.add(g1, v128.shuffle<i64>(low01, low23, 1, 3));
    g2 = f32x4.add(g2, v128.shuffle<i64>(high01, high23, 0, 2));
    g3 = f32x4.add(g3, v128.shuffle<i64>(high01, high23, 1, 3));
  }
  v128.store(theta, g0);
  v128.store(theta, g1, 16);
  v128.store(theta, g2, 32);
  v128.store(theta, g3, 48);
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
    move(a + (at << 2), a0, a1, a2, a3, factorA, noiseA ? noiseA + at : 0, bytes);
    move(b + (at << 2), b0, b1, b2, b3, factorB, noiseB ? noiseB + at : 0, bytes);
  }
}

/** 100 over the largest component of an input in size, four times. */
function farFrom(x: usize, inputs: u32, bytes: usize): v128 {
  let most = f32x4.splat(0);
  for (const end = x + <usize>inputs * bytes; x < end; x += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(x)));
  const low = max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1));
  return f32x4.splat(100 / max(low, max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3))));
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

/** Adds Σ_i a_i h_ij over `groups` groups, summed in float32, to `sums`, four inputs at a time; `weighted` unless all a_i are 1. */
@inline
function addProducts(hidden: usize, outer: usize, weighted: bool, groups: u32, inputs: u32, sums: usize): void {
  const hiddenBytes = <usize>inputs << 4;
  for (const end = hidden + hiddenBytes; hidden < end; hidden += 64) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let at = hidden;
    for (let group: usize = 0; group < <usize>groups << 4; group += 16) {
      let h0 = v128.load(at);
      let h1 = v128.load(at, 16);
      let h2 = v128.load(at, 32);
      let h3 = v128.load(at, 48);
      if (weighted) {
        const a = v128.load(outer + group);
        h0 = f32x4.mul(a, h0);
        h1 = f32x4.mul(a, h1);
        h2 = f32x4.mul(a, h2);
        h3 = f32x4.mul(a, h3);
      }
      s0 = f32x4.add(s0, h0);
      s1 = f32x4.add(s1, h1);
      s2 = f32x4.add(s2, h2);
      s3 = f32x4.add(s3, h3);
      at += hiddenBytes;
    }
    addLanes(sums, s0);
    addLanes(sums + 8, s1);
    addLanes(sums + 16, s2);
    addLanes(sums + 24, s3);
    sums += 32;
  }
}
/** Functions of their own: one large one leaves its loops too few registers. */
function addWeighted(hidden: usize, outer: usize, groups: u32, inputs: u32, sums: usize): void {
  addProducts(hidden, outer, true, groups, inputs, sums);
}
function addPlain(hidden: usize, groups: u32, inputs: u32, sums: usize): void {
  addProducts(hidden, 0, false, groups, inputs, sums);
}

/** Adds the four lanes to a float64. */
@inline
function addLanes(sum: usize, v: v128): void {
  const low = <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1);
  const high = <f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3);
  store<f64>(sum, load<f64>(sum) + (low + high));
}

/**
 * Moves `groups` · 4 particles by their gradient and noise (unless `rate` is negative: then they stay), and leaves their
 * activations in `hidden` and Σ_i a_i tanh⟨θ_i, x_j⟩ in `sums`, float64.
 *
 * `theta` is [groups][stride][4], `noise` [4·groups][stride], `outer` [4·groups] or 0 where all outer weights are 1, `x`
 * [inputs][stride], `weights` [inputs] the residuals divided by m, `hidden` [groups][inputs][4]; `weighted`,
 * [inputs + 1][stride], and `idle`, [4][inputs or stride, whichever is more], are room to work in.
 */
export function stepParticles(
  theta: usize, outer: usize, noise: usize, groups: u32, stride: u32, x: usize, inputs: u32, weights: usize, rate: f32,
  hidden: usize, sums: usize, weighted: usize, idle: usize,
): void {
  const bytes = <usize>stride << 2;
  const hiddenBytes = <usize>inputs << 4;
  memory.fill(sums, 0, <usize>inputs << 3);
  // Zeros as particles, outer weights, noise and activations alike: they stay zeros.
  memory.fill(idle, 0, max(bytes << 2, hiddenBytes));
  weighInputs(x, inputs, bytes, weights, weighted);
  const far = farFrom(x, inputs, bytes);
  const outerBytes: usize = outer ? 16 : 0;
  let a = outer ? outer : ones;
  for (let first: u32 = 0; first < groups; first += TILE) {
    const tileHidden = hidden;
    const tileOuter = a;
    const end = min(first + TILE, groups);
    for (let group = first; group < end; group += 2) {
      const alone = group + 1 == end;
      const b = alone ? idle : theta + (bytes << 2);
      const outerB = alone ? idle : a + outerBytes;
      const hiddenB = alone ? idle : hidden + hiddenBytes;
      const noiseB = noise ? (alone ? idle : noise + (bytes << 2)) : 0;
      if (rate >= 0) stepGroups(theta, b, a, outerB, bytes, weighted, inputs, rate, noise, noiseB, hidden, hiddenB);
      const sizes = scoreGroups(theta, b, bytes, x, inputs, hidden, hiddenB);
      const hiddenEnd = hidden + (alone ? hiddenBytes : hiddenBytes << 1);
      // |s| ≤ Σ_k |2·log₂e·θ_k| · max |x|, nearly always close enough; NaN is not.
      if (i32x4.all_true(f32x4.le(sizes, far))) tanhNear(hidden, hiddenEnd);
      else tanhAny(hidden, hiddenEnd);
      theta += bytes << 3;
      if (noise) noise += bytes << 3;
      a += outerBytes << 1;
      hidden = hiddenEnd;
    }
    if (outer) addWeighted(tileHidden, tileOuter, end - first, inputs, sums);
    else addPlain(tileHidden, end - first, inputs, sums);
  }
}
