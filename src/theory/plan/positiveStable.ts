/**
 * @file The law of the positive stable variable A, E e^(−sA) = e^(−s^a): the limit of the total squared norm.
 *
 * With u = π/(1 + e^(−r)) and V(u) = (sin au/sin u)^(a/(1−a)) · sin((1−a)u)/sin u, which rises from V(0) = (1−a) a^(a/(1−a)),
 *   F(x) = (1/π) ∫₀^π exp(−x^(−a/(1−a)) V(u)) du.
 * The factor exp(−x^(−a/(1−a)) V(0)) is taken out, so that log F is right however far in the left tail; the rest is a step
 * in r of width about 1 − a, integrated by the trapezoidal rule in τ with r = r* + w sinh τ around the step.
 *
 * Source: Zolotarev (1986), section 2.2; Kanter (1975) for the same integral.
 */

const STEP = 1 / 16;
/** e^−42 is below half an ulp. */
const REACH = 42;

/** log(V(u)/V(0)) as a function of r; every sine has an argument with all its digits near a zero. */
function logRise(r: number, a: number): number {
  const u = Math.PI / (1 + Math.exp(-r));
  const rest = Math.PI / (1 + Math.exp(r));
  const sine = Math.sin(Math.min(u, rest));
  const first = Math.sin(2 * a * u < Math.PI ? a * u : (1 - a) * Math.PI + a * rest);
  const second = Math.sin(2 * (1 - a) * u < Math.PI ? (1 - a) * u : a * Math.PI + (1 - a) * rest);
  return (a / (1 - a)) * Math.log(first / (a * sine)) + Math.log(second / ((1 - a) * sine));
}

/**
 * log P(A ≤ x).
 *
 * @param logX log x, any number
 * @param a index, in (0, 1)
 * @returns log F(x) ≤ 0, with relative error of F below 1e-9; −Infinity where it is below −1e300
 */
export function positiveStableLogCdf(logX: number, a: number): number {
  // x^(−a/(1−a)) V(0): what ln(1/F) is, to leading order, where F is small.
  const least = Math.exp(Math.log(1 - a) + (a / (1 - a)) * (Math.log(a) - logX));
  if (least === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const excess = (r: number): number => least * Math.expm1(logRise(r, a));
  let low = -700;
  let high = 700;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 1) low = middle;
    else high = middle;
  }
  const center = (low + high) / 2;
  const width = Math.min(1, 1.5 * (1 - a));
  const left = -Math.asinh((REACH + Math.max(0, center)) / width);
  const right = Math.asinh((REACH + Math.max(0, -center)) / width);
  let sum = 0;
  for (let tau = Math.ceil(left / STEP) * STEP; tau < right; tau += STEP) {
    const r = center + width * Math.sinh(tau);
    sum += (Math.exp(-excess(r)) * Math.cosh(tau)) / (2 + Math.exp(r) + Math.exp(-r));
  }
  return Math.min(0, Math.log(sum * STEP * width) - least);
}

/**
 * The quantile: log of the x with log P(A ≤ x) = logP, by bisection.
 *
 * @param logP logarithm of a probability, below 0
 * @param a index, in (0, 1)
 * @returns log x; absolute error below 1e-9 where the density is not flat
 */
export function positiveStableLogQuantile(logP: number, a: number): number {
  // F(x) ≤ exp(−(1−a)(a/x)^(a/(1−a))) gives the lower end; P(A > x) ≤ e x^(−a) the upper.
  let low = Math.log(a) + ((1 - a) / a) * (Math.log(1 - a) - Math.log(-logP));
  let high = Math.max(low + 1, (2 - Math.log(-Math.expm1(logP))) / a);
  while (high - low > 1e-11 * Math.max(1, Math.abs(high))) {
    const middle = (low + high) / 2;
    if (positiveStableLogCdf(middle, a) < logP) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
