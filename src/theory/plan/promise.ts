/**
 * @file The promise that a width is planned for, and the promises that no width can keep.
 *
 * With θ of n columns and θ^(k) its k = ⌊κn⌋ columns of largest norm, the rest zero, the relative error is
 * E = ‖θ − θ^(k)‖_F / ‖θ‖_F, and the promise is P(E > ε) ≤ δ.
 */
import { ParameterError } from "../../errors.js";

/** "With this confidence, cutting to this fraction of the columns costs at most this relative error." */
export interface CompressionPromise {
  /** κ, in (0, 1): ⌊κn⌋ of n columns are kept. */
  readonly keptFraction: number;
  /** ε, in (0, 1): the largest E; the paper's `mce` is its square. */
  readonly relativeError: number;
  /** 1 − δ, in (0, 1). */
  readonly confidence: number;
}

/**
 * Refuses promises that are empty or that no width can keep, and says why.
 *
 * @throws ParameterError if a number is outside (0, 1)
 */
export function checkPromise({ keptFraction, relativeError, confidence }: CompressionPromise): void {
  const refuse = (where: string, got: number, remedy: string): never => {
    throw new ParameterError({ where, expected: "a number strictly between 0 and 1", got: `${got}`, remedy });
  };
  if (!(keptFraction > 0)) {
    refuse("keptFraction", keptFraction, "No width can help: with no column kept, the error is 1 at every width.");
  }
  if (!(keptFraction < 1)) {
    refuse(
      "keptFraction",
      keptFraction,
      "With every column kept nothing is compressed, and the error is 0 at any width.",
    );
  }
  if (!(relativeError > 0)) {
    const why = "No width can help: the norms have a continuous law, so the cut columns are never exactly zero.";
    refuse("relativeError", relativeError, why);
  }
  if (!(relativeError < 1)) {
    const why =
      "No width is needed and none helps: an error of 1 is that of cutting everything, so nothing is promised.";
    refuse("relativeError", relativeError, why);
  }
  if (!(confidence > 0)) {
    refuse("confidence", confidence, "A promise that may fail always needs no width.");
  }
  if (!(confidence < 1)) {
    const why =
      "No width can help: at every finite width the columns may, with some probability, come out equally large.";
    refuse("confidence", confidence, why);
  }
}

/**
 * Refuses tail indices for which the relative error does not fall with the width.
 *
 * @param alpha tail index α of the noise
 * @throws ParameterError if α is outside [0.5, 2)
 */
export function checkHeavyTail(alpha: number): void {
  if (alpha >= 0.5 && alpha < 2) return;
  const remedy =
    alpha === 2
      ? "No width can help: at α = 2 the squared norms have a finite mean, so by the law of large numbers the error tends " +
        "to a constant. Only α < 2 makes it fall with the width."
      : alpha < 0.5
        ? "Noise of heavier tails than α = 0.5 leaves the float32 range."
        : "Stable laws have α up to 2.";
  throw new ParameterError({ where: "alpha", expected: "a tail index in [0.5, 2)", got: `${alpha}`, remedy });
}
