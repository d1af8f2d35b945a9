/**
 * @file What the Node and the browser sessions share: ONNX Runtime's JavaScript interface, seen through ours.
 */

import type { InferenceSession, OnnxValue, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-web";
import { EngineError } from "../../errors.js";
import type { Tensor, TensorData } from "../onnx/elementType.js";
import { freeNow } from "./freeNow.js";
import type { Session, Tensors } from "./session.js";

type OrtTensors = Record<string, OrtTensor>;

/**
 * Makes our session of an ONNX Runtime session.
 * @param options.inPlace  whether this runtime writes into pre-allocated outputs; if not, they are copied
 * @param options.close  called before the session is released
 */
export function ortSession(
  inner: InferenceSession,
  OrtTensor: TensorConstructor,
  { inPlace, close = () => {} }: { inPlace: boolean; close?: () => void },
): Session {
  return {
    inputs: inner.inputNames,
    outputs: inner.outputNames,

    async run(feeds) {
      try {
        const results = await inner.run(wrap(feeds, OrtTensor));
        return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, unwrap(value)]));
      } catch (cause) {
        throw runFailure(cause);
      }
    },

    bind(feeds, fetches) {
      const tensors = [...Object.entries(feeds), ...Object.entries(fetches)];
      const lengths = tensors.map(([, tensor]) => tensor.data.length);
      let ortFeeds: OrtTensors;
      let ortFetches: OrtTensors | string[];
      try {
        ortFeeds = wrap(feeds, OrtTensor);
        ortFetches = inPlace ? wrap(fetches, OrtTensor) : Object.keys(fetches);
      } catch (cause) {
        throw runFailure(cause);
      }
      return async () => {
        tensors.forEach(([name, tensor], i) => {
          if (tensor.data.length !== lengths[i]) throw detached(name);
        });
        try {
          const results = await inner.run(ortFeeds, ortFetches);
          for (const name in fetches) {
            const [{ data: made }, { data: wanted }] = [unwrap(results[name]!), fetches[name]!];
            if (!inPlace) copy(made, wanted);
            if (made.buffer !== wanted.buffer) freeNow(made);
          }
        } catch (cause) {
          throw runFailure(cause);
        }
      };
    },

    async dispose() {
      close();
      await inner.release();
    },
  };
}

function wrap(tensors: Tensors, OrtTensor: TensorConstructor): OrtTensors {
  const wrapped: OrtTensors = {};
  for (const [name, { type, data, shape }] of Object.entries(tensors)) {
    wrapped[name] = new (OrtTensor as new (type: string, data: TensorData, dims: readonly number[]) => OrtTensor)(
      type,
      data,
      shape,
    );
  }
  return wrapped;
}

function unwrap(value: OnnxValue): Tensor {
  const { type, data, dims } = value as OrtTensor;
  return { type, data, shape: dims } as Tensor;
}

function copy(from: TensorData, to: TensorData): void {
  (to as Float32Array).set(from as Float32Array);
}

function detached(name: string): EngineError {
  const remedy = "WebAssembly memory that grows detaches its views; bind again after it has grown.";
  return new EngineError({
    where: `tensor ${name}`,
    expected: "the array it was bound to",
    got: "a detached one",
    remedy,
  });
}

function runFailure(cause: unknown): EngineError {
  const got = cause instanceof Error ? cause.message : String(cause);
  return new EngineError({ where: "running the model", expected: "the runtime to accept and compute it", got, cause });
}
