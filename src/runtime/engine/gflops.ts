/**
 * @file How fast this machine multiplies matrices through the session, for the environment report.
 */

import { openSession } from "#session";
import type { Tensor } from "../onnx/elementType.js";
import { encode } from "../onnx/encode.js";
import { Graph } from "../onnx/graph.js";
import { gemm } from "../onnx/ops/gemm.js";
import type { Device } from "./session.js";

/**
 * Times a square product of float32 matrices, 2·size³ floating-point operations.
 * @param options.size  rows and columns
 * @param options.repeats  timed runs, of which the fastest counts, after one to warm up
 * @returns 10⁹ operations a second, copying of the 4·size² bytes of result included
 */
export async function measureGflops({
  size = 1024,
  repeats = 8,
  threads,
  device = "auto",
}: {
  size?: number;
  repeats?: number;
  threads?: number;
  device?: Device;
} = {}): Promise<number> {
  const graph = new Graph("product");
  const a = graph.input("a", "float32", [size, size]);
  const b = graph.input("b", "float32", [size, size]);
  graph.output(gemm(graph, a, b), "c");
  const session = await openSession(encode(graph), { device, ...(threads !== undefined && { threads }) });
  try {
    const matrix = (): Tensor => ({
      type: "float32",
      // Neither zero nor subnormal, whose arithmetic may take another time.
      data: new Float32Array(size * size).fill(0.5),
      shape: [size, size],
    });
    const multiply = session.bind({ a: matrix(), b: matrix() }, { c: matrix() });
    await multiply();
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < repeats; i++) {
      const start = performance.now();
      await multiply();
      fastest = Math.min(fastest, performance.now() - start);
    }
    return (2 * size ** 3) / (fastest * 1e6);
  } finally {
    await session.dispose();
  }
}
