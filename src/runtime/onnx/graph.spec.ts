import { expect, test } from "vitest";
import { ParameterError, ShapeError } from "../../errors.js";
import { Graph } from "./graph.js";
import { gemm } from "./ops/gemm.js";
import { relu } from "./ops/relu.js";

test("every name in a graph is used once", () => {
  const graph = new Graph("names");
  graph.input("x", "float32", [2]);
  expect(() => graph.input("x", "float32", [2])).toThrow(ParameterError);
  expect(() => graph.initializer("x", Float32Array.of(1), [1])).toThrow(ParameterError);
  expect(() => graph.input("", "float32", [2])).toThrow(ParameterError);
});

test("made-up names avoid the given ones", () => {
  const graph = new Graph("names");
  const x = graph.input("Relu_1", "float32", [2]);
  expect(relu(graph, x).name).not.toBe("Relu_1");
});

test("equal constants are stored once, constants of another type apart", () => {
  const graph = new Graph("constants");
  expect(graph.constant(0, "float32")).toBe(graph.constant(0, "float32"));
  expect(graph.constant(0, "float64")).not.toBe(graph.constant(0, "float32"));
  expect(graph.constant([0], "float32").shape).toEqual([1]);
});

test("an output takes its name, and is a computed value declared once", () => {
  const graph = new Graph("outputs");
  const x = graph.input("x", "float32", [2]);
  const y = relu(graph, x);
  expect(graph.output(y, "y").name).toBe("y");
  expect(() => graph.output(y, "again")).toThrow(ParameterError);
  expect(() => graph.output(x)).toThrow(ParameterError);
});

test("shapes that do not fit are refused", () => {
  const graph = new Graph("shapes");
  const x = graph.input("x", "float32", ["N", 3]);
  expect(() => gemm(graph, x, graph.input("w", "float32", [2, 4]))).toThrow(ShapeError);
  const w = graph.input("v", "float32", [2, 3]);
  expect(() => gemm(graph, x, w, graph.input("b", "float32", [3]))).toThrow(ShapeError);
  expect(() => gemm(graph, x, w, null, { xLayout: "columns" })).toThrow(ShapeError);
  expect(() => graph.initializer("i", new Float32Array(5), [2, 3])).toThrow(ShapeError);
});
