import { fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { openSession } from "#session";
import { FormatError } from "../errors.js";
import { exportOnnx } from "../export/onnx.js";
import { arbitraryPruneCase } from "../prune/arbitraryNetwork.laws.js";
import { encode } from "../runtime/onnx/encode.js";
import { Graph, type Value } from "../runtime/onnx/graph.js";
import { networkFromOnnx } from "./fromOnnx.js";
import { checkNetwork, forwardReference, type Network } from "./network.js";

/** Numbers without a pattern, in [−1, 1], to float32. */
function numbers(count: number, from = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(7 * (i + from) + 1));
}

const matrix = (rows: number): { type: "float32"; shape: (string | number)[] } => ({
  type: "float32",
  shape: ["N", rows],
});
const read = (graph: Graph) => networkFromOnnx(encode(graph), "model.onnx").network;

/** The network read from a file computes what ONNX Runtime computes from the file. */
async function expectSameOutputs(graph: Graph, rowShape: number[], finish = (logits: Float64Array) => logits) {
  const network = read(graph);
  checkNetwork(network);
  const rows = 5;
  const data = numbers(rows * rowShape.reduce((a, b) => a * b, 1));
  const session = await openSession(encode(graph), { threads: 1 });
  const result = await session.run({ input: { type: "float32", data, shape: [rows, ...rowShape] } });
  await session.dispose();
  const [output] = Object.values(result);
  const expected = finish(forwardReference(network, data));
  expect(output!.data.length).toBe(expected.length);
  // Sums of at most 16 terms of size 1, in float32.
  expected.forEach((value, i) => {
    expect(Math.abs(value - Number(output!.data[i]))).toBeLessThan(1e-5);
  });
  return network;
}

test("networkFromOnnx(exportOnnx(network)) = network, with the scale in float32", () => {
  fc.assert(
    fc.property(arbitraryPruneCase, ({ network }) => {
      const stored: Network = {
        ...network,
        layers: network.layers.map((layer) => ({ ...layer, scale: Math.fround(layer.scale) })),
      };
      const { network: got, metadata } = networkFromOnnx(exportOnnx(network, { doc: "", metadata: { seed: 3 } }), "m");
      expect(got).toEqual(stored);
      expect(metadata).toEqual({ "heavytail.seed": "3" });
    }),
    { numRuns: 300, seed: 1 },
  );
});

/** Flatten, Gemm with every attribute written out, Relu, and tensors called after the modules, as PyTorch exports. */
function pytorchStyle(): Graph {
  const graph = new Graph("main_graph");
  const input = graph.input("input", "float32", ["N", 1, 2, 2]);
  const linear = (x: Value, name: string, inputs: number, outputs: number): Value =>
    graph.node(
      "Gemm",
      [
        x,
        graph.initializer(`${name}.weight`, numbers(inputs * outputs), [outputs, inputs]),
        graph.initializer(`${name}.bias`, numbers(outputs, 50), [outputs]),
      ],
      matrix(outputs),
      { alpha: { float: 1 }, beta: { float: 1 }, transB: { int: 1 } },
      `/${name}/Gemm_output_0`,
    );
  const flat = graph.node("Flatten", [input], matrix(4), { axis: { int: 1 } });
  const hidden = graph.node("Relu", [linear(flat, "fc1", 4, 3)], matrix(3));
  const logits = linear(hidden, "fc2", 3, 2);
  graph.output(graph.node("LogSoftmax", [logits], logits, { axis: { int: 1 } }), "output");
  return graph;
}

test("Flatten, Gemm and LogSoftmax, as PyTorch writes them, are read; LogSoftmax is dropped", async () => {
  const network = await expectSameOutputs(pytorchStyle(), [1, 2, 2], (logits) =>
    logits.map((value, i) => value - Math.log(Math.exp(logits[i & ~1]!) + Math.exp(logits[i | 1]!))),
  );
  expect(network).toEqual({
    layers: [
      {
        name: "fc1",
        inputs: 4,
        outputs: 3,
        weight: numbers(12),
        bias: numbers(3, 50),
        activation: "relu",
        scale: 1,
      },
      {
        name: "fc2",
        inputs: 3,
        outputs: 2,
        weight: numbers(6),
        bias: numbers(2, 50),
        activation: "identity",
        scale: 1,
      },
    ],
    skip: null,
  });
});

