/**
 * @file One Euler step of interacting particles: the mean-field gradient of (1/2m) Σ_j (f(x_j) − y_j)² with
 * f = (1/n) Σ_i a_i tanh⟨θ_i, x_j⟩, the update with given noise, and the activations at the new place, in one pass.
 *
 * Particles are handled in groups of four, one per lane, and groups in pairs a and b, so that an input is loaded once for
 * both; an odd group is paired with an idle one of zeros. A group is stored component by component, [stride][4 lanes].
 * `stride`, the length of a particle and of an input, and `inputs`, their number, are multiples of 4, filled up with zeros,
 * which change no sum. The activations of a group, [inputs][4 lanes], are kept from one step to the next. Sums over
 * particles run in float32 over TILE groups and in float64 over tiles.
 */

/** Groups whose sums are taken in float32, an even number. */
const TILE: u32 = 32;

/**
 * tanh z = (E − M)/(E + M), where e^2z = E/M: with s = 2z·log₂e = n + f, n whole and |f| ≤ 1/2, tanh(f·ln 2/2) is a·f/(f² + b)
 * to 2.2e-7, the least that any a and b reach; so M = f² + b − a·f, and E = 2ⁿ·(f² + b + a·f), the power added to the exponent.
 * tanh is within 3e-7.
 * In order: a, b, the number that rounds to whole ones when added, the furthest s, its negative, 2·log₂e.
 */
const constants: usize = memory.data<f32>([
  8.67777412, 8.67777412, 8.67777412, 8.67777412,
  25.0389185, 25.0389185, 25.0389185, 25.0389185,
  12582912, 12582912, 12582912, 12582912,
  100, 100, 100, 100,
  -100, -100, -100, -100,
  2.88539008, 2.88539008, 2.88539008, 2.88539008,
], 16);
@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4));
}

/**
 * tanh z of two vectors at `a` and two at `b`, in place of their s = 2z·log₂e; interleaved, since each is a chain of operations
 * that wait for each other. Unless `near`, s may be any number; if so, |s| ≤ 100. Adds factorA·tanh of those at `a` and
 * factorB·tanh of those at `b` to two vectors at `lanes`.
 */
@inline
function tanhFour(a: usize, b: usize, near: bool, factorA: v128, factorB: v128, lanes: usize): void {
  let s0 = v128.load(a);
  let s1 = v128.load(b);
  let s2 = v128.load(a, 16);
  let s3 = v128.load(b, 16);
  if (!near) {
    s0 = f32x4.pmax(f32x4.pmin(s0, constant(3)), constant(4));
    s1 = f32x4.pmax(f32x4.pmin(s1, constant(3)), constant(4));
    s2 = f32x4.pmax(f32x4.pmin(s2, constant(3)), constant(4));
    s3 = f32x4.pmax(f32x4.pmin(s3, constant(3)), constant(4));
  }
  let c = constant(2);
  const n0 = f32x4.add(s0, c);
  const n1 = f32x4.add(s1, c);
  const n2 = f32x4.add(s2, c);
  const n3 = f32x4.add(s3, c);
  const f0 = f32x4.sub(s0, f32x4.sub(n0, c));
  const f1 = f32x4.sub(s1, f32x4.sub(n1, c));
  const f2 = f32x4.sub(s2, f32x4.sub(n2, c));
  const f3 = f32x4.sub(s3, f32x4.sub(n3, c));
  const t0 = f32x4.mul(f0, f0);
  const t1 = f32x4.mul(f1, f1);
  const t2 = f32x4.mul(f2, f2);
  const t3 = f32x4.mul(f3, f3);
  c = constant(0);
  const p0 = f32x4.mul(f0, c);
  const p1 = f32x4.mul(f1, c);
  const p2 = f32x4.mul(f2, c);
  const p3 = f32x4.mul(f3, c);
  c = constant(1);
  const d0 = f32x4.add(t0, c);
  const d1 = f32x4.add(t1, c);
  const d2 = f32x4.add(t2, c);
  const d3 = f32x4.add(t3, c);
  const e0 = i32x4.add(f32x4.add(d0, p0), i32x4.shl(n0, 23));
  const e1 = i32x4.add(f32x4.add(d1, p1), i32x4.shl(n1, 23));
  const e2 = i32x4.add(f32x4.add(d2, p2), i32x4.shl(n2, 23));
  const e3 = i32x4.add(f32x4.add(d3, p3), i32x4.shl(n3, 23));
  const m0 = f32x4.sub(d0, p0);
  const m1 = f32x4.sub(d1, p1);
  const m2 = f32x4.sub(d2, p2);
  const m3 = f32x4.sub(d3, p3);
  const h0 = f32x4.div(f32x4.sub(e0, m0), f32x4.add(e0, m0));
  const h1 = f32x4.div(f32x4.sub(e1, m1), f32x4.add(e1, m1));
  const h2 = f32x4.div(f32x4.sub(e2, m2), f32x4.add(e2, m2));
  const h3 = f32x4.div(f32x4.sub(e3, m3), f32x4.add(e3, m3));
  v128.store(a, h0);
  v128.store(b, h1);
  v128.store(a, h2, 16);
  v128.store(b, h3, 16);
  const first = f32x4.add(f32x4.mul(factorA, h0), f32x4.mul(factorB, h1));
  const second = f32x4.add(f32x4.mul(factorA, h2), f32x4.mul(factorB, h3));
  v128.store(lanes, f32x4.add(v128.load(lanes), first));
  v128.store(lanes, f32x4.add(v128.load(lanes, 16), second), 16);
}

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
  const scale = constant(5);
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

