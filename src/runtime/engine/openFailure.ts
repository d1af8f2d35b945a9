/**
 * @file The errors of opening a session, said the same way by both runtimes.
 */

import { EngineError } from "../../errors.js";
import type { Device } from "./session.js";

/** The runtime's package could not be loaded. */
export function runtimeMissing(runtimePackage: string, cause: unknown): EngineError {
  return new EngineError({
    where: "ONNX Runtime",
    expected: `the package ${runtimePackage}`,
    got: cause instanceof Error ? cause.message : String(cause),
    remedy: `Install it: npm install ${runtimePackage}`,
    cause,
  });
}

/** The runtime refused the model or the device. */
export function openFailure(device: Device, cause: unknown): EngineError {
  return new EngineError({
    where: `opening a session on device ${device}`,
    expected: "a model and a device that the runtime supports",
    got: cause instanceof Error ? cause.message : String(cause),
    ...(device === "auto" || device === "cpu" ? {} : { remedy: "Device cpu is always there." }),
    cause,
  });
}

/** The device is not one this runtime can use. */
export function deviceUnsupported(device: Device, supported: readonly Device[]): EngineError {
  return new EngineError({ where: "device", expected: supported.join(", "), got: device });
}
