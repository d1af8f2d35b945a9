/**
 * @file Sessions in browsers (and, on the processor, in any JavaScript host), by onnxruntime-web: ONNX Runtime compiled
 * to WebAssembly, with WebGPU where asked for.
 *
 * The runtime has its own memory, so feeds and fetches are copied at each run.
 */

import { deviceUnsupported, openFailure, runtimeMissing } from "./openFailure.js";
import { ortSession } from "./ortSession.js";
import type { RuntimeInfo, Session, SessionOptions } from "./session.js";

type Runtime = typeof import("onnxruntime-web");

/** The runtime starts its module on the first session; two at once would start it twice. */
let opening: Promise<unknown> = Promise.resolve();

/**
 * Loads a model.
 * @param model  the bytes of an ONNX file, not kept
 * @param options.threads  read on the first call only; more than one needs a cross-origin isolated page
 * @throws EngineError if onnxruntime-web is missing, or refuses the model or the device
 */
export async function openSession(
  model: Uint8Array,
  { threads = 1, device = "auto" }: SessionOptions = {},
): Promise<Session> {
  if (device === "cuda") throw deviceUnsupported(device, ["auto", "cpu", "webgpu"]);
  const ort = await runtime(device === "webgpu" ? "onnxruntime-web/webgpu" : "onnxruntime-web/wasm");
  ort.env.wasm.numThreads = threads;
  const opened = opening.then(() =>
    ort.InferenceSession.create(model, {
      executionProviders: device === "webgpu" ? ["webgpu", "wasm"] : ["wasm"],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    }),
  );
  opening = opened.catch(() => {});
  try {
    return ortSession(await opened, ort.Tensor, { inPlace: false });
  } catch (cause) {
    throw openFailure(device, cause);
  }
}

/**
 * The runtime's name and version, and the devices it was built for.
 * @throws EngineError if onnxruntime-web is missing
 */
export async function runtimeInfo(): Promise<RuntimeInfo> {
  const ort = await runtime("onnxruntime-web/wasm");
  return { name: "onnxruntime-web", version: ort.env.versions.web!, devices: ["cpu", "webgpu"] };
}

async function runtime(entry: "onnxruntime-web/wasm" | "onnxruntime-web/webgpu"): Promise<Runtime> {
  try {
    // Written out, so that bundlers see both.
    return entry === "onnxruntime-web/wasm"
      ? await import("onnxruntime-web/wasm")
      : await import("onnxruntime-web/webgpu");
  } catch (cause) {
    throw runtimeMissing("onnxruntime-web", cause);
  }
}
