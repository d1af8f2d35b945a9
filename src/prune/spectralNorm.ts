/**
 * @file An upper bound of a matrix's largest singular value that is certain, not only likely.
 */

import { cholesky } from "./cholesky.js";
import { gram } from "./gram.js";

/** Inputs taken together: beyond this the Gram matrix costs more than the tightness is worth. */
const blockInputs = 1024;
/** Steps of the power iteration; it only guesses, so few are enough. */
const powerSteps = 20;
/** How far above the guess the first attempt at a proof lies, and how far each next one goes. */
const growth = 1.02;
/** Covers the rounding of Gram matrix and proof, about size² · 2⁻⁵³ relative. */
const rounding = 1 + 1e-9;

/**
 * An upper bound of ‖W‖₂, the largest singular value of some rows of a matrix, usually within 2 %.
 *
 * A power iteration guesses λ, the largest eigenvalue of G = WᵀW; Cholesky's factorisation of tI − G proves t ≥ λ for
 * a t a little above, and where the guess was bad the Frobenius norm takes its place. More than 1,024 inputs are taken
 * in blocks, ‖W‖₂² ≤ Σ ‖W_block‖₂², which stays certain and is less tight.
 * @param weight [units, inputs], row-major
 * @param inputs the number of columns
 * @param units the rows that count; others are left out
 * @returns the bound; 0 for no rows
 */
export function spectralNormBound(weight: Float32Array, inputs: number, units: Int32Array): number {
  let squared = 0;
  for (let from = 0; from < inputs; from += blockInputs) {
    const width = Math.min(blockInputs, inputs - from);
    const block = new Float32Array(units.length * width);
    units.forEach((unit, r) => {
      block.set(weight.subarray(unit * inputs + from, unit * inputs + from + width), r * width);
    });
    squared += largestEigenvalueBound(gram(block, units.length, width), width);
  }
  return Math.sqrt(squared);
}

function largestEigenvalueBound(matrix: Float64Array, size: number): number {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i]!;
  const guess = powerIteration(matrix, size);
  for (let bound = guess * growth; bound > 0 && bound < trace; bound *= growth) {
    const shifted = matrix.map((value) => -value);
    for (let i = 0; i < size; i++) shifted[i * size + i]! += bound;
    if (cholesky(shifted, size)) return bound * rounding;
  }
  return trace * rounding;
}

/** The Rayleigh quotient after some steps from the diagonal, never above the largest eigenvalue. */
function powerIteration(matrix: Float64Array, size: number): number {
  let vector = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]!);
  let quotient = 0;
  for (let step = 0; step < powerSteps; step++) {
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) return 0;
    const next = new Float64Array(size);
    quotient = 0;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
      next[i] = sum / length;
      quotient += (next[i]! * vector[i]!) / length;
    }
    vector = next;
  }
  return quotient;
}
