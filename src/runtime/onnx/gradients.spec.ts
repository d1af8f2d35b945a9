import { expect, test } from "vitest";
import { openSession } from "#session";
import { ParameterError } from "../../errors.js";
import type { Tensor } from "./elementType.js";
import { encode } from "./encode.js";
import { gradients } from "./gradients.js";
import { Graph, type Value } from "./graph.js";
import { add } from "./ops/add.js";
import { type BatchLayout, oneHot } from "./ops/batch.js";
import { gemm } from "./ops/gemm.js";
import { hinge } from "./ops/hinge.js";
import { relu } from "./ops/relu.js";
import { sigmoid } from "./ops/sigmoid.js";
import { softmaxCrossEntropy } from "./ops/softmaxCrossEntropy.js";
import { squaredError } from "./ops/squaredError.js";
import { tanh } from "./ops/tanh.js";

// Everything here runs in float64, which the builder and ONNX Runtime support as well as float32, so that a central
// difference is a sharp witness: with h = 1e-5 its truncation error is h²/6·f‴ ≈ 1e-10 and its rounding error
// 2⁻⁵³·|f|/h ≈ 1e-11. A kink of relu or hinge within h of a point would show; the fixed inputs have none.
const h = 1e-5;
const tolerance = 1e-8;

const activations = { relu, tanh, sigmoid, identity: (_: Graph, x: Value) => x };
const losses = {
  crossEntropy: softmaxCrossEntropy,
  squaredError: (graph: Graph, f: Value, labels: Value, options: { layout: BatchLayout }) =>
    squaredError(graph, f, oneHot(graph, labels, f, options.layout), options),
  hinge,
};
const batch = 5;
const classes = 3;

/** Fixed numbers in (−1, 1) without pattern: the fractional parts of multiples of the golden ratio's square root. */
function numbers(count: number, offset: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => 2 * (((i + 1 + offset) * 1.272019649514069) % 1) - 1);
}

function tensor(data: Float64Array, shape: number[]): Tensor {
  return { type: "float64", data, shape };
}

/** Compares every entry of every gradient with the central difference of the loss. */
async function expectGradients(graph: Graph, loss: Value, parameters: Value[], feeds: Record<string, Tensor>) {
  graph.output(loss, "loss");
  gradients(graph, loss, parameters).forEach((gradient, i) => {
    graph.output(gradient, `gradient.${parameters[i]!.name}`);
  });
  const session = await openSession(encode(graph), { threads: 1 });
  const analytic = await session.run(feeds);
  const lossAt = async () => (await session.run(feeds)).loss!.data[0] as number;
  for (const parameter of parameters) {
    const { data, shape } = feeds[parameter.name] as Tensor & { data: Float64Array };
    const gradient = analytic[`gradient.${parameter.name}`]!;
    expect(gradient.shape).toEqual(shape);
    for (let i = 0; i < data.length; i++) {
      const x = data[i]!;
      data[i] = x + h;
      const above = await lossAt();
      data[i] = x - h;
      const below = await lossAt();
      data[i] = x;
      const error = Math.abs((gradient.data[i] as number) - (above - below) / (2 * h));
      expect(error, `${parameter.name}[${i}]`).toBeLessThan(tolerance);
    }
  }
  await session.dispose();
  return analytic;
}

/** Three dense layers of widths 4 → 6 → 5 → 3, the hidden ones in the given layout. */
function deepNetwork(
  activation: keyof typeof activations,
  loss: keyof typeof losses,
  bias: boolean,
  layout: BatchLayout,
) {
  const graph = new Graph("deep");
  const widths = [4, 6, 5, classes];
  const feeds: Record<string, Tensor> = {
    x: tensor(numbers(batch * 4, 0), [batch, 4]),
    labels: { type: "int64", data: BigInt64Array.of(0n, 2n, 1n, 2n, 0n), shape: [batch] },
  };
  const parameters: Value[] = [];
  const parameter = (name: string, shape: number[]) => {
    const value = graph.input(name, "float64", shape);
    const size = shape.reduce((a, b) => a * b);
    feeds[name] = tensor(numbers(size, 100 * parameters.length + 7), shape);
    parameters.push(value);
    return value;
  };
  let current = graph.input("x", "float64", ["N", 4]);
  for (let l = 0; l < 3; l++) {
    const weight = parameter(`w${l}`, [widths[l + 1]!, widths[l]!]);
    const b = bias ? parameter(`b${l}`, [widths[l + 1]!]) : null;
    const scale = l === 2 ? 0.7 : 1;
    const xLayout = l === 0 ? "rows" : layout;
    current = gemm(graph, current, weight, b, { scale, xLayout, yLayout: layout });
    if (l < 2) current = activations[activation](graph, current);
  }
  const labels = graph.input("labels", "int64", ["N"]);
  return { graph, loss: losses[loss](graph, current, labels, { layout }), parameters, feeds };
}

