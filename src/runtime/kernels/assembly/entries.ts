/** @file The update entry by entry: W ← keep·W − rate·g + noise over a stretch of a row. */
import { quantile } from "./draws";

/** One vector of noise whose lanes are handled one by one. */
const partial: usize = memory.data(16, 16);

/** The address `by` bytes on, or 0 where there is no array. */
@inline
export function onwards(array: usize, by: usize): usize {
  return array ? array + by : 0;
}

/**
 * W ← keep·W − rate·g + noise for four entries, without the middle term unless `moved`, and noise alone if `fresh`. Gives the
 * new values times 0: zeros, but a NaN for an infinity or a NaN; sums of these tell whether all values are finite.
 */
@inline
function step4(
  weight: usize, gradient: usize, keep: v128, rate: v128, noise: v128, moved: bool, fresh: bool,
): v128 {
  let w = noise;
  if (!fresh) {
    w = f32x4.mul(v128.load(weight), keep);
    if (moved) w = f32x4.sub(w, f32x4.mul(v128.load(gradient), rate));
    w = f32x4.add(w, noise);
  }
  v128.store(weight, w);
  return f32x4.mul(w, f32x4.splat(0));
}

/** The same for the entries in the first `bytes` of 16. */
function stepPart(weight: usize, gradient: usize, bytes: usize, keep: f32, rate: f32, noise: v128): v128 {
  v128.store(partial, noise);
  let spoilt: f32 = 0;
  for (let at: usize = 0; at < bytes; at += 4) {
    let w: f32 = keep == 0 && !gradient ? 0 : load<f32>(weight + at) * keep;
    if (gradient) w = w - load<f32>(gradient + at) * rate;
    w = w + load<f32>(partial + at);
    store<f32>(weight + at, w);
    spoilt = spoilt + w * 0;
  }
  return f32x4.splat(spoilt);
}

/** The same for `bytes` of a row whose positions begin at `from`. Two vectors at a time: their look-ups overlap. */
@inline
function stepStretch(
  weight: usize, gradient: usize, bytes: usize, from: usize, keepBy: f32, rateBy: f32, scaleBy: f32, table: usize,
  moved: bool, fresh: bool,
): v128 {
  const keep = f32x4.splat(keepBy);
  const rate = f32x4.splat(rateBy);
  const scale = f32x4.splat(scaleBy);
  const end = from + bytes;
  let spoilt = f32x4.splat(0);
  weight -= from;
  gradient -= from;
  for (const last = from + (bytes & ~31); from < last; from += 32) {
    const x0 = f32x4.mul(quantile(v128.load(from), table), scale);
    const x1 = f32x4.mul(quantile(v128.load(from, 16), table), scale);
    const s0 = step4(weight + from, gradient + from, keep, rate, x0, moved, fresh);
    const s1 = step4(weight + from + 16, gradient + from + 16, keep, rate, x1, moved, fresh);
    spoilt = f32x4.add(spoilt, f32x4.add(s0, s1));
  }
  for (; from < end; from += 16) {
    const x = f32x4.mul(quantile(v128.load(from), table), scale);
    const s = end - from < 16
      ? stepPart(weight + from, moved ? gradient + from : 0, end - from, keepBy, rateBy, x)
      : step4(weight + from, gradient + from, keep, rate, x, moved, fresh);
    spoilt = f32x4.add(spoilt, s);
  }
  return spoilt;
}

/** Steps `bytes` of a row whose positions begin at `from`; gives zeros, and NaN somewhere unless all new values are finite. */
export function stepEntries(
  weight: usize, gradient: usize, bytes: usize, from: usize, keep: f32, rate: f32, scale: f32, table: usize,
): v128 {
  return gradient
    ? stepStretch(weight, gradient, bytes, from, keep, rate, scale, table, true, false)
    : keep == 0
      ? stepStretch(weight, 0, bytes, from, keep, rate, scale, table, false, true)
      : stepStretch(weight, 0, bytes, from, keep, rate, scale, table, false, false);
}

/** The same for a row of one draw. */
export function stepNode(weight: usize, gradient: usize, bytes: usize, keep: f32, rate: f32, draw: f32): v128 {
  const whole = bytes & ~15;
  const spoilt = gradient
    ? stepWhole(weight, gradient, whole, f32x4.splat(keep), f32x4.splat(rate), f32x4.splat(draw), true)
    : stepWhole(weight, gradient, whole, f32x4.splat(keep), f32x4.splat(rate), f32x4.splat(draw), false);
  if (whole == bytes) return spoilt;
  const part = stepPart(weight + whole, onwards(gradient, whole), bytes - whole, keep, rate, f32x4.splat(draw));
  return f32x4.add(spoilt, part);
}

/** The same for `bytes`, a multiple of 16, that share their noise. */
@inline
function stepWhole(
  weight: usize, gradient: usize, bytes: usize, keep: v128, rate: v128, noise: v128, moved: bool,
): v128 {
  let spoilt = f32x4.splat(0);
  gradient -= weight;
  for (const end = weight + bytes; weight < end; weight += 16) {
    spoilt = f32x4.add(spoilt, step4(weight, gradient + weight, keep, rate, noise, moved, false));
  }
  return spoilt;
}