/**
 * The activations of two groups, to their `hidden`, and a·tanh added to `lanes`, four lanes an input; `bytes` is 4·stride and
 * `far` 100 over the largest component of an input in size, four times.
 */
@inline
function forwardGroups(
  a: usize, b: usize, outerA: usize, outerB: usize, bytes: usize, x: usize, inputs: u32, far: v128,
  hiddenA: usize, hiddenB: usize, lanes: usize,
): void {
  let sizes = dotGroups(a, b, bytes, x, inputs, hiddenA, hiddenB, false);
  for (let at: usize = 16; at < bytes; at += 16) {
    sizes = f32x4.add(sizes, dotGroups(a + (at << 2), b + (at << 2), bytes, x + at, inputs, hiddenA, hiddenB, true));
  }
  const factorA = v128.load(outerA);
  const factorB = v128.load(outerB);
  const end = <usize>inputs << 4;
  // |s| ≤ Σ_k |2·log₂e·θ_k| · max |x|, nearly always close enough; NaN is not.
  if (i32x4.all_true(f32x4.le(sizes, far))) {
    for (let j: usize = 0; j < end; j += 32) {
      tanhFour(hiddenA + j, hiddenB + j, true, factorA, factorB, lanes + j);
    }
  } else {
    for (let j: usize = 0; j < end; j += 32) {
      tanhFour(hiddenA + j, hiddenB + j, false, factorA, factorB, lanes + j);
    }
  }
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

/**
 * Moves `groups` · 4 particles by their gradient and noise (unless `rate` is negative: then they stay), and leaves their
 * activations in `hidden` and Σ_i a_i tanh⟨θ_i, x_j⟩ in `sums`, float64.
 *
 * `theta` is [groups][stride][4], `noise` [4·groups][stride], `outer` [4·groups], `x` [inputs][stride], `weights` [inputs]
 * the residuals divided by m, `hidden` [groups][inputs][4]; `lanes`, [inputs][4], `weighted`, [inputs + 1][stride], and
 * `idle`, [4][inputs or stride, whichever is more], are room to work in.
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
  const far = farFrom(x, inputs, bytes);
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
      forwardGroups(theta, b, outer, outerB, bytes, x, inputs, far, hidden, hiddenB, lanes);
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
