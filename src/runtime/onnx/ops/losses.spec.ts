import { expect, test } from "vitest";
import { openSession } from "#session";
import { ShapeError } from "../../../errors.js";
import { encode } from "../encode.js";
import { gradients } from "../gradients.js";
import { Graph, type Value } from "../graph.js";
import { type BatchLayout, oneHot } from "./batch.js";
import { hinge } from "./hinge.js";
import { softmaxCrossEntropy } from "./softmaxCrossEntropy.js";
import { squaredError } from "./squaredError.js";

type Loss = (graph: Graph, f: Value, labels: Value, options?: { layout: BatchLayout }) => Value;
const squaredOneHot: Loss = (graph, f, labels, options) =>
  squaredError(graph, f, oneHot(graph, labels, f, options?.layout), options);

/** A loss and its gradient in float32, computed by the graph; the logits are [batch, classes] in either layout. */
async function evaluate(loss: Loss, logits: number[][], labels: number[], layout: BatchLayout = "rows") {
  const graph = new Graph("loss");
  const stored = layout === "rows" ? logits : transposed(logits);
  const symbolic = layout === "rows" ? ["N", stored[0]!.length] : [stored.length, "N"];
  const f = graph.input("f", "float32", symbolic);
  const value = loss(graph, f, graph.input("labels", "int64", ["N"]), { layout });
  const [gradient] = gradients(graph, value, [f]);
  graph.output(value, "loss");
  graph.output(gradient!, "gradient");
  const session = await openSession(encode(graph), { threads: 1 });
  const result = await session.run({
    f: { type: "float32", data: Float32Array.from(stored.flat()), shape: [stored.length, stored[0]!.length] },
    labels: { type: "int64", data: BigInt64Array.from(labels, BigInt), shape: [labels.length] },
  });
  await session.dispose();
  const flat = result.gradient!.data as Float32Array;
  const matrix = stored.map((row, r) => [...flat.subarray(r * row.length, (r + 1) * row.length)]);
  const inRows = layout === "rows" ? matrix : transposed(matrix);
  return { loss: result.loss!.data[0] as number, gradient: inRows.flat() };
}

function transposed(matrix: number[][]): number[][] {
  return matrix[0]!.map((_, c) => matrix.map((row) => row[c]!));
}

const logits = [
  [0.3, -1.2, 2.5],
  [1.5, 1.25, -0.5],
];
const labels = [1, 0];
// A few roundings of 2⁻²⁴ each on numbers below 4.
const digits = 5;

test("softmaxCrossEntropy is the mean of log Σ exp(f_c) − f_y", async () => {
  const expected = logits.map((f, i) => Math.log(f.reduce((sum, x) => sum + Math.exp(x), 0)) - f[labels[i]!]!);
  expect((await evaluate(softmaxCrossEntropy, logits, labels)).loss).toBeCloseTo(
    (expected[0]! + expected[1]!) / 2,
    digits,
  );
});

test("squaredError is the mean of half the squared distance", async () => {
  const expected = logits.map((f, i) => f.reduce((sum, x, c) => sum + (x - (c === labels[i] ? 1 : 0)) ** 2 / 2, 0));
  expect((await evaluate(squaredOneHot, logits, labels)).loss).toBeCloseTo((expected[0]! + expected[1]!) / 2, digits);
});

test("hinge is the mean of Σ_{c ≠ y} max(0, 1 + f_c − f_y)", async () => {
  const expected = logits.map((f, i) =>
    f.reduce((sum, x, c) => sum + (c === labels[i] ? 0 : Math.max(0, 1 + x - f[labels[i]!]!)), 0),
  );
  expect((await evaluate(hinge, logits, labels)).loss).toBeCloseTo((expected[0]! + expected[1]!) / 2, digits);
});

test("softmaxCrossEntropy stays exact at logits of ±10⁴, right and wrong", async () => {
  const right = await evaluate(softmaxCrossEntropy, [[1e4, -1e4, -1e4]], [0]);
  expect(right).toEqual({ loss: 0, gradient: [0, 0, 0] });
  const wrong = await evaluate(softmaxCrossEntropy, [[1e4, -1e4, -1e4]], [1]);
  expect(wrong).toEqual({ loss: 2e4, gradient: [1, -1, 0] });
});

test("softmaxCrossEntropy does not change when a constant is added to the logits", async () => {
  const here = await evaluate(softmaxCrossEntropy, [[0, 1, 3]], [1]);
  // Integers up to 10⁴ + 3 are exact in float32, so both subtract the same maximum from the same differences.
  expect(await evaluate(softmaxCrossEntropy, [[1e4, 1e4 + 1, 1e4 + 3]], [1])).toEqual(here);
});

test("the gradient of each loss sums to zero over the classes where the loss sees only differences", async () => {
  for (const loss of [softmaxCrossEntropy, hinge]) {
    const { gradient } = await evaluate(loss, logits, labels);
    expect(gradient[0]! + gradient[1]! + gradient[2]!).toBeCloseTo(0, 6); // two roundings of numbers below 1
  }
});

test("each loss and its gradient are the same with the batch in columns", async () => {
  for (const loss of [softmaxCrossEntropy, squaredOneHot, hinge]) {
    const [rows, columns] = [await evaluate(loss, logits, labels), await evaluate(loss, logits, labels, "columns")];
    expect(columns.loss).toBeCloseTo(rows.loss, 6); // the same six terms summed in another order
    columns.gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(rows.gradient[i]!, 6); // two roundings of numbers below 1
    });
  }
});

test("a satisfied margin has no hinge loss and no gradient", async () => {
  expect(await evaluate(hinge, [[3, 1.5, 2]], [0])).toEqual({ loss: 0, gradient: [0, 0, 0] });
});

test("losses refuse shapes that do not fit", () => {
  const graph = new Graph("shapes");
  const f = graph.input("f", "float32", ["N", 3]);
  expect(() => softmaxCrossEntropy(graph, f, graph.input("labels", "int64", ["M"]))).toThrow(ShapeError);
  const n = graph.input("n", "int64", ["N"]);
  expect(() => hinge(graph, f, n, { layout: "columns" })).toThrow(ShapeError);
  expect(() => squaredError(graph, f, graph.input("targets", "float32", ["N", 2]))).toThrow(ShapeError);
});
