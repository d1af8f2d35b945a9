/**
 * @file The certificate: a width from which on the promise holds, without asymptotics. [proved]
 *
 * For any threshold τ with P(Z > τ) ≤ κ₀ < κ, each with its own small probability:
 * more than ⌊κn⌋ columns exceed τ at most with e^(−n KL(κ‖κ₀)) (Chernoff); if not, the cut sum is at most Σ Z 1{Z ≤ τ}, which
 * exceeds B = nM + √(2nVL) + τL/3 at most with e^(−L) (Bernstein, M and V the first two moments of Z 1{Z ≤ τ}); and the
 * total falls below X at most with inf_s e^(sX) (E e^(−sZ))^n (Chernoff). With X = n·demand(B/n), failing is one of the three.
 * For fixed τ and s each of the three bounds falls with n once it is below 1, so the width serves as "this and every larger".
 */
import type { ColumnLaw } from "./columnLaw.js";
import { cumulant } from "./columnLaw.js";
import { demand } from "./formula.js";
import type { CompressionPromise } from "./promise.js";
import type { ThresholdBound } from "./trimmedMoment.js";

/** A share of δ for each event: thresholds, cut sum, total. */
const shares = { count: 0.1, cut: 0.1, total: 0.8 };
/** Widths beyond e^700 are not looked for. */
const mostLogWidth = 690;

/** What the certificate needs to know. */
export interface CertificateSetting {
  readonly law: ColumnLaw;
  readonly bounds: readonly ThresholdBound[];
  /** ρ ≥ 0. */
  readonly drift: number;
}

/** Statements about every width at once. */
export interface Certificate {
  /**
   * log of the least width that is certified to fail at most with probability `failure`; Infinity beyond e^690.
   */
  logWidth(failure: number): number;
  /** The least failure probability that is certified at a width, 1 where none is. */
  failure(width: number): number;
}

/**
 * Prepares the certificate of a promise's κ and ε.
 *
 * @param setting the law, bounds of its trimmed moments, and the drift
 * @param target κ and ε
 * @returns the certificate; where the bounds hold only with a probability, its complement is to be added to the failure
 * Numerical note: the transform's quadrature is right to 1e-10, which is the only thing here that is not a proved inequality.
 */
export function certificate(
  { law, bounds, drift }: CertificateSetting,
  { keptFraction, relativeError }: Omit<CompressionPromise, "confidence">,
): Certificate {
  const psi = cumulant(law);
  const usable = bounds.filter(({ exceedance }) => exceedance > 0 && exceedance < keptFraction);
  const divergences = usable.map(({ exceedance }) => bernoulliDivergence(keptFraction, exceedance));
  const tooNarrow = 1 / keptFraction;

  /** The least demand on ‖Y‖²/n over the thresholds, Infinity where none can be used. */
  const leastDemand = (width: number, failure: number): number => {
    const countLevel = -Math.log(shares.count * failure);
    const level = -Math.log(shares.cut * failure);
    let least = Number.POSITIVE_INFINITY;
    usable.forEach(({ threshold, moment, square }, j) => {
      if (width * divergences[j]! < countLevel) return;
      const cut = moment + Math.sqrt((2 * square * level) / width) + (threshold * level) / (3 * width);
      least = Math.min(least, demand(cut, relativeError, drift));
    });
    return least;
  };

  const holds = (width: number, failure: number): boolean => {
    const needed = width < tooNarrow ? Number.POSITIVE_INFINITY : leastDemand(width, failure);
    if (needed === Number.POSITIVE_INFINITY) return false;
    // The exponent per column, ψ(s) − s·needed, is concave in s: golden section in log s.
    return (
      width * concaveMaximum((logS) => psi(Math.exp(logS)) - Math.exp(logS) * needed, -Math.log(needed)) >=
      -Math.log(shares.total * failure)
    );
  };

  return {
    logWidth(failure) {
      let low = Math.log(tooNarrow);
      let high = low + 1;
      while (!holds(Math.exp(high), failure)) {
        low = high;
        high = low + 2 * (high - Math.log(tooNarrow));
        if (high > mostLogWidth) return Number.POSITIVE_INFINITY;
      }
      while (high - low > 1e-6) {
        const middle = (low + high) / 2;
        if (holds(Math.exp(middle), failure)) high = middle;
        else low = middle;
      }
      return high;
    },
    failure(width) {
      if (!holds(width, 1)) return 1;
      let low = -700;
      let high = 0;
      while (high - low > 1e-4) {
        const middle = (low + high) / 2;
        if (holds(width, Math.exp(middle))) high = middle;
        else low = middle;
      }
      return Math.exp(high);
    },
  };
}

/** KL(p‖q) of two Bernoulli laws, p > q. */
function bernoulliDivergence(p: number, q: number): number {
  return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
}

/**
 * The maximum of a function with one hump, to the left of about `end`: the exponent is negative for s ≫ 1/needed·ψ, and the
 * search walks left until it has passed the hump.
 */
function concaveMaximum(f: (x: number) => number, end: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let right = end + 1;
  while (f(right) < f(right + 1)) right++;
  right++;
  let left = right - 2;
  while (f(left) < f(left - 1)) left--;
  left--;
  let inner = right - golden * (right - left);
  let outer = left + golden * (right - left);
  let [atInner, atOuter] = [f(inner), f(outer)];
  while (right - left > 1e-6) {
    if (atInner > atOuter) {
      [right, outer, atOuter] = [outer, inner, atInner];
      inner = right - golden * (right - left);
      atInner = f(inner);
    } else {
      [left, inner, atInner] = [inner, outer, atOuter];
      outer = left + golden * (right - left);
      atOuter = f(outer);
    }
  }
  return Math.max(atInner, atOuter);
}