test("MatMul and Add, with Constant nodes, either order of Add and a computed Reshape, are read", async () => {
  const graph = new Graph("keras");
  const input = graph.input("input", "float32", ["N", 2, 2]);
  const stored = (data: Float32Array, shape: number[]): Value =>
    graph.node(
      "Identity",
      [graph.node("Constant", [], { type: "float32", shape }, { value: { tensor: { type: "float32", data, shape } } })],
      { type: "float32", shape },
    );
  // Reshape to [N, −1], with N taken from the input.
  const int64 = (shape: number[]): { type: "int64"; shape: number[] } => ({ type: "int64", shape });
  const size = graph.node("Shape", [input], int64([3]));
  const batch = graph.node("Gather", [size, graph.constant([0], "int64")], int64([1]), { axis: { int: 0 } });
  const target = graph.node("Concat", [batch, graph.constant([-1], "int64")], int64([2]), { axis: { int: 0 } });
  const flat = graph.node("Reshape", [input, target], matrix(4));
  const first = graph.node("MatMul", [flat, stored(numbers(12), [4, 3])], matrix(3));
  const hidden = graph.node("Tanh", [graph.node("Add", [first, stored(numbers(3), [3])], matrix(3))], matrix(3));
  const second = graph.node("MatMul", [hidden, stored(numbers(9), [3, 3])], matrix(3));
  const third = graph.node("Sigmoid", [graph.node("Add", [stored(numbers(1), [1]), second], matrix(3))], matrix(3));
  graph.output(graph.node("MatMul", [third, stored(numbers(6), [3, 2])], matrix(2)), "output");
  const network = await expectSameOutputs(graph, [2, 2]);
  expect(network.layers.map(({ name, activation, bias }) => [name, activation, bias?.length])).toEqual([
    ["hidden1", "tanh", 3],
    ["hidden2", "sigmoid", 3],
    ["output", "identity", undefined],
  ]);
  // [4, 3] is stored input by input: unit 0 has every third number.
  expect(network.layers[0]!.weight.slice(0, 4)).toEqual(numbers(12).filter((_, i) => i % 3 === 0));
});

test("Transpose of weights, weights used twice, tensors called skip and dead branches are read", async () => {
  const graph = new Graph("odd");
  const input = graph.input("input", "float32", ["N", 3]);
  const shared = graph.initializer("skip.weight", numbers(9), [3, 3]);
  const turned = graph.node("Transpose", [shared], { type: "float32", shape: [3, 3] }, { perm: { ints: [1, 0] } });
  const first = graph.node("Relu", [graph.node("MatMul", [input, turned], matrix(3))], matrix(3));
  graph.node("Sin", [first], matrix(3));
  const bias = graph.initializer("b", Float32Array.of(1, 2, 3), [1, 3]);
  graph.output(graph.node("Gemm", [first, shared, bias], matrix(3), { alpha: { float: 0.5 } }), "output");
  const network = await expectSameOutputs(graph, [3]);
  expect(network.layers.map(({ name }) => name)).toEqual(["skip_", "skip__"]);
  expect(network.layers.map(({ scale }) => scale)).toEqual([1, 0.5]);
});

test("float64 weights are rounded to float32", () => {
  const graph = new Graph("double");
  const input = graph.input("input", "float64", ["N", 2]);
  const weight = graph.initializer("w", Float64Array.of(0.1, 0.2), [1, 2]);
  graph.output(graph.node("Gemm", [input, weight], { type: "float64", shape: ["N", 1] }, { transB: { int: 1 } }), "y");
  expect(read(graph).layers[0]!.weight).toEqual(Float32Array.of(0.1, 0.2));
});

/** A graph that ends in what `build` makes of the input [N, 3]. */
function ending(build: (graph: Graph, x: Value, dense: (x: Value, inputs?: number) => Value) => Value): Graph {
  const graph = new Graph("g");
  const x = graph.input("input", "float32", ["N", 3]);
  let count = 0;
  const dense = (value: Value, inputs = 3): Value => {
    const weight = graph.initializer(`w${++count}`, numbers(inputs * 3), [inputs, 3]);
    return graph.node("MatMul", [value, weight], matrix(3), {}, `product${count}`);
  };
  graph.output(build(graph, x, dense), "output");
  return graph;
}

