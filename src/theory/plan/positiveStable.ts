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
  const logLeast = logLeastExponent(logX, a);
  const least = Math.exp(logLeast);
  if (least === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  return Math.min(0, Math.log(average(logLeast, a, () => 1)) - least);
}

/**
 * The density of log A, F′ of F(e^y): (1/π) (a/(1−a)) ∫₀^π E e^(−E) du with E = x^(−a/(1−a)) V(u).
 *
 * @param logX y = log x, any number
 * @param a index, in (0, 1)
 * @returns the density, with relative error below 1e-11; 0 where it is below 1e-300
 */
export function positiveStableLogDensity(logX: number, a: number): number {
  const logLeast = logLeastExponent(logX, a);
  const least = Math.exp(logLeast);
  if (least > 690) return 0;
  return (a / (1 - a)) * Math.exp(-least) * average(logLeast, a, (excess) => least + excess);
}

/** The logarithm of x^(−a/(1−a)) V(0), which is ln(1/F) to leading order where F is small. */
function logLeastExponent(logX: number, a: number): number {
  return Math.log(1 - a) + (a / (1 - a)) * (Math.log(a) - logX);
}

/** The mean over u in (0, π) of f·e^(−excess), f a function of excess = x^(−a/(1−a)) (V(u) − V(0)). */
function average(logLeast: number, a: number, f: (excess: number) => number): number {
  const least = Math.exp(logLeast);
  const excess = (r: number): number => {
    const rise = logRise(r, a);
    // Far in the right tail the one underflows and the other overflows.
    return rise < 700 ? least * Math.expm1(rise) : Math.exp(logLeast + rise);
  };
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
    const over = excess(r);
    // e^−800 is 0, and excess rises from here on.
    if (over > 800) break;
    sum += (f(over) * Math.exp(-over) * Math.cosh(tau)) / (2 + Math.exp(r) + Math.exp(-r));
  }
  return sum * STEP * width;
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
