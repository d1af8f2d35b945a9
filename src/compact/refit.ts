/**
 * @file Fits the output layer of a compacted network to the logits of the network it came from. Needs no labels.
 *
 * Ridge regression in closed form: the kept units, a constant and, if asked for, the inputs themselves (an affine short
 * cut that stands in for the bulk of removed units) predict the original logits in the least-squares sense.
 */

import { ParameterError, ShapeError } from "../errors.js";
import type { Network } from "../model/network.js";
import { networkInputs, networkOutputs } from "../model/network.js";
import { cholesky, choleskySolve } from "../prune/cholesky.js";
import { gram as plainGram } from "../prune/gram.js";

/** Some rows of data, as the compacted network and its parent see them. */
export interface RefitBatch {
  /** [rows, units]: the last hidden layer's activations in the compacted network. */
  readonly hidden: Float32Array;
  /** [rows, inputs]: what went into it; read only with a short cut. */
  readonly inputs: Float32Array;
  /** [rows, classes]: the original network's logits. */
  readonly targets: Float32Array;
}

/** The product AᵀA, [columns, columns], of `values` A, [rows, columns]; the engine's is much faster than plain loops. */
export type GramProduct = (
  values: Float32Array,
  rows: number,
  columns: number,
) => Float32Array | Float64Array | Promise<Float32Array | Float64Array>;

/** How to refit. */
export interface RefitOptions {
  /** Whether inputs get an affine short cut to the logits; a network that has one keeps it. @default false */
  readonly skip?: boolean;
  /** The penalty λ on standardised coefficients, per row, > 0. @default 1e-6 */
  readonly ridge?: number;
  /** The product of a batch with itself. @default plain loops */
  readonly gram?: GramProduct;
}

/**
 * Replaces the output layer by the ridge regression of the original logits.
 *
 * With z the standardised regressors and t the centred logits, β = (⟨z zᵀ⟩ + λI)⁻¹ ⟨z tᵀ⟩, ⟨·⟩ the mean over rows; a
 * constant fits exactly and is not penalised. Columns without spread get the coefficient 0. Batches are shifted by the
 * first one's means before the float32 product, so that columns far from zero do not cancel; sums over batches, the
 * standardisation and the solution (Cholesky) are float64. Where rounding leaves the matrix indefinite, λ grows tenfold
 * until it is not.
 * @param network the compacted network; left as it is
 * @param batches the training data, in batches of, say, 1,000 rows
 * @param options the short cut, the penalty and who multiplies
 * @returns the network with a new output weight, bias and short cut, its other layers and its output scale as before
 * @throws ShapeError where a batch does not fit or there are no rows; ParameterError for λ ≤ 0 or values not finite.
 */
export async function refitOutput(
  network: Network,
  batches: AsyncIterable<RefitBatch> | Iterable<RefitBatch>,
  { skip = false, ridge = 1e-6, gram = plainGram }: RefitOptions = {},
): Promise<Network> {
  if (!(ridge > 0)) throw new ParameterError({ where: "ridge", expected: "a number above 0", got: `${ridge}` });
  const output = network.layers.at(-1)!;
  const units = output.inputs;
  const classes = networkOutputs(network);
  const inputs = skip || network.skip ? networkInputs(network) : 0;
  const regressors = units + inputs;
  const moments = await accumulate(batches, [units, inputs, classes], gram);
  const solution = solveRidge(moments, regressors, classes, ridge);

  const weight = new Float32Array(classes * units);
  const bias = new Float32Array(classes);
  const shortCut = new Float32Array(classes * inputs);
  const { sums, shift } = moments;
  const means = shift.map((value, j) => value + sums[(shift.length - 1) * shift.length + j]! / sums.at(-1)!);
  solution.forEach((beta, c) => {
    let constant = means[regressors + c]!;
    for (let j = 0; j < regressors; j++) {
      if (j < units) weight[c * units + j] = beta[j]! / output.scale;
      else shortCut[c * inputs + j - units] = beta[j]!;
      constant -= beta[j]! * means[j]!;
    }
    bias[c] = constant;
  });
  const layers = [...network.layers.slice(0, -1), { ...output, weight, bias }];
  return { layers, skip: inputs > 0 ? shortCut : null };
}

