/** @file Play, pause, step, reset, and how far the runs have come. */

import { pause, play, reset, setCalm, stepOnce, threads } from "../state/conduct.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { roundSteps } from "../work/options.js";
import { whole } from "./format.js";

const icons = {
  play: "M5 3.5v13l11-6.5z",
  pause: "M5 4h3.6v12H5zM11.4 4H15v12h-3.6z",
  step: "M4 4v12l8-6zM13.2 4h2.6v12h-2.6z",
  reset: "M10 4a6 6 0 1 1-5.7 4.1l1.9.6A4 4 0 1 0 10 6v2.6L5.8 5 10 1.4z",
} as const;

function Icon({ name }: { name: keyof typeof icons }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d={icons[name]} />
    </svg>
  );
}

/** The bar that stays in sight. */
export function Transport() {
  const phase = useStore(state, ({ phase }) => phase);
  const calm = useStore(state, ({ calm }) => calm);
  const data = useStore(state, ({ settings }) => settings.data);
  const idle = useStore(state, ({ ready }) => ready === null);
  const running = phase === "running" || phase === "loading";
  const steps = roundSteps(data);
  return (
    <nav class="transport" aria-label="Training">
      <button type="button" class="primary" onClick={running ? pause : play} disabled={idle || phase === "loading"}>
        <Icon name={running ? "pause" : "play"} />
        {running ? "Pause" : phase === "finished" ? "Again" : "Play"}
      </button>
      <button type="button" onClick={stepOnce} disabled={idle || phase !== "waiting"} title={`${steps} training steps`}>
        <Icon name="step" />
        {steps} steps
      </button>
      <button type="button" onClick={reset}>
        <Icon name="reset" />
        Reset
      </button>
      <Progress />
      <label class="check">
        <input type="checkbox" checked={!calm} onChange={({ currentTarget }) => setCalm(!currentTarget.checked)} />
        Full speed
      </label>
      <p class="machine">
        {threads > 1
          ? `${threads} threads`
          : crossOriginIsolated
            ? "1 thread"
            : "1 thread: this host does not isolate the page"}
      </p>
    </nav>
  );
}

function Progress() {
  const now = useStore(state, ({ now }) => now);
  const steps = useStore(state, ({ settings }) => settings.steps);
  const speed = useStore(state, ({ stepsPerSecond }) => Math.round(stepsPerSecond));
  const phase = useStore(state, ({ phase }) => phase);
  const doing = {
    loading: "loading the runtime …",
    running: speed > 0 ? `${whole(speed)} steps a second` : "training …",
    waiting: "paused",
    finished: "finished",
    failed: "stopped",
  }[phase];
  return (
    <div class="progress">
      <progress aria-label="Steps made" max={steps} value={now} />
      <span>
        step{" "}
        <output class="number" id="step">
          {whole(now)}
        </output>{" "}
        of {whole(steps)}
        <span class="doing"> · {doing}</span>
      </span>
    </div>
  );
}
