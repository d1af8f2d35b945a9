/**
 * @file The worker beside the training: what noise alone does to a weight, and what the planner predicts. It loads no
 * runtime, so it is ready before the training is.
 */

import {
  type ColumnLaw,
  columnLaw,
  createKernels,
  deriveKey,
  encodeNpy,
  formulaErrorQuantile,
  keyFromSeed,
  levyNoise,
  type NoiseKind,
  planWidth,
  trimmedMoments,
} from "heavytail";
import type { TheoryAnswers, TheoryOrder, TheoryQuestion } from "./theoryProtocol.js";

self.onmessage = ({ data: { id, question } }: MessageEvent<TheoryOrder>) => {
  try {
    self.postMessage({ id, answer: answer(question) });
  } catch (error) {
    self.postMessage({ id, refusal: error instanceof Error ? error.message : String(error) });
  }
};

function answer(question: TheoryQuestion): TheoryAnswers[TheoryQuestion["kind"]] {
  switch (question.kind) {
    case "flight":
      return flight(question);
    case "npy":
      return { npy: encodeNpy(question.values, [question.values.length / question.columns, question.columns]).slice() };
    case "errors":
      return predictedErrors(question);
    case "width":
      return neededWidth(question);
  }
}

/**
 * The increments that training adds to the first two weights of a unit: the same numbers, at the same addresses, as in a
 * run of two inputs. Unit 0's first two weights start at (1, 0), which only `radial` noise looks at.
 */
function flight({ noise, alpha, sigma, learningRate, seed, steps }: TheoryQuestion & { kind: "flight" }): Float32Array {
  const increments = new Float32Array(2 * steps);
  const kernels = createKernels({ bytes: 64 });
  const weight = kernels.allocate(2);
  const levy = levyNoise({ kind: noise, alpha, sigma, convention: "unit" });
  const key = deriveKey(keyFromSeed(seed), "noise");
  weight[0] = 1;
  for (let k = 1; k <= steps; k++) {
    const before = [weight[0]!, weight[1]!] as const;
    if (noise !== "radial") weight.fill(0);
    const draw = levy.increment(learningRate, deriveKey(key, k, "hidden1.weight"));
    kernels.update(weight, null, { rows: 1, learningRate: 0, noise: draw });
    const [x, y] = noise === "radial" ? before : [0, 0];
    increments[2 * k - 2] = weight[0]! - x;
    increments[2 * k - 1] = weight[1]! - y;
  }
  return increments;
}

function lawOf({
  noise,
  alpha,
  sigma,
  learningRate,
  inputs,
  step,
}: Extract<TheoryQuestion, { step: number }>): ColumnLaw {
  return columnLaw({
    ...{ kind: noise as Exclude<NoiseKind, "none" | "gaussian">, alpha, sigma, inputs, convention: "unit" },
    ...{ time: step * learningRate, weightDecay: 0 },
    // Initial weights are uniform on ±1/√inputs.
    initStd: 1 / Math.sqrt(3 * inputs),
  });
}

/** Squared error of a layer of noise alone at its 5, 50 and 95 % quantiles, by kept fraction. */
function predictedErrors(question: TheoryQuestion & { kind: "errors" }): TheoryAnswers["errors"] {
  const law = lawOf(question);
  const moments = trimmedMoments(law, deriveKey(keyFromSeed(question.seed), "plan", "columns"));
  const setting = { law, moments, drift: 0 };
  return question.keptFractions.map((keptFraction) => {
    const at = (p: number): number => formulaErrorQuantile(setting, keptFraction, question.width, p) ** 2;
    return [at(0.05), at(0.5), at(0.95)] as const;
  });
}

/** The width from which on the kept fraction has at most the error with 95 % probability, by noise alone. */
function neededWidth(question: TheoryQuestion & { kind: "width" }): TheoryAnswers["width"] {
  const { keptFraction, relativeSquaredError, seed } = question;
  const promise = { keptFraction, relativeError: Math.sqrt(relativeSquaredError), confidence: 0.95 };
  const key = deriveKey(keyFromSeed(seed), "plan");
  const { status, width, log10Width } = planWidth({ law: lawOf(question), promise, drift: 0, key });
  return { status, width, log10Width };
}
