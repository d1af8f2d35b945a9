import { expect, test } from "vitest";
import { decode } from "../runtime/onnx/decode.js";
import { encode } from "../runtime/onnx/encode.js";
import { networkGraph } from "./graph.js";
import type { DenseLayer, Network } from "./network.js";

function dense(name: string, inputs: number, outputs: number, more: Partial<DenseLayer> = {}): DenseLayer {
  const weight = Float32Array.from({ length: inputs * outputs }, (_, i) => i);
  return { name, inputs, outputs, weight, bias: null, activation: "identity", scale: 1, ...more };
}

const network: Network = {
  layers: [
    dense("hidden", 3, 2, { activation: "sigmoid", bias: Float32Array.of(1, 2) }),
    dense("output", 2, 4, { scale: 0.5 }),
  ],
  skip: Float32Array.from({ length: 12 }, (_, i) => -i),
};

test("a network is Gemm and its activation for each layer, and an Add for the short cut", () => {
  const model = decode(encode(networkGraph(network)));
  expect(model.nodes.map(({ opType, inputs, attributes }) => [opType, inputs[1], attributes])).toEqual([
    ["Gemm", "hidden.weight", { transB: { int: 1 } }],
    ["Sigmoid", undefined, {}],
    ["Gemm", "output.weight", { alpha: { float: 0.5 }, transB: { int: 1 } }],
    ["Gemm", "skip.weight", { transB: { int: 1 } }],
    ["Add", "skip.product", {}],
  ]);
  expect([...model.initializers].map(([name, { shape }]) => [name, shape])).toEqual([
    ["hidden.weight", [2, 3]],
    ["hidden.bias", [2]],
    ["output.weight", [4, 2]],
    ["skip.weight", [4, 3]],
  ]);
  expect(model.inputs.map(({ name, shape }) => [name, shape])).toEqual([["x", ["N", 3]]]);
  expect(model.outputs.map(({ name, shape }) => [name, shape])).toEqual([["logits", ["N", 4]]]);
});

test("hidden activations are further outputs where asked for", () => {
  const { outputs } = decode(encode(networkGraph(network, { hidden: true })));
  expect(outputs.map(({ name, shape }) => [name, shape])).toEqual([
    ["logits", ["N", 4]],
    ["hidden.activation", ["N", 2]],
  ]);
});
