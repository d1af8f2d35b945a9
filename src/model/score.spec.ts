import { expect, test } from "vitest";
import { openSession } from "#session";
import { keyFromSeed } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { encode } from "../runtime/onnx/encode.js";
import { Graph, type Value } from "../runtime/onnx/graph.js";
import { oneHot } from "../runtime/onnx/ops/batch.js";
import { hinge } from "../runtime/onnx/ops/hinge.js";
import { softmaxCrossEntropy } from "../runtime/onnx/ops/softmaxCrossEntropy.js";
import { squaredError } from "../runtime/onnx/ops/squaredError.js";
import { accuracy, type LossKind, meanLoss, predictedClass } from "./score.js";

const logits = [0.5, 2, -1, 3, 3, 0];
const labels = [2, 0];

test("the predicted class has the largest logit, the first of equals", () => {
  expect(predictedClass(logits, 0, 3)).toBe(1);
  expect(predictedClass(logits, 1, 3)).toBe(0);
});

test("accuracy is the share of rows predicted right", () => {
  expect(accuracy(logits, labels, 3)).toBe(0.5);
  expect(accuracy(logits, [1, 0], 3)).toBe(1);
  expect(accuracy(logits, [0, 1], 3)).toBe(0);
});

test("losses of two rows equal those worked out by hand", () => {
  // Half the squared distances to (0, 0, 1) and (1, 0, 0): (0.25 + 4 + 4)/2 and (4 + 9 + 0)/2.
  expect(meanLoss("squaredError", logits, labels, 3)).toBe((4.125 + 6.5) / 2);
  // Margins 1 + f_c − f_y: 2.5 and 4 in the first row; 1 and −2 in the second.
  expect(meanLoss("hinge", logits, labels, 3)).toBe((6.5 + 1) / 2);
  const first = Math.log(Math.exp(0.5) + Math.exp(2) + Math.exp(-1)) + 1;
  const second = Math.log(2 + Math.exp(-3));
  // A few roundings of float64.
  expect(meanLoss("crossEntropy", logits, labels, 3)).toBeCloseTo((first + second) / 2, 14);
});

test("cross-entropy of logits far apart does not overflow, and NaN stays NaN", () => {
  expect(meanLoss("crossEntropy", [1e30, -1e30], [1], 2)).toBe(2e30);
  expect(meanLoss("crossEntropy", [1e30, -1e30], [0], 2)).toBe(0);
  for (const kind of ["crossEntropy", "squaredError", "hinge"] as const) {
    expect(meanLoss(kind, [Number.NaN, 1, 2, 3], [1, 0], 2)).toBeNaN();
  }
});

const graphs: Record<LossKind, (graph: Graph, logits: Value, labels: Value) => Value> = {
  crossEntropy: softmaxCrossEntropy,
  squaredError: (graph, f, y) => squaredError(graph, f, oneHot(graph, y, f)),
  hinge,
};

test.each(["crossEntropy", "squaredError", "hinge"] as const)(
  "meanLoss(%s) is the training graph's loss",
  async (kind) => {
    const [rows, classes] = [200, 7];
    const random = stream(keyFromSeed(3));
    const data = Float32Array.from({ length: rows * classes }, () => 20 * random.uniform() - 10);
    const classOf = Int32Array.from({ length: rows }, () => random.uint32() % classes);
    const graph = new Graph("loss");
    const f = graph.input("f", "float32", ["N", classes]);
    graph.output(graphs[kind](graph, f, graph.input("labels", "int64", ["N"])), "loss");
    const session = await openSession(encode(graph), { threads: 1 });
    const { loss } = await session.run({
      f: { type: "float32", data, shape: [rows, classes] },
      labels: { type: "int64", data: BigInt64Array.from(classOf, BigInt), shape: [rows] },
    });
    await session.dispose();
    const expected = meanLoss(kind, data, classOf, classes);
    // A float32 sum of 1400 terms of one sign, each within a few roundings: at most 1400 · 2⁻²⁴ = 8e-5 of the sum.
    expect(Math.abs(Number(loss!.data[0]) - expected)).toBeLessThan(8e-5 * expected);
  },
);
