/**
 * @file Nolan's integral for the symmetric stable law, the method for every x that no series covers.
 *
 * With φ the distance of Nolan's angle to π/2, θ = π/2 − φ, and
 *   g(φ) = (x sin φ / sin αθ)^(α/(α−1)) · cos((α−1)θ) / sin φ,
 * which is monotone in φ, the law is for x > 0
 *   P(X > x) = (1/π) ∫₀^(π/2) h(g(φ)) dφ,   f(x) = α/(π |α−1| x) ∫₀^(π/2) g e^(−g) dφ,
 * where h(g) = e^(−g) for α > 1 and 1 − e^(−g) for α < 1: a step down at the φ* where g = 1, of relative width about
 * |α − 1|. The integral runs over τ in φ = (π/2)/(1 + e^(−s)), s = s* + w sinh τ: the logistic keeps both ends relatively
 * exact, the sinh resolves the step however sharp it is. The trapezoidal rule then converges exponentially.
 *
 * Source: Nolan, "Numerical calculation of stable densities and distribution functions" (1997), theorem 1, with β = 0.
 */

/** The law at one x > 0: P(0 < X < x), P(X > x) and the density. */
export interface Parts {
  center: number;
  tail: number;
  density: number;
}

const HALF_PI = Math.PI / 2;
/** e^−42 is below half an ulp: mass further out than this in s is lost in rounding. */
const REACH = 42;
const FIRST_STEP = 1 / 4;
const LAST_STEP = 1 / 64;
/** The error of a trapezoidal sum is about the square of its distance to the sum at twice the step. */
const AGREEMENT = 3e-7;
const NEGLIGIBLE = 1e-20;

/**
 * Evaluates the law by quadrature.
 *
 * @param x positive number
 * @param alpha tail index in (0, 2), not 1
 * @returns the smaller of center and tail to about 1e-10 relative, the larger as 1/2 minus it
 */
export function nolanIntegral(x: number, alpha: number): Parts {
  const gap = Math.abs(alpha - 1);
  const logG = logExponent(Math.log(x), alpha);
  const middle = findStep(logG, alpha > 1 ? 1 : -1);
  const fromTail = middle < 0;
  const survivalCounts = alpha > 1 === fromTail;
  const width = Math.min(1, gap * 1.5);
  const left = -Math.asinh((REACH + Math.max(0, middle)) / width);
  const right = Math.asinh((REACH + Math.max(0, -middle)) / width);
  let mass = 0;
  let flux = 0;
  const add = (tau: number): boolean => {
    const spread = Math.exp(tau);
    const s = middle + (width * (spread - 1 / spread)) / 2;
    const weight = (spread + 1 / spread) / (2 + Math.exp(s) + Math.exp(-s));
    const g = Math.exp(logG(s));
    const survival = Math.exp(-g);
    const massTerm = weight * (survivalCounts ? survival : -Math.expm1(-g));
    // In this order: weight · g can overflow where the survival is 0.
    const fluxTerm = g === Number.POSITIVE_INFINITY ? 0 : weight * (g * survival);
    mass += massTerm;
    flux += fluxTerm;
    return massTerm > NEGLIGIBLE * mass || fluxTerm > NEGLIGIBLE * flux;
  };
  const sweep = (offset: number, stride: number): void => {
    for (let tau = offset; tau < right && add(tau); tau += stride);
    for (let tau = offset - stride; tau > left && add(tau); tau -= stride);
  };
  let step = FIRST_STEP;
  sweep(0, step);
  for (;;) {
    const coarseMass = mass;
    const coarseFlux = flux;
    sweep(step / 2, step);
    step /= 2;
    const agrees =
      Math.abs(2 * coarseMass - mass) < AGREEMENT * mass && Math.abs(2 * coarseFlux - flux) < AGREEMENT * flux;
    if (agrees || step <= LAST_STEP) break;
  }
  // dφ = (π/2) dσ with σ the logistic function, and ds = w cosh τ dτ; the halves of cosh are in `weight`.
  const unit = (step * width) / 4;
  const small = unit * mass;
  const density = (alpha / (gap * x)) * unit * flux;
  return fromTail ? { center: 0.5 - small, tail: small, density } : { center: small, tail: 0.5 - small, density };
}

/** log g as a function of s; every sine has a small positive argument near its zero, so nothing cancels. */
function logExponent(logX: number, alpha: number): (s: number) => number {
  const gap = Math.abs(alpha - 1);
  const power = alpha / (alpha - 1);
  return (s) => {
    const phi = HALF_PI / (1 + Math.exp(-s));
    const theta = HALF_PI / (1 + Math.exp(s));
    const sinPhi = Math.sin(phi);
    // sin αθ = sin(π − αθ) and cos(|α−1|θ) = sin(π/2 − |α−1|θ), in the form that is exact as φ → 0.
    const sinAlphaTheta = Math.sin(
      alpha > 1 ? Math.min(alpha * theta, (2 - alpha) * HALF_PI + alpha * phi) : alpha * theta,
    );
    const cosine = Math.sin((1 - gap) * HALF_PI + gap * phi);
    return power * (logX + Math.log(sinPhi / sinAlphaTheta)) + Math.log(cosine / sinPhi);
  };
}

/** The s* at which log g = 0, by regula falsi (Illinois); log g rises with s if `direction` is 1, falls if −1. */
function findStep(logG: (s: number) => number, direction: 1 | -1): number {
  let low = -700;
  let high = 700;
  let atLow = direction * logG(low);
  let atHigh = direction * logG(high);
  if (atLow >= 0) return low;
  if (atHigh <= 0) return high;
  let side = 0;
  for (let i = 0; i < 60; i++) {
    const s = (low * atHigh - high * atLow) / (atHigh - atLow);
    const value = direction * logG(s);
    if (Math.abs(value) < 0.1 || high - low < 1e-12) return s;
    if (value < 0) {
      low = s;
      atLow = value;
      if (side === -1) atHigh /= 2;
      side = -1;
    } else {
      high = s;
      atHigh = value;
      if (side === 1) atLow /= 2;
      side = 1;
    }
  }
  return (low + high) / 2;
}
