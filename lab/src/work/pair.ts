/** @file Two trainings on the same data in lockstep: neither goes on before the other has been evaluated at the same step. */

import {
  type Dataset,
  type Evaluation,
  type Network,
  NumericalError,
  type StopReason,
  type TrainOptions,
  type TrainState,
  train,
} from "heavytail";
import type { Pair } from "./protocol.js";

/** One of the trainings, as it stands. */
export interface Side {
  readonly options: TrainOptions;
  /** The network at its last evaluation; null before the first. */
  network: Network | null;
  step: number;
  /** Evaluations since they were last taken from here. */
  fresh: Evaluation[];
  ended: StopReason | "diverged" | null;
  /** Why it diverged. */
  trouble: string | null;
}

/** Two trainings under way. */
export interface RunningPair {
  readonly sides: Pair<Side>;
  /** Settles when both have ended; rejects where one failed for another reason than divergence. */
  readonly done: Promise<void>;
  /** Ends both at their next step. */
  stop(): void;
}

/**
 * Starts two trainings.
 * @param dataset their data
 * @param options the configurations
 * @param threads of the runtime
 * @param onRound awaited whenever all that still run have been evaluated
 */
export function runPair(
  dataset: Dataset,
  options: Pair<TrainOptions>,
  threads: number,
  onRound: () => Promise<void>,
): RunningPair {
  const abort = new AbortController();
  const begin = (options: TrainOptions): Side => ({
    ...{ options, network: null, step: 0, fresh: [], ended: null, trouble: null },
  });
  const sides: Pair<Side> = [begin(options[0]), begin(options[1])];
  let waiting: (() => void)[] = [];

  const turn = async (): Promise<void> => {
    const running = sides.filter(({ ended }) => ended === null).length;
    if (running === 0 || waiting.length < running) return;
    try {
      if (!abort.signal.aborted) await onRound();
    } finally {
      const released = waiting;
      waiting = [];
      for (const release of released) release();
    }
  };
  const onEvaluation = (side: Side) => (evaluation: Evaluation, state: TrainState) => {
    side.network = state.network;
    side.step = state.step;
    side.fresh.push(evaluation);
    return new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      turn().catch(reject);
    });
  };
  const run = async (side: Side): Promise<void> => {
    try {
      const result = await train(dataset, side.options, {
        threads,
        signal: abort.signal,
        onEvaluation: onEvaluation(side),
      });
      side.ended = result.stoppedBy;
    } catch (error) {
      side.ended = "diverged";
      if (!(error instanceof NumericalError)) throw error;
      side.trouble = error.message;
    }
    await turn();
  };
  return {
    sides,
    done: Promise.all(sides.map(run)).then(() => {}),
    stop: () => abort.abort(),
  };
}
