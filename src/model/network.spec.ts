import { expect, test } from "vitest";
import { ShapeError } from "../errors.js";
import { activate, checkNetwork, type DenseLayer, forwardReference, type Network, parameterCount } from "./network.js";

function dense(
  facts: Partial<DenseLayer> & Pick<DenseLayer, "name" | "inputs" | "outputs">,
  weight: number[],
): DenseLayer {
  return { bias: null, activation: "identity", scale: 1, weight: Float32Array.from(weight), ...facts };
}

const hidden = dense(
  { name: "hidden", inputs: 2, outputs: 2, activation: "relu", bias: Float32Array.of(1, 0) },
  [1, 2, -1, 0],
);
const output = dense({ name: "output", inputs: 2, outputs: 1, scale: 0.5, bias: Float32Array.of(4) }, [2, 8]);
const network: Network = { layers: [hidden, output], skip: Float32Array.of(10, 100) };

test("a network is the composition of activation(scale · W x + b), plus skip · x", () => {
  // Row (1, 1): hidden (4, 0), output ½ · 8 + 4 = 8, short cut 110. Row (−2, 0): hidden (0, 2), ½ · 16 + 4 = 12, −20.
  expect([...forwardReference(network, [1, 1, -2, 0])]).toEqual([118, -8]);
  expect(parameterCount(network)).toBe(4 + 2 + 2 + 1 + 2);
});

test("activations at 0 and beyond", () => {
  expect(["relu", "tanh", "sigmoid", "identity"].map((name) => activate(name as "relu", 0))).toEqual([0, 0, 0.5, 0]);
  expect(["relu", "tanh", "sigmoid", "identity"].map((name) => activate(name as "relu", -800))).toEqual([
    0, -1, 0, -800,
  ]);
});

test.each<[string, Network, RegExp]>([
  ["no layers", { layers: [], skip: null }, /at least one layer/],
  ["two layers of one name", { layers: [hidden, { ...output, name: "hidden" }], skip: null }, /two named hidden/],
  [
    "layers that do not fit",
    { layers: [hidden, dense({ name: "o", inputs: 3, outputs: 1 }, [1, 2, 3])], skip: null },
    /layer o: expected 2 inputs, got 3/,
  ],
  [
    "a weight that is too short",
    { layers: [{ ...hidden, weight: new Float32Array(3) }], skip: null },
    /hidden.weight: expected \[2, 2\], got 3/,
  ],
  ["a bias that is too long", { layers: [{ ...hidden, bias: new Float32Array(3) }], skip: null }, /hidden.bias/],
  ["a short cut that does not fit", { layers: [hidden, output], skip: new Float32Array(3) }, /skip: expected \[1, 2\]/],
])("%s: a ShapeError that names the place", (_, wrong, message) => {
  checkNetwork(network);
  expect(() => checkNetwork(wrong)).toThrow(ShapeError);
  expect(() => checkNetwork(wrong)).toThrow(message);
});
