/** @file What a visitor can do, and how the workers' news become state. */

import type { DataSource } from "../data/source.js";
import type { Answers, News, Order, Question, Start } from "../work/protocol.js";
import { defaultUnits, parsePlace, placeHash } from "./address.js";
import { type DataName, defaults, type Settings } from "./settings.js";
import { cleared, type State, state, withNews } from "./state.js";

const trainer = new Worker(new URL("../work/trainer.worker.ts", import.meta.url), { type: "module", name: "training" });
const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
let asked = 0;
let restart: ReturnType<typeof setTimeout> | undefined;

/** Threads of the runtime: one, unless the page is isolated and there are cores to spare. */
export const threads = crossOriginIsolated ? Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1)) : 1;

/** Whether the visitor wants less to move. */
export const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function order(given: Order): void {
  trainer.postMessage(given);
}

trainer.onmessage = ({ data: news }: MessageEvent<News>) => {
  switch (news.type) {
    case "ready":
      state.set({ ready: news.ready });
      // The slider may have been moved since the start was ordered.
      return orderView();
    case "frame": {
      const [heavy, plain] = state.get().runs;
      const runs = [withNews(heavy, news.runs[0]), withNews(plain, news.runs[1])] as const;
      return state.set({ now: news.step, stepsPerSecond: news.stepsPerSecond, runs });
    }
    case "phase": {
      const { phase, message } = news;
      state.set({ phase, message });
      return phase === "waiting" || phase === "finished" ? keepPlace(state.get().now) : undefined;
    }
    case "cut":
      return state.set({ cuts: news.cuts });
    case "sizes":
      return state.set({ sizes: news.sizes });
    case "answer":
      waiting.get(news.id)?.resolve(news.answer as never);
      waiting.delete(news.id);
      return;
    case "refusal":
      waiting.get(news.id)?.reject(new Error(news.message));
      waiting.delete(news.id);
  }
};

trainer.onerror = ({ message }) =>
  state.set({ phase: "failed", message: message || "The training worker did not start." });

/** Asks the training worker once. @returns its answer; rejects where it has none */
export function ask<Kind extends Question["kind"]>(question: Question & { kind: Kind }): Promise<Answers[Kind]> {
  const id = asked++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve: resolve as (answer: never) => void, reject });
    order({ type: "ask", id, question });
  });
}

function source({ settings: { data }, table }: State): DataSource | null {
  if (data === "digits") return { kind: "digits", base: new URL("digits/", document.baseURI).href };
  if (data === "file") return table && { kind: "table", ...table };
  return { kind: "toy", name: data };
}

/** Begins from the first step. `until`: where to wait; null goes on. */
export function begin({ playing, until }: Pick<Start, "playing" | "until">): void {
  const now = state.get();
  const from = source(now);
  state.set({ ...cleared, phase: "loading", step: until });
  if (!from) {
    order({ type: "stop" });
    const message = "Choose or drop a table or images of yours. They do not travel in the address.";
    state.set({ phase: "waiting", ready: null, message });
    return;
  }
  const { settings, units, refit, calm } = now;
  order({ type: "start", settings, source: from, view: { units, refit }, threads, playing, until, calm });
}

/** Goes on, or starts over where the runs have ended. */
export function play(): void {
  keepPlace(null);
  if (state.get().phase === "finished") begin({ playing: true, until: null });
  else order({ type: "play" });
}

/** Waits after the round under way. */
export function pause(): void {
  order({ type: "pause" });
}

/** Makes one round and waits. */
export function stepOnce(): void {
  order({ type: "step" });
}

/** Back to the first step; waits there if the runs were waiting. */
export function reset(): void {
  keepPlace(null);
  begin({ playing: state.get().phase !== "waiting", until: null });
}

/** Changes settings and starts over, a moment after the last change. */
export function change(changed: Partial<Settings>): void {
  const { settings, units } = state.get();
  const next = { ...settings, ...changed };
  const share = units / settings.width;
  const kept = next.width === settings.width ? units : Math.max(1, Math.round(share * next.width));
  state.set({ settings: next, units: kept });
  startSoon();
}

/** Takes another data set, with its defaults; α, σ and the noise stay where the visitor has chosen them. */
export function chooseData(data: DataName): void {
  const settings = { ...defaults[data], seed: state.get().settings.seed };
  state.set({ settings, units: defaultUnits(settings.width) });
  startSoon();
}

/** Takes the visitor's own table. */
export function takeTable(table: NonNullable<State["table"]>): void {
  state.set({ table });
  chooseData("file");
}

function startSoon(): void {
  keepPlace(null);
  const playing = state.get().phase !== "waiting" || state.get().now === 0;
  clearTimeout(restart);
  restart = setTimeout(() => begin({ playing, until: null }), 180);
}

/** Moves the slider, or turns the refit on and off. */
export function look(view: { units?: number; refit?: boolean }): void {
  state.set(view);
  keepPlace(state.get().step);
  orderView();
}

function orderView(): void {
  const { units, refit } = state.get();
  order({ type: "view", view: { units, refit } });
}

/** Holds rounds back to be watched, or runs as fast as it can. */
export function setCalm(calm: boolean): void {
  state.set({ calm });
  order({ type: "pace", calm });
}

function keepPlace(step: number | null): void {
  state.set({ step });
  history.replaceState(null, "", placeHash(state.get()));
}

/** The first start, and another whenever the visitor edits the address. */
export function open(): void {
  const start = (): void => {
    const { step } = state.get();
    begin({ playing: step === null && !stillness.matches, until: step });
  };
  addEventListener("hashchange", () => {
    state.set(parsePlace(location.hash));
    start();
  });
  start();
}
