/** @file Tells a screen reader how the runs stand: when they wait or end, and every ten seconds while they go on. */

import { useEffect, useState } from "preact/hooks";
import { runLabel } from "../state/names.js";
import { type State, state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { percent } from "./format.js";

const interval = 10_000;

function summary({ phase, now, runs, message, settings }: State): string {
  if (phase === "failed") return `The training failed. ${message ?? ""}`;
  const [heavy, plain] = runs.map(({ history }) => history.testAccuracy.at(-1));
  if (heavy === undefined || plain === undefined) return phase === "loading" ? "Loading the runtime." : "";
  const doing = { running: "Training", waiting: "Paused", finished: "Finished", loading: "Loading" }[phase];
  return `${doing} at step ${now}. Test accuracy ${percent(heavy)} ${runLabel("heavy", settings)}, ${percent(plain)} plain.`;
}

/** A live region. */
export function Announcer() {
  const phase = useStore(state, ({ phase }) => phase);
  const [text, setText] = useState("");
  useEffect(() => {
    const say = (): void => setText(summary(state.get()));
    // The frame of a pause may come after the word of it.
    const soon = setTimeout(say, 300);
    const timer = setInterval(say, interval);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [phase]);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {text}
    </p>
  );
}
