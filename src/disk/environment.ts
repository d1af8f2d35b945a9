/** @file What a run depends on outside its configuration: versions, processor, threads. */

import { arch, availableParallelism, cpus, platform } from "node:os";
import { runtimeInfo } from "#session";
import { version } from "../version.js";

/** The environment of this process, for records beside results. */
export async function environment(): Promise<Record<string, unknown>> {
  const runtime = await runtimeInfo();
  return {
    heavytail: version,
    node: process.version,
    runtime: `${runtime.name} ${runtime.version}`,
    devices: runtime.devices,
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    threads: availableParallelism(),
  };
}