test.each<[string, Graph, RegExp]>([
  [
    "another operator",
    ending((g, x, dense) => g.node("Sin", [dense(x)], x, {}, "s")),
    /node output \(Sin\): .*got another operator.*Gemm/,
  ],
  ["an operator called constructor", ending((g, x, dense) => g.node("constructor", [dense(x)], x)), /\(constructor\)/],
  ["an operator before the first layer", ending((g, x, dense) => dense(g.node("Relu", [x], x, {}, "r"))), /node r \(R/],
  [
    "an activation of the output",
    ending((g, x, dense) => g.node("Relu", [dense(x)], x)),
    /without activation, got relu/,
  ],
  ["no layer", ending((g, x) => g.node("Identity", [x], x)), /output output: expected an output layer/],
  [
    "two activations",
    ending((g, x, d) => g.node("Relu", [g.node("Tanh", [d(x)], x)], x)),
    /elsewhere than after a layer/,
  ],
  ["a layer after Softmax", ending((g, x, dense) => dense(g.node("Softmax", [dense(x)], x))), /after Softmax/],
  ["Softmax over the batch", ending((g, x, d) => g.node("Softmax", [d(x)], x, { axis: { int: 0 } })), /axis 0/],
  ["Flatten into one row", ending((g, x, d) => d(g.node("Flatten", [x], x, { axis: { int: 0 } }))), /axis 0/],
  [
    "Reshape between layers",
    ending((g, x, d) => d(g.node("Reshape", [d(x), g.constant([-1, 3], "int64")], x))),
    /Reshape.*after a layer/,
  ],
  [
    "a residual connection",
    ending((g, x, d) => {
      const hidden = g.node("Relu", [d(x)], x);
      return d(g.node("Add", [hidden, g.node("Tanh", [d(hidden)], x)], x));
    }),
    /another sum of computed values/,
  ],
  [
    "a layer after the short cut",
    ending((g, x, d) => d(g.node("Add", [d(x), d(x)], x))),
    /a layer after the short cut/,
  ],
  [
    "an activation after the short cut",
    ending((g, x, d) => g.node("Relu", [g.node("Add", [d(x), d(x)], x)], x)),
    /elsewh/,
  ],
  ["a bias after the short cut", ending((g, x, d) => twice(g, g.node("Add", [d(x), d(x)], x))), /elsewhere than to/],
  ["a product of computed values", ending((g, x) => g.node("MatMul", [x, x], x)), /product of computed values/],
  ["a second bias", ending((g, x, d) => twice(g, d(x))), /added elsewhere than to a product/],
  ["a matrix that does not fit", ending((_, x, d) => d(d(x), 4)), /node output .*for 4 values after a layer of 3/],
  ["rows of another width", ending((_, x, d) => d(x, 4)), /input input: expected 4 features a row, got \[3\]/],
  [
    "transA",
    ending((g, x) => g.node("Gemm", [x, g.initializer("w", numbers(9), [3, 3])], x, { transA: { int: 1 } })),
    /transA/,
  ],
  [
    "beta",
    ending((g, x) => {
      const inputs = [x, g.initializer("w", numbers(9), [3, 3]), g.initializer("b", numbers(3), [3])];
      return g.node("Gemm", inputs, x, { beta: { float: 2 } });
    }),
    /scaled bias/,
  ],
  [
    "a bias per row",
    ending((g, x, d) => g.node("Add", [d(x), g.initializer("b", numbers(3), [3, 1])], x)),
    /bias \[3,1\] for 3 units/,
  ],
  [
    "whole numbers",
    ending((g, x) => g.node("MatMul", [x, g.initializer("w", new Int8Array(9), [3, 3])], x)),
    /weights of type int8/,
  ],
  [
    "a vector of weights",
    ending((g, x) => g.node("MatMul", [x, g.initializer("w", numbers(3), [3])], x)),
    /weights of shape \[3\]/,
  ],
  [
    "stored numbers operated on",
    ending((g, x) => g.node("MatMul", [x, g.node("Relu", [g.initializer("w", numbers(9), [3, 3])], x)], x)),
    /\(Relu\).*applied to stored numbers/,
  ],
])("%s is refused", (_, graph, message) => {
  expect(() => read(graph)).toThrow(FormatError);
  expect(() => read(graph)).toThrow(message);
  expect(() => read(graph)).toThrow(/^model\.onnx: /);
});

function twice(graph: Graph, product: Value): Value {
  const bias = graph.initializer("b", numbers(3), [3]);
  return graph.node("Add", [graph.node("Add", [product, bias], product), bias], product);
}

test("two inputs, two outputs and operators of other domains are refused", () => {
  const two = ending((_, x, dense) => dense(x));
  two.input("mask", "float32", ["N", 3]);
  expect(() => read(two)).toThrow(/expected one input, got 2/);
  const both = ending((graph, x, dense) => dense(graph.output(dense(x), "first")));
  expect(() => read(both)).toThrow(/expected one output, got 2/);
  const model = fromBinary(ModelProtoSchema, encode(ending((_, x, dense) => dense(x))));
  model.graph!.node[0]!.domain = "com.microsoft";
  const bytes = toBinary(ModelProtoSchema, model);
  expect(() => networkFromOnnx(bytes, "m")).toThrow(/\(com\.microsoft\.MatMul\): .*another operator/);
});

test("a damaged file gives a network or a FormatError that names the file", () => {
  const bytes = encode(pytorchStyle());
  const tryRead = (file: Uint8Array): void => {
    try {
      checkNetwork(networkFromOnnx(file, "model.onnx").network);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as FormatError).where).toMatch(/^model\.onnx: /);
    }
  };
  for (let length = 0; length < bytes.length; length++) tryRead(bytes.subarray(0, length));
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const file = bytes.slice();
    file[bit >> 3]! ^= 1 << (bit & 7);
    tryRead(file);
  }
});
