import { expect, test } from "vitest";
import { EngineError } from "../../errors.js";
import type { Tensor } from "../onnx/elementType.js";
import { encode } from "../onnx/encode.js";
import { gradients } from "../onnx/gradients.js";
import { Graph } from "../onnx/graph.js";
import { gemm } from "../onnx/ops/gemm.js";
import { softmaxCrossEntropy } from "../onnx/ops/softmaxCrossEntropy.js";
import { tanh } from "../onnx/ops/tanh.js";
import { measureGflops } from "./gflops.js";
import * as node from "./session.node.js";
import * as web from "./session.web.js";

const runtimes = [
  ["onnxruntime-node", node],
  ["onnxruntime-web", web],
] as const;

/** y = X Wᵀ for X [N, 3] and W [2, 3]. */
function productModel(): Uint8Array {
  const graph = new Graph("product");
  const x = graph.input("x", "float32", ["N", 3]);
  graph.output(gemm(graph, x, graph.input("w", "float32", [2, 3])), "y");
  return encode(graph);
}

function float32(data: ArrayLike<number>, shape: number[]): Tensor {
  return { type: "float32", data: data instanceof Float32Array ? data : Float32Array.from(data), shape };
}

/** Weights and result as views of WebAssembly memory, as the kernels have them. */
function memoryViews(pages = 1, shared = false) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 4, shared });
  const w = new Float32Array(memory.buffer, 1024, 6);
  w.set([1, 0, 0, 0, 1, 1]);
  return { memory, w, y: new Float32Array(memory.buffer, 4096, 4) };
}

for (const [name, { openSession, runtimeInfo }] of runtimes) {
  test(`${name} runs a model and says its inputs and outputs`, async () => {
    const session = await openSession(productModel());
    expect(session.inputs).toEqual(["x", "w"]);
    expect(session.outputs).toEqual(["y"]);
    const { y } = await session.run({ x: float32([1, 2, 3], [1, 3]), w: float32([1, 0, 0, 0, 1, 1], [2, 3]) });
    expect(y).toEqual(float32([1, 5], [1, 2]));
    await session.dispose();
  });

  test(`${name} reads feeds and writes fetches through views of WebAssembly memory, at every bound run`, async () => {
    const session = await openSession(productModel());
    const { memory, w, y } = memoryViews();
    const x = Float32Array.of(1, 2, 3, 4, 5, 6);
    const step = session.bind({ x: float32(x, [2, 3]), w: float32(w, [2, 3]) }, { y: float32(y, [2, 2]) });
    await step();
    expect([...new Float32Array(memory.buffer, 4096, 4)]).toEqual([1, 5, 4, 11]);
    w[0] = 10;
    x[5] = 0;
    await step();
    expect([...new Float32Array(memory.buffer, 4096, 4)]).toEqual([10, 5, 40, 5]);
    await session.dispose();
  });

  test(`${name}: a bound run after the memory has grown is refused, not made on freed memory`, async () => {
    const session = await openSession(productModel());
    const { memory, w, y } = memoryViews();
    const step = session.bind(
      { x: float32([1, 2, 3, 4, 5, 6], [2, 3]), w: float32(w, [2, 3]) },
      { y: float32(y, [2, 2]) },
    );
    memory.grow(1);
    await expect(step()).rejects.toThrow(/tensor w: .*bind again/);
    await session.dispose();
  });

  test(`${name}: what the runtime refuses becomes an EngineError with its error as cause`, async () => {
    await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(EngineError);
    const session = await openSession(productModel());
    const x = float32([1, 2, 3], [1, 3]);
    await expect(session.run({ x })).rejects.toThrow(EngineError);
    await expect(session.run({ x, w: float32([1, 2], [1, 2]) })).rejects.toHaveProperty("cause");
    const wrongSize = { x: float32([1], [1, 3]), w: x };
    expect(() => session.bind(wrongSize, {})).toThrow(EngineError);
    await session.dispose();
  });

  test(`${name} says its version and devices`, async () => {
    const info = await runtimeInfo();
    expect(info.name).toBe(name);
    expect(info.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(info.devices).toContain("cpu");
  });
}

test("the browser runtime refuses CUDA", async () => {
  await expect(web.openSession(productModel(), { device: "cuda" })).rejects.toThrow(
    /device: expected auto, cpu, webgpu/,
  );
});

test("shared WebAssembly memory is refused by the Node runtime", async () => {
  const session = await node.openSession(productModel());
  const { w, y } = memoryViews(1, true);
  const step = session.bind(
    { x: float32([1, 2, 3, 4, 5, 6], [2, 3]), w: float32(w, [2, 3]) },
    { y: float32(y, [2, 2]) },
  );
  await expect(step()).rejects.toThrow(EngineError);
  await session.dispose();
});

test("a training step has the same loss and gradients in both runtimes", async () => {
  const graph = new Graph("step");
  const x = graph.input("x", "float32", ["N", 20]);
  const w = graph.input("w", "float32", [50, 20]);
  const b = graph.input("b", "float32", [50]);
  const v = graph.input("v", "float32", [3, 50]);
  const hidden = tanh(graph, gemm(graph, x, w, b, { yLayout: "columns" }));
  const logits = gemm(graph, hidden, v, null, { xLayout: "columns", yLayout: "columns" });
  const loss = softmaxCrossEntropy(graph, logits, graph.input("labels", "int64", ["N"]), { layout: "columns" });
  gradients(graph, loss, [w, b, v]).forEach((gradient, i) => {
    graph.output(gradient, `g${i}`);
  });
  graph.output(loss, "loss");
  const wave = (count: number, size: number, ...shape: number[]) =>
    float32(
      Float32Array.from({ length: count }, (_, i) => size * Math.sin(1 + i * i)),
      shape,
    );
  const feeds = {
    x: wave(140, 1, 7, 20),
    w: wave(1000, 0.3, 50, 20),
    b: wave(50, 0.3, 50),
    v: wave(150, 0.3, 3, 50),
    labels: { type: "int64", data: BigInt64Array.of(0n, 1n, 2n, 2n, 1n, 0n, 0n), shape: [7] } as const,
  };
  const results = await Promise.all(
    runtimes.map(async ([, { openSession }]) => {
      const session = await openSession(encode(graph));
      const result = await session.run(feeds);
      await session.dispose();
      return result;
    }),
  );
  for (const name of ["g0", "g1", "g2", "loss"]) {
    const [native, wasm] = results.map((result) => result[name]!.data as Float32Array);
    expect(native!.length).toBe(wasm!.length);
    // Sums of up to 50 float32 products below 1 in another order: 50 · 2⁻²⁴ = 3e-6.
    native!.forEach((value, i) => {
      expect(Math.abs(value - wasm![i]!)).toBeLessThan(1e-5);
    });
  }
});

test("measureGflops gives a positive, finite speed", async () => {
  const gflops = await measureGflops({ size: 64, repeats: 2, threads: 1 });
  expect(gflops).toBeGreaterThan(0);
  expect(gflops).toBeLessThan(1e5);
});
