/**
 * @file The law of one column after training by noise alone: θ = s₀ G + c X, with G ~ N(0, I_d) the initial weights and X
 * one draw of the noise, and what the planner asks about Z = ‖θ‖².
 *
 * X is as in `NoiseDraw`: `node` (type I), `coordinate` (II), `isotropic` (III), each coordinate S1(α, 0, 1, 0). `radial` noise
 * keeps the direction of G: ‖θ‖ = | s₀‖G‖ + √d c ξ | with ξ one draw of S1(α, 0, 1, 0), as docs/theory/radial.md shows. With
 * a = α/2 < 1, E e^(−sZ) = 1 − (bs)^a − μs + … as s → 0: b carries the stable part, μ = d s₀² the Gaussian one. [proved]
 */
import { ParameterError } from "../../errors.js";
import { logGamma } from "../../math/stats/gamma.js";
import { levyNoise, type NoiseConvention, type NoiseKind } from "../../noise/noise.js";
import { chiSquaredNodes } from "./chiSquared.js";
import { positiveStableNodes } from "./positiveStableNodes.js";

/** Kinds of noise that are heavy-tailed. */
export type ColumnKind = Exclude<NoiseKind, "none" | "gaussian">;

/** One column's law. */
export interface ColumnLaw {
  readonly kind: ColumnKind;
  /** α, in [0.5, 2]. */
  readonly alpha: number;
  /** d, the unit's incoming weights, at most 10^6. */
  readonly inputs: number;
  /** c > 0: the scale of the accumulated noise in every coordinate. */
  readonly noiseScale: number;
  /** s₀ ≥ 0: the standard deviation of the initial weights as far as they are still there. */
  readonly initStd: number;
}

/** What a column has gone through. */
export interface ColumnHistory {
  readonly kind: ColumnKind;
  readonly alpha: number;
  /** σ > 0, the noise scale at time 1. */
  readonly sigma: number;
  /** t > 0: the steps' learning rates added up. */
  readonly time: number;
  readonly inputs: number;
  readonly initStd: number;
  readonly convention: NoiseConvention;
  /** λ ≥ 0. */
  readonly weightDecay: number;
}

/**
 * The law of a column: c = σ·t^(1/α), without error from the step size; with decay λ the stable Ornstein–Uhlenbeck
 * process, c^α = σ^α (1 − e^(−αλt))/(αλ) and s₀ e^(−λt). [proved]
 *
 * @param history noise, time, inputs, initial scale and decay
 * @returns the law
 * @throws ParameterError if a number is outside its domain
 */
export function columnLaw(history: ColumnHistory): ColumnLaw {
  const { kind, alpha, sigma, time, inputs, initStd, convention, weightDecay } = history;
  const need = (where: string, holds: boolean, expected: string, got: number, remedy?: string): void => {
    if (!holds) throw new ParameterError({ where, expected, got: `${got}`, ...(remedy !== undefined && { remedy }) });
  };
  const light =
    "No width can help without noise: columns of light tails keep a constant error, however many there are.";
  need("sigma", sigma > 0 && Number.isFinite(sigma), "a finite scale above 0", sigma, light);
  need("time", time > 0 && Number.isFinite(time), "a finite time above 0", time, light);
  need("inputs", Number.isInteger(inputs) && inputs >= 1 && inputs <= 1e6, "a whole number from 1 to 10^6", inputs);
  need("initStd", initStd >= 0 && Number.isFinite(initStd), "a finite number of at least 0", initStd);
  need("weightDecay", weightDecay >= 0 && Number.isFinite(weightDecay), "a finite number of at least 0", weightDecay);
  const rate = alpha * weightDecay;
  const noiseTime = rate === 0 ? time : -Math.expm1(-rate * time) / rate;
  // The conventions are the noise's own; the key names random numbers, and only the scale is read here.
  const draw = levyNoise({ kind, alpha, sigma, convention }).increment(noiseTime, { hi: 0, lo: 0 })!;
  return { kind, alpha, inputs, noiseScale: draw.scale, initStd: initStd * Math.exp(-weightDecay * time) };
}

/**
 * log b, where Z has the tail P(Z > z) ~ b^a z^(−a)/Γ(1−a):
 * b = 4dc² (Γ((1+α)/2)/√π)^(2/α) for `node` and `radial`, 4c² (d Γ((1+α)/2)/√π)^(2/α) for `coordinate`, and
 * 4c² (Γ((d+α)/2)/Γ(d/2))^(2/α) for `isotropic`. [proved]
 */