/** What the regression needs to know of the data: first and second moments of its columns [hidden, inputs, targets, 1]. */
interface Moments {
  /** [columns, columns], AᵀA over all rows of A, the columns less their shift; the last entry counts the rows. */
  readonly sums: Float64Array;
  /** [columns], what was taken off each column. */
  readonly shift: Float64Array;
}

async function accumulate(
  batches: AsyncIterable<RefitBatch> | Iterable<RefitBatch>,
  [units, inputs, classes]: [number, number, number],
  gram: GramProduct,
): Promise<Moments> {
  const columns = units + inputs + classes + 1;
  const sums = new Float64Array(columns * columns);
  let shift: Float64Array | null = null;
  for await (const batch of batches) {
    const rows = Math.ceil(batch.targets.length / classes);
    if (rows === 0) continue;
    const values = new Float32Array(rows * columns).fill(1);
    place(values, columns, 0, "hidden", batch.hidden, units);
    if (inputs > 0) place(values, columns, units, "inputs", batch.inputs, inputs);
    place(values, columns, units + inputs, "targets", batch.targets, classes);
    shift ??= columnMeans(values, rows, columns);
    for (let r = 0, at = 0; r < rows; r++) for (let j = 0; j < columns; j++, at++) values[at]! -= shift[j]!;
    const product = await gram(values, rows, columns);
    for (let at = 0; at < sums.length; at++) sums[at]! += product[at]!;
  }
  if (!shift) throw new ShapeError({ where: "refit data", expected: "at least one row", got: "none" });
  const wrong = sums.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new ParameterError({ where: "refit data", expected: "finite values", got: `${sums[wrong]}` });
  }
  return { sums, shift };
}

/** Writes a part of width columns into each row of `values`, from column `from` on. */
function place(
  values: Float32Array,
  columns: number,
  from: number,
  name: keyof RefitBatch,
  part: Float32Array,
  width: number,
): void {
  const rows = values.length / columns;
  if (part.length !== rows * width) {
    throw new ShapeError({ where: `refit ${name}`, expected: `[${rows}, ${width}]`, got: `${part.length} values` });
  }
  for (let r = 0; r < rows; r++) values.set(part.subarray(r * width, (r + 1) * width), r * columns + from);
}

/** The means of all columns but the last, the ones, which stays. */
function columnMeans(values: Float32Array, rows: number, columns: number): Float64Array {
  const means = new Float64Array(columns);
  for (let r = 0, at = 0; r < rows; r++) for (let j = 0; j < columns; j++, at++) means[j]! += values[at]! / rows;
  means[columns - 1] = 0;
  return means;
}

/** The coefficients of each class, in the regressors' own units. */
function solveRidge({ sums, shift }: Moments, regressors: number, classes: number, ridge: number): Float64Array[] {
  const size = shift.length;
  const rows = sums.at(-1)!;
  const total = (column: number): number => sums[(size - 1) * size + column]!;
  const covariance = (i: number, j: number): number => (sums[i * size + j]! - (total(i) * total(j)) / rows) / rows;

  // 1 / standard deviation, or 0 for a column whose spread is below the resolution of its float32 values.
  const inverse = Float64Array.from({ length: regressors }, (_, j) => {
    const deviation = Math.sqrt(Math.max(covariance(j, j), 0));
    return deviation > 1e-7 * Math.abs(shift[j]!) ? 1 / deviation : 0;
  });
  const correlation = new Float64Array(regressors * regressors);
  for (let i = 0; i < regressors; i++) {
    for (let j = 0; j <= i; j++) correlation[i * regressors + j] = covariance(i, j) * inverse[i]! * inverse[j]!;
  }
  const factor = factorRidge(correlation, regressors, ridge);
  return Array.from({ length: classes }, (_, c) => {
    const beta = inverse.map((scale, j) => covariance(j, regressors + c) * scale);
    choleskySolve(factor, beta);
    return beta.map((value, j) => value * inverse[j]!);
  });
}

function factorRidge(correlation: Float64Array, size: number, ridge: number): Float64Array {
  for (let penalty = ridge; ; penalty *= 10) {
    const penalised = correlation.slice();
    for (let i = 0; i < size; i++) penalised[i * size + i]! += penalty;
    const factor = cholesky(penalised, size);
    if (factor) return factor;
  }
}
