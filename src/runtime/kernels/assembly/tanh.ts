/** @file tanh in float32, four lanes at once, in place of its scaled argument. */

/** 2·log₂e four times: what an argument is to be multiplied by. */
export const TWICE_LOG2_E: usize = memory.data<f32>([2.88539008, 2.88539008, 2.88539008, 2.88539008], 16);

/**
 * tanh z = (E − M)/(E + M), where e^2z = E/M: with s = 2z·log₂e = n + f, n whole and |f| ≤ 1/2, tanh(f·ln 2/2) is a·f/(f² + b)
 * to 2.2e-7, the least that any a and b reach; so M = f² + b − a·f, and E = 2ⁿ·(f² + b + a·f), the power added to the exponent.
 * tanh is within 3e-7.
 * In order: a, b, the number that rounds to whole ones when added, the furthest s, its negative.
 */
const constants: usize = memory.data<f32>([
  8.67777412, 8.67777412, 8.67777412, 8.67777412,
  25.0389185, 25.0389185, 25.0389185, 25.0389185,
  12582912, 12582912, 12582912, 12582912,
  100, 100, 100, 100,
  -100, -100, -100, -100,
], 16);

@inline
function constant(index: usize): v128 {
  return v128.load(constants + (index << 4));
}

/**
 * tanh z of four vectors at `at`, in place of their s = 2z·log₂e; interleaved, since each is a chain of operations that wait for
 * each other. Unless `near`, s may be any number; if so, |s| ≤ 100.
 */
@inline
function tanhFour(at: usize, near: bool): void {
  let s0 = v128.load(at);
  let s1 = v128.load(at, 16);
  let s2 = v128.load(at, 32);
  let s3 = v128.load(at, 48);
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
  const f0 = f32x4.sub(s0, f32x4.nearest(s0));
  const f1 = f32x4.sub(s1, f32x4.nearest(s1));
  const f2 = f32x4.sub(s2, f32x4.nearest(s2));
  const f3 = f32x4.sub(s3, f32x4.nearest(s3));
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
  v128.store(at, h0);
  v128.store(at, h1, 16);
  v128.store(at, h2, 32);
  v128.store(at, h3, 48);
}

/** tanh in place of s from `at` to `end`, where |s| ≤ 100. */
export function tanhNear(at: usize, end: usize): void {
  for (; at < end; at += 64) tanhFour(at, true);
}

/** The same for any s. */
export function tanhAny(at: usize, end: usize): void {
  for (; at < end; at += 64) tanhFour(at, false);
}
