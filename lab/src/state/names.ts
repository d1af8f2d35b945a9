/** @file What the two runs are called, which depends on what sets the first one apart. */

import type { RunName } from "../work/protocol.js";
import type { Settings } from "./settings.js";
import { state } from "./state.js";
import { useStore } from "./store.js";

type Apart = Pick<Settings, "noise" | "initTail">;

/** A run's name for the head of its card. */
export function runTitle(name: RunName, { noise, initTail }: Apart): string {
  if (name === "plain") return "Plain SGD";
  const start = initTail > 0;
  if (noise === "none") return start ? "Heavy-tailed start" : "No noise";
  if (noise === "gaussian") return start ? "Gaussian noise, heavy-tailed start" : "Gaussian noise";
  return start ? "Heavy-tailed noise and start" : "Heavy-tailed noise";
}

/** A run's name among other words. */
export function runLabel(name: RunName, { noise, initTail }: Apart): string {
  if (name === "plain") return "plain";
  const start = initTail > 0;
  if (noise === "none") return start ? "heavy start" : "no noise";
  return start ? "noise and start" : "with noise";
}

/** The name among other words, kept up to date. */
export function useRunLabel(name: RunName): string {
  return useStore(state, ({ settings }) => runLabel(name, settings));
}
