/** @file What the page asks the theory worker. */

import type { NoiseKind, Plan } from "heavytail";

interface Noise {
  readonly noise: NoiseKind;
  readonly alpha: number;
  readonly sigma: number;
  readonly learningRate: number;
  readonly seed: number;
}

interface Trained extends Noise {
  readonly inputs: number;
  readonly width: number;
  readonly step: number;
}

/** A question to the theory. */
export type TheoryQuestion =
  | ({ readonly kind: "flight"; readonly steps: number } & Noise)
  | { readonly kind: "npy"; readonly values: Float32Array; readonly columns: number }
  | ({ readonly kind: "errors"; readonly keptFractions: readonly number[] } & Trained)
  | ({ readonly kind: "width"; readonly keptFraction: number; readonly relativeSquaredError: number } & Trained);

/** The answers by the kind of question. */
export interface TheoryAnswers {
  /** [steps, 2]: increments of two weights. */
  readonly flight: Float32Array;
  /** A file that NumPy reads. */
  readonly npy: { readonly npy: Uint8Array<ArrayBuffer> };
  /** 5, 50 and 95 % quantiles of the relative squared error, by kept fraction. */
  readonly errors: readonly (readonly [low: number, median: number, high: number])[];
  readonly width: Pick<Plan, "status" | "width" | "log10Width">;
}

/** A question on its way. */
export interface TheoryOrder {
  readonly id: number;
  readonly question: TheoryQuestion;
}
