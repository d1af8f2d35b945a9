/**
 * @file The one noise interface: the increment over a time dt of a symmetric α-stable Lévy process. Training asks for
 * dt = η, theory for dt = h; the factor σ·dt^(1/α) is written here and nowhere else.
 */
import { ParameterError } from "../errors.js";
import type { Key } from "../math/random/key.js";
import type { NoiseDraw } from "../runtime/kernels/noiseDraw.js";

/**
 * How the entries of one unit's incoming weights depend on each other: `node` (the paper's type I: one draw for all),
 * `coordinate` (II: independent), `isotropic` (III: rotation invariant), `radial` (ours: one draw along the weights' own
 * direction, which changes their norm alone), `gaussian` (`coordinate` at α = 2), `none`.
 */
export type NoiseKind = "none" | "gaussian" | "node" | "coordinate" | "isotropic" | "radial";

/** All noise kinds, for option lists. */
export const noiseKinds: readonly NoiseKind[] = ["none", "gaussian", "node", "coordinate", "isotropic", "radial"];

/**
 * What σ means. `unit`: every entry of the increment over dt = 1 has the law S1(α, 0, σ, 0), characteristic function
 * exp(−|σu|^α), so N(0, 2σ²) at α = 2. `paperCode`: as the paper's authors' program draws, that is `isotropic` with σ/√2
 * and `node` at α = 2 with variance σ²; the others as in `unit`. `radial` has no entries of that law: it moves the norm of d
 * weights by √d·σ times a draw of S1(α, 0, 1, 0), as far as `node` noise moves the row; σ is the root mean square of the
 * scales of its entries.
 */
export type NoiseConvention = "unit" | "paperCode";

/** A driving noise. */
export interface NoiseConfig {
  readonly kind: NoiseKind;
  /** Tail index α in [0.5, 2]; `gaussian` and `none` do not read it. */
  readonly alpha: number;
  /** Scale σ ≥ 0 of the process at time 1. */
  readonly sigma: number;
  readonly convention: NoiseConvention;
}

/** A Lévy process whose increments the kernels add to weights. */
export interface LevyNoise {
  readonly config: NoiseConfig;
  /**
   * The increment over a time dt: scale σ·dt^(1/α) times the convention's factor.
   *
   * @param dt time > 0: the learning rate in training, the step h in theory
   * @param key the address of its numbers, one per step and parameter; the same key gives coupled draws across α, σ and dt
   * @returns what to pass to `Kernels.update`, or null where there is nothing to add (kind `none` or σ = 0)
   * @throws ParameterError if dt is not positive and finite
   */
  increment(dt: number, key: Key): NoiseDraw | null;
}

/** The least tail index: below it the quantile of the least tail probability, 2^−64, exceeds the float32 range. */
const LEAST_ALPHA = 0.5;

/**
 * The noise of a configuration.
 *
 * @param config kind, α, σ and convention
 * @returns the noise
 * @throws ParameterError if α is outside [0.5, 2], or σ is negative or not finite, or a name is unknown
 * Numerical note: `node`, `coordinate`, `radial` and `gaussian` are drawn by inversion from a table whose tail probabilities
 * are right to a relative 1e-5 and reach 2^−64 each side, rounded to float32. `isotropic` takes its Gaussian from that table
 * and its radius from Kanter's formula in float64 with 64-bit uniforms.
 */
export function levyNoise(config: NoiseConfig): LevyNoise {
  const { kind, sigma, convention } = config;
  if (!noiseKinds.includes(kind)) {
    throw new ParameterError({ where: "noise kind", expected: `one of ${noiseKinds.join(", ")}`, got: String(kind) });
  }
  if (convention !== "unit" && convention !== "paperCode") {
    throw new ParameterError({ where: "noise convention", expected: "unit or paperCode", got: String(convention) });
  }
  if (!(sigma >= 0 && Number.isFinite(sigma))) {
    throw new ParameterError({ where: "noise sigma", expected: "a finite number ≥ 0", got: String(sigma) });
  }
  const alpha = kind === "gaussian" || kind === "none" ? 2 : config.alpha;
  if (!(alpha >= LEAST_ALPHA && alpha <= 2)) {
    throw new ParameterError({
      where: "noise alpha",
      expected: `a tail index from ${LEAST_ALPHA} to 2`,
      got: String(alpha),
      remedy: "Heavier tails than that leave the float32 range.",
    });
  }
  const factor = conventionFactor(kind, alpha, convention);
  return {
    config,
    increment(dt, key) {
      if (!(dt > 0 && Number.isFinite(dt))) {
        throw new ParameterError({ where: "noise dt", expected: "a finite time > 0", got: String(dt) });
      }
      if (kind === "none" || sigma === 0) return null;
      const shape = kind === "gaussian" ? "coordinate" : kind;
      return { shape, alpha, scale: factor * sigma * dt ** (1 / alpha), key };
    },
  };
}

function conventionFactor(kind: NoiseKind, alpha: number, convention: NoiseConvention): number {
  if (convention === "unit") return 1;
  return kind === "isotropic" || (kind === "node" && alpha === 2) ? Math.SQRT1_2 : 1;
}
