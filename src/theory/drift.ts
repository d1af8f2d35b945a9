/**
 * @file The mean-field regression problem whose particle system the experiments run: f(x) = (1/n) Σ_i a_i tanh⟨θ_i, x⟩,
 * loss (1/2m) Σ_j (f(x_j) − y_j)², drift −n·∂loss/∂θ_i. Loss and drift stand here in float64 and plain loops, the
 * reference for the kernel.
 */
import { ParameterError } from "../errors.js";
import { deriveKey, type Key } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { sampleGaussian } from "../math/stable/sample.js";

/** Inputs and targets of a regression by a mean-field network. */
export interface MeanFieldProblem {
  /** d, the length of an input and of a particle. */
  readonly dimension: number;
  /** x, [m, d], row-major. */
  readonly features: Float32Array;
  /** y, [m]. */
  readonly targets: Float32Array;
}

/** The sizes of a problem made by `teacherProblem`. */
export interface TeacherOptions {
  /** d ≥ 1; 4 by default. */
  readonly dimension?: number;
  /** m ≥ 1; 32 by default. */
  readonly inputs?: number;
  /** How many tanh units the target is the mean of; 3 by default. */
  readonly teachers?: number;
}

/** The standard deviation of ⟨x, u⟩ for a unit vector u is this over √d. */
const INPUT_NORM = 1.5;

/**
 * A problem with Gaussian inputs x_j ~ N(0, (1.5²/d)·I) and the target y(x) = (1/K) Σ_k tanh⟨w_k, x⟩, w_k ~ N(0, I).
 *
 * @param key decides inputs and teachers
 * @param options the sizes
 * @returns the problem
 * @throws ParameterError if a size is not a whole number ≥ 1
 */
export function teacherProblem(
  key: Key,
  { dimension = 4, inputs = 32, teachers = 3 }: TeacherOptions = {},
): MeanFieldProblem {
  for (const [where, value] of Object.entries({ dimension, inputs, teachers })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new ParameterError({ where, expected: "a whole number of at least 1", got: `${value}` });
  }
  const draws = (label: string, length: number, scale: number): Float32Array => {
    const random = stream(deriveKey(key, label));
    return Float32Array.from({ length }, () => scale * sampleGaussian(random));
  };
  const features = draws("inputs", inputs * dimension, INPUT_NORM / Math.sqrt(dimension));
  const units = draws("teachers", teachers * dimension, 1);
  const targets = Float32Array.from({ length: inputs }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < teachers; k++) sum += Math.tanh(dot(units, k, features, j, dimension));
    return sum / teachers;
  });
  return { dimension, features, targets };
}

/**
 * The loss (1/2m) Σ_j (f(x_j) − y_j)² in float64.
 *
 * @param problem inputs and targets
 * @param theta particles, [n, d]
 * @param outer a, [n]
 */
export function meanFieldLoss(problem: MeanFieldProblem, theta: ArrayLike<number>, outer: ArrayLike<number>): number {
  const residuals = residualsOf(problem, theta, outer);
  return residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (2 * residuals.length);
}

/**
 * The drift of every particle in float64: b_i = −n·∂loss/∂θ_i = −(a_i/m) Σ_j (f(x_j) − y_j) tanh′⟨θ_i, x_j⟩ x_j.
 *
 * @param problem inputs and targets
 * @param theta particles, [n, d]
 * @param outer a, [n]
 * @returns [n, d]; |b_i| ≤ |a_i| · max_j |f(x_j) − y_j| · |x_j|, so the drift is bounded
 */
export function meanFieldDrift(
  problem: MeanFieldProblem,
  theta: ArrayLike<number>,
  outer: ArrayLike<number>,
): Float64Array {
  const { dimension, features } = problem;
  const residuals = residualsOf(problem, theta, outer);
  const drift = new Float64Array(theta.length);
  for (let i = 0; i < outer.length; i++) {
    for (let j = 0; j < residuals.length; j++) {
      const slope = 1 - Math.tanh(dot(theta, i, features, j, dimension)) ** 2;
      const factor = (-outer[i]! * residuals[j]! * slope) / residuals.length;
      for (let c = 0; c < dimension; c++) drift[i * dimension + c]! += factor * features[j * dimension + c]!;
    }
  }
  return drift;
}

/** f(x_j) − y_j, [m]. */
function residualsOf(
  { dimension, features, targets }: MeanFieldProblem,
  theta: ArrayLike<number>,
  outer: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(targets, (target, j) => {
    let sum = 0;
    for (let i = 0; i < outer.length; i++) sum += outer[i]! * Math.tanh(dot(theta, i, features, j, dimension));
    return sum / outer.length - target;
  });
}

/** ⟨row i of a, row j of b⟩. */
function dot(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, length: number): number {
  let sum = 0;
  for (let c = 0; c < length; c++) sum += a[i * length + c]! * b[j * length + c]!;
  return sum;
}
