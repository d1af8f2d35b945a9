/**
 * @file The two series of the symmetric stable law, each taken only where it is known to be exact to rounding.
 *
 * Far out, P(X > x) = (1/π) Σ_{k≥1} (−1)^(k+1) Γ(kα)/k! sin(πkα/2) x^(−kα): convergent for α < 1, asymptotic for α > 1 with an
 * error below the first omitted term taken without its sine (Bergström 1952). Near zero,
 * P(0 < X < x) = (1/(πα)) Σ_{k≥0} (−1)^k Γ((2k+1)/α)/(2k+1)! x^(2k+1): convergent for α > 1, asymptotic for α < 1.
 * The density is the derivative, term by term.
 */
import { gamma, logGamma } from "../stats/gamma.js";
import type { Parts } from "./integral.js";

const TERMS = 80;
/** Relative size of a term that ends the sum. */
const PRECISION = 1e-15;
/** Largest ratio of a term to the result: times the coefficients' rounding of 1e-13 it leaves 1e-9. */
const CANCELLATION = 10000;

/** Coefficients without sign and sine, and the sines, for one α; a table asks for one α thousands of times. */
interface Coefficients {
  alpha: number;
  tail: Float64Array;
  sines: Float64Array;
  center: Float64Array;
}
let latest: Coefficients | undefined;

/**
 * The law by a series, where one applies.
 *
 * @param x positive number
 * @param alpha tail index in (0, 2)
 * @returns the parts with relative error below 1e-8 in the smaller one (usually 1e-12), or undefined where neither series reaches it
 */
export function seriesParts(x: number, alpha: number): Parts | undefined {
  if (latest?.alpha !== alpha) latest = coefficients(alpha);
  return tailSeries(x, latest) ?? centerSeries(x, latest);
}

function tailSeries(x: number, { alpha, tail, sines }: Coefficients): Parts | undefined {
  const ratio = x ** -alpha;
  let power = 1;
  let sum = 0;
  let slope = 0;
  let largest = 0;
  for (let k = 1; k <= TERMS; k++) {
    power *= ratio;
    const size = tail[k]! * power;
    if (size > CANCELLATION) return undefined;
    // Beyond k = 1 the sines can vanish by chance, so the unsigned term decides.
    if (k > 1 && k * size <= PRECISION * Math.abs(slope)) {
      if (largest > CANCELLATION * sum) return undefined;
      return { center: 0.5 - sum / Math.PI, tail: sum / Math.PI, density: (alpha * slope) / (Math.PI * x) };
    }
    const term = k % 2 === 1 ? size * sines[k]! : -size * sines[k]!;
    largest = Math.max(largest, Math.abs(term));
    sum += term;
    slope += k * term;
  }
  return undefined;
}

function centerSeries(x: number, { alpha, center }: Coefficients): Parts | undefined {
  const scale = 1 / (Math.PI * alpha);
  let power = x;
  let sum = 0;
  let slope = 0;
  let largest = 0;
  for (let k = 0; k < TERMS; k++) {
    const size = center[k]! * power;
    if (size * (2 * k + 1) <= PRECISION * Math.abs(slope)) {
      const mass = scale * sum;
      if (scale * largest > CANCELLATION * Math.min(mass, 0.5 - mass)) return undefined;
      return { center: mass, tail: 0.5 - mass, density: (scale * slope) / x };
    }
    largest = Math.max(largest, size);
    if (scale * largest > CANCELLATION) return undefined;
    const term = k % 2 === 0 ? size : -size;
    sum += term;
    slope += (2 * k + 1) * term;
    power *= x * x;
  }
  return undefined;
}

function coefficients(alpha: number): Coefficients {
  const tail = new Float64Array(TERMS + 1);
  const sines = new Float64Array(TERMS + 1);
  const center = new Float64Array(TERMS);
  for (let k = 1; k <= TERMS; k++) {
    tail[k] = Math.exp(logGamma(k * alpha) - logGamma(k + 1));
    // sin(πkα/2) = (−1)^(k+1) sin(πk(2−α)/2), whose argument is exact to rounding as α → 2.
    sines[k] = alpha > 1 ? (k % 2 === 1 ? 1 : -1) * sinPi((k * (2 - alpha)) / 2) : sinPi((k * alpha) / 2);
  }
  for (let k = 0; k < TERMS; k++) center[k] = gamma((2 * k + 1) / alpha) / gamma(2 * k + 2);
  return { alpha, tail, sines, center };
}

/** sin(πt), reduced exactly. */
function sinPi(t: number): number {
  return Math.sin(Math.PI * (t - 2 * Math.round(t / 2)));
}
