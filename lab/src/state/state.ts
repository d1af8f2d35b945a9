/** @file All that the page shows, in one record. */

import type { Cut, Field, Pair, Phase, Ready, RunNews, SizePoint, Tiles } from "../work/protocol.js";
import { type Place, parsePlace } from "./address.js";
import { createStore, type Store } from "./store.js";

/** A run as far as the page knows it. */
export interface RunState {
  /** Columns of evaluations, grown by each frame. */
  readonly history: {
    readonly step: readonly number[];
    readonly trainLoss: readonly number[];
    readonly trainAccuracy: readonly number[];
    readonly testLoss: readonly number[];
    readonly testAccuracy: readonly number[];
  };
  readonly norms: Float32Array | null;
  readonly tail: RunNews["tail"];
  readonly errors: Float64Array | null;
  readonly field: Field | null;
  readonly tiles: Tiles | null;
  readonly answers: Uint8Array | null;
  readonly trouble: string | null;
}

/** What predicted errors belong to: quantiles at 5, 50 and 95 % by kept fraction. */
export interface Prediction {
  readonly keptFractions: readonly number[];
  readonly errors: readonly (readonly [number, number, number])[];
}

/** The page's state. */
export interface State extends Place {
  readonly phase: Phase;
  /** What went wrong, or what the page has to say about its data. */
  readonly message: string | null;
  readonly ready: Ready | null;
  readonly now: number;
  readonly stepsPerSecond: number;
  readonly runs: Pair<RunState>;
  readonly cuts: Pair<Cut | null>;
  readonly sizes: Pair<readonly SizePoint[]>;
  readonly prediction: Prediction | null;
  /** The visitor's own table. */
  readonly table: { readonly name: string; readonly text: string; readonly shape: readonly number[] | null } | null;
  readonly calm: boolean;
}

/** A run before it has begun. */
const emptyRun: RunState = {
  history: { step: [], trainLoss: [], trainAccuracy: [], testLoss: [], testAccuracy: [] },
  ...{ norms: null, tail: null, errors: null, field: null, tiles: null, answers: null, trouble: null },
};

/** What a fresh start clears. */
export const cleared: Pick<State, "message" | "now" | "stepsPerSecond" | "prediction" | "runs" | "cuts" | "sizes"> = {
  ...{ message: null, now: 0, stepsPerSecond: 0, prediction: null },
  runs: [emptyRun, emptyRun],
  cuts: [null, null],
  sizes: [[], []],
};

/** The page's state as its address has it. */
export const state: Store<State> = createStore<State>({
  ...parsePlace(location.hash),
  ...cleared,
  ...{ phase: "loading", ready: null, table: null, calm: true },
});

/** A run with a frame's news added. */
export function withNews(run: RunState, { rows, trouble, ...pictures }: RunNews): RunState {
  const column = (c: number, old: readonly number[]): readonly number[] => {
    if (rows.length === 0) return old;
    return old.concat(Array.from({ length: rows.length / 5 }, (_, r) => rows[5 * r + c]!));
  };
  const { step, trainLoss, trainAccuracy, testLoss, testAccuracy } = run.history;
  return {
    history: {
      step: column(0, step),
      trainLoss: column(1, trainLoss),
      trainAccuracy: column(2, trainAccuracy),
      testLoss: column(3, testLoss),
      testAccuracy: column(4, testAccuracy),
    },
    norms: pictures.norms ?? run.norms,
    tail: pictures.norms ? pictures.tail : run.tail,
    errors: pictures.errors ?? run.errors,
    field: pictures.field ?? run.field,
    tiles: pictures.tiles ?? run.tiles,
    answers: pictures.answers ?? run.answers,
    trouble,
  };
}