export function logTailScale({ kind, alpha, inputs, noiseScale }: ColumnLaw): number {
  const base = Math.log(4) + 2 * Math.log(noiseScale);
  const one = logGamma((1 + alpha) / 2) - Math.log(Math.PI) / 2;
  switch (kind) {
    case "node":
    case "radial":
      return base + Math.log(inputs) + (2 / alpha) * one;
    case "coordinate":
      return base + (2 / alpha) * (Math.log(inputs) + one);
    case "isotropic":
      return base + (2 / alpha) * (logGamma((inputs + alpha) / 2) - logGamma(inputs / 2));
  }
}

/** The regularised second moment μ = d s₀²: what E‖θ‖² is when the stable part's infinite share is left out. [proved] */
export function bulkMoment({ inputs, initStd }: ColumnLaw): number {
  return inputs * initStd ** 2;
}

/**
 * The cumulant ψ(s) = −log E e^(−sZ), by averaging over the Gaussian vector that turns ‖·‖² into a characteristic function:
 * with q ~ χ²_k, E e^(−sZ) is, up to the factors below, E exp(−s s₀² q − (κ s)^a c^α q^a), where
 * k = 1, κ = 2d, times (1 + 2s s₀²)^(−(d−1)/2) for `node`; k = 1, κ = 2, to the power d for `coordinate`; k = d, κ = 2 for
 * `isotropic`. `radial` is `node` without initial weights, else see `radialCumulant`. [proved]
 *
 * @param law the column's law
 * @returns ψ, concave and rising; relative error below 1e-10 for every s > 0, however small
 */
export function cumulant(law: ColumnLaw): (s: number) => number {
  const { kind, alpha, inputs, noiseScale, initStd } = law;
  if (kind === "radial" && initStd > 0) return radialCumulant(law);
  const a = alpha / 2;
  const { points, weights } = chiSquaredNodes(kind === "isotropic" ? inputs : 1);
  const powers = points.map((q) => q ** a);
  const shared = kind === "node" || kind === "radial";
  const spread = shared ? 2 * inputs : 2;
  const variance = initStd ** 2;
  const logScale = alpha * Math.log(noiseScale);
  return (s) => {
    const gaussian = s * variance;
    const stable = Math.exp(a * Math.log(spread * s) + logScale);
    let missing = 0;
    for (let j = 0; j < points.length; j++) {
      missing -= weights[j]! * Math.expm1(-gaussian * points[j]! - stable * powers[j]!);
    }
    // E e^(−sZ) = 1 − missing; a sum that rounds to 1 or more stands for a transform below 1e-16.
    const one = -Math.log1p(-Math.min(missing, 1 - 1e-16));
    if (kind === "coordinate") return inputs * one;
    return shared ? one + ((inputs - 1) / 2) * Math.log1p(2 * gaussian) : one;
  };
}

/**
 * ψ for Z = (s₀χ_d + √d c ξ)². Given the radius of ξ = √(2A)·g both parts are Gaussian integrals, and with v = 4sdc²A
 * E e^(−sZ) = E (1 + v)^(−1/2) (1 + 2ss₀²/(1 + v))^(−d/2): positive and without oscillation. What is missing to 1 is that of
 * the noise alone plus a share that the bulk of A decides.
 */
function radialCumulant(law: ColumnLaw): (s: number) => number {
  const { alpha, inputs, noiseScale, initStd } = law;
  const alone = cumulant({ ...law, initStd: 0 });
  // The tail left out counts e^−30, also where only noise as large as the initial norm takes that back.
  const reach = 60 / alpha + Math.log1p((initStd / noiseScale) ** 2);
  const { points, weights } = positiveStableNodes(alpha / 2, reach);
  return (s) => {
    const gaussian = 2 * s * initStd ** 2;
    const stable = 4 * s * inputs * noiseScale ** 2;
    let missing = -Math.expm1(-alone(s));
    let left = 0;
    for (let j = 0; j < points.length; j++) {
      const spread = 1 + stable * points[j]!;
      const noise = weights[j]! / Math.sqrt(spread);
      const start = (-inputs / 2) * Math.log1p(gaussian / spread);
      missing -= noise * Math.expm1(start);
      left += noise * Math.exp(start);
    }
    return missing < 0.5 ? -Math.log1p(-missing) : -Math.log(left);
  };
}
