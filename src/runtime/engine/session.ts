/**
 * @file What a session is: a loaded ONNX model that runs on tensors of ours, without saying which runtime does it.
 *
 * `session.node.ts` and `session.web.ts` implement `openSession` and `runtimeInfo` with ONNX Runtime's Node binding and
 * its browser build; the private import `#session` picks one.
 */

import type { Tensor } from "../onnx/elementType.js";

export type { Tensor };

/** Where a model runs; `auto` is the processor, which is always there and computes the same everywhere. */
export type Device = "auto" | "cpu" | "webgpu" | "cuda";

/** Choices on opening a session. */
export interface SessionOptions {
  /** Threads used by one operator; default: all cores in Node, one in a page that is not cross-origin isolated. */
  readonly threads?: number;
  readonly device?: Device;
  /** In Node: a file-name prefix for the runtime's own profile, written when the session is disposed. */
  readonly profile?: string;
}

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A loaded model. */
export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];

  /**
   * Runs the model once and returns all outputs in fresh arrays.
   * @throws EngineError if the runtime refuses the feeds or fails
   */
  run(feeds: Tensors): Promise<Record<string, Tensor>>;

  /**
   * Prepares runs over fixed memory: each call of the returned function reads the feeds' arrays as they are then, and
   * writes the outputs named in `fetches` into their arrays. The arrays may be views of WebAssembly memory, which must
   * not grow while bound. In Node on a processor they are read and written in place, without a copy of ours.
   * @param fetches  outputs to compute; those not named are not asked for
   */
  bind(feeds: Tensors, fetches: Tensors): () => Promise<void>;

  /** Frees the model; the session must not be used after. */
  dispose(): Promise<void>;
}

/** Which runtime is at work, for records of an environment. */
export interface RuntimeInfo {
  readonly name: string;
  readonly version: string;
  /** The devices this runtime was built for; that hardware and driver are there is seen only on opening a session. */
  readonly devices: readonly Exclude<Device, "auto">[];
}