for (const activation of ["relu", "tanh", "sigmoid", "identity"] as const) {
  for (const loss of ["crossEntropy", "squaredError", "hinge"] as const) {
    for (const bias of [true, false]) {
      for (const layout of ["rows", "columns"] as const) {
        const name = `${activation}, ${loss}, ${bias ? "with" : "no"} bias, ${layout}`;
        test(`gradients of three layers equal central differences: ${name}`, async () => {
          const { graph, loss: value, parameters, feeds } = deepNetwork(activation, loss, bias, layout);
          await expectGradients(graph, value, parameters, feeds);
        });
      }
    }
  }
}

test("the four pairs of layouts of gemm have the same values and right gradients, also of X", async () => {
  const results: number[] = [];
  const inRows = { x: numbers(batch * 4, 50), target: numbers(batch * classes, 90) };
  const columnsOf = (rows: Float64Array) => {
    const features = rows.length / batch;
    return rows.map((_, i) => rows[(i % batch) * features + Math.floor(i / batch)]!);
  };
  const matrix = (rows: Float64Array, layout: BatchLayout) => {
    const features = rows.length / batch;
    return layout === "rows" ? tensor(rows.slice(), [batch, features]) : tensor(columnsOf(rows), [features, batch]);
  };
  for (const xLayout of ["rows", "columns"] as const) {
    for (const yLayout of ["rows", "columns"] as const) {
      const feeds = {
        w: tensor(numbers(classes * 4, 1), [classes, 4]),
        b: tensor(numbers(classes, 80), [classes]),
        x: matrix(inRows.x, xLayout),
        target: matrix(inRows.target, yLayout),
      };
      const graph = new Graph("layouts");
      const input = (name: keyof typeof feeds) => graph.input(name, "float64", feeds[name].shape);
      const [w, b, x] = [input("w"), input("b"), input("x")];
      const y = gemm(graph, x, w, b, { scale: 0.5, xLayout, yLayout });
      const loss = squaredError(graph, y, input("target"), { layout: yLayout });
      const analytic = await expectGradients(graph, loss, [w, b, x], feeds);
      results.push(analytic.loss!.data[0] as number);
    }
  }
  // Sums of the same 60 products in another order, in float64.
  for (const loss of results) expect(loss).toBeCloseTo(results[0]!, 13);
});

test("a value used twice gets the sum of both gradients", async () => {
  const graph = new Graph("twice");
  const w = graph.input("w", "float64", [4, 4]);
  const x = graph.input("x", "float64", [batch, 4]);
  const target = graph.input("target", "float64", [batch, 4]);
  const hidden = tanh(graph, gemm(graph, x, w));
  const loss = squaredError(graph, add(graph, gemm(graph, hidden, w), add(graph, hidden, hidden)), target);
  await expectGradients(graph, loss, [w], {
    w: tensor(numbers(16, 3), [4, 4]),
    x: tensor(numbers(batch * 4, 30), [batch, 4]),
    target: tensor(numbers(batch * 4, 60), [batch, 4]),
  });
});

test("no gradient is computed for the data, nor for a layer below the only trained one", () => {
  const { graph, loss, parameters } = deepNetwork("tanh", "crossEntropy", false, "rows");
  const before = graph.nodes.length;
  gradients(graph, loss, [parameters[2]!]);
  // Exp, Sub, Div, Mul of the loss, and one product.
  expect(graph.nodes.slice(before).map((node) => node.opType)).toEqual(["Exp", "Sub", "Div", "Mul", "Gemm"]);
});

test("gradients refuses a loss that is no scalar and a parameter that the loss does not use", () => {
  const { graph, loss, parameters } = deepNetwork("tanh", "hinge", false, "rows");
  expect(() => gradients(graph, parameters[0]!, parameters)).toThrow(ParameterError);
  const stranger = graph.input("stranger", "float64", [2]);
  expect(() => gradients(graph, loss, [stranger])).toThrow(/stranger/);
});
