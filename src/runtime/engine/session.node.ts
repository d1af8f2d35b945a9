/**
 * @file Sessions in Node, by onnxruntime-node: ONNX Runtime's native library.
 *
 * It reads feeds and writes fetches in place, also where they are views of WebAssembly memory (but not of shared
 * memory). It also copies each output into a fresh array that nobody reads, so a graph's outputs should be scalars,
 * gradients and logits, not activations. A run blocks the event loop.
 *
 * The runtime's threads wait by spinning, its default: on idle cores a step of 5 ms is a quarter faster than with
 * sleeping threads, on busy ones it is slower, so give each of several runs side by side one thread.
 */

import { availableParallelism } from "node:os";
import { deviceUnsupported, openFailure, runtimeMissing } from "./openFailure.js";
import { ortSession } from "./ortSession.js";
import type { RuntimeInfo, Session, SessionOptions } from "./session.js";

const devices = ["cpu", "webgpu", "cuda"] as const;

/**
 * Loads a model.
 * @param model  the bytes of an ONNX file, not kept
 * @throws EngineError if onnxruntime-node is missing, or refuses the model or the device
 */
export async function openSession(
  model: Uint8Array,
  { threads = availableParallelism(), device = "auto", profile }: SessionOptions = {},
): Promise<Session> {
  const ort = await runtime();
  const provider = device === "auto" ? "cpu" : device;
  if (!devices.includes(provider)) throw deviceUnsupported(device, ["auto", ...devices]);
  try {
    const inner = await ort.InferenceSession.create(model, {
      executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // Errors only: warnings are about choices of the runtime's own, such as small nodes it leaves on the processor.
      logSeverityLevel: 3,
      ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    });
    const close = profile === undefined ? undefined : () => inner.endProfiling();
    return ortSession(inner, ort.Tensor, { inPlace: true, ...(close && { close }) });
  } catch (cause) {
    throw openFailure(device, cause);
  }
}

/**
 * The runtime's name and version, and the devices it was built for.
 * @throws EngineError if onnxruntime-node is missing
 */
export async function runtimeInfo(): Promise<RuntimeInfo> {
  const ort = await runtime();
  const built = new Set(ort.listSupportedBackends().map((backend) => backend.name));
  return {
    name: "onnxruntime-node",
    version: ort.env.versions.node!,
    devices: devices.filter((device) => built.has(device)),
  };
}

async function runtime(): Promise<typeof import("onnxruntime-node")> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw runtimeMissing("onnxruntime-node", cause);
  }
}
