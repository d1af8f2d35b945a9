/**
 * @file Trackers: programs beside heavytail that show how runs go. Both are off unless asked for; nothing leaves the
 * machine by itself. Each is loaded only when it is used.
 */

/** Takes the numbers of one run. */
export interface Tracker {
  /**
   * Takes values at a step.
   * @param step gradient steps made
   * @param values by name, such as `trainLoss`; NaN and infinities are kept as such
   */
  log(step: number, values: Readonly<Record<string, number>>): Promise<void>;
  /** Ends the run; call it once. */
  close(status: RunStatus): Promise<void>;
}

/** How a tracked run ended. */
export type RunStatus = "finished" | "failed" | "killed";

/** Which trackers are wanted. */
export interface TrackerOptions {
  /** Folder for TensorBoard event files. */
  readonly tensorboard?: string | undefined;
  /** Address of an MLflow server. */
  readonly mlflow?: string | undefined;
}

/** What a tracker is told of a run before its first number. */
export interface TrackedRun {
  /** A name that is a file name too. */
  readonly name: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

/** The wanted trackers as one, which never holds up or ends the run it watches. */
export interface Tracking {
  /** Takes values at a step, to be passed on in order; a tracker that fails is told nothing more. */
  log(step: number, values: Readonly<Record<string, number>>): void;
  /** Waits until all is passed on and ends the run. @throws the first failure of a tracker */
  close(status: RunStatus): Promise<void>;
}

/**
 * Opens the wanted trackers.
 * @param options which; with none, what is logged goes nowhere
 * @param run the run's name and parameters
 * @throws HeavytailError if the MLflow server does not answer, or the error of a folder that cannot be written
 */
export async function openTrackers({ tensorboard, mlflow }: TrackerOptions, run: TrackedRun): Promise<Tracking> {
  const trackers: Tracker[] = [];
  if (tensorboard !== undefined) {
    const [{ openTensorBoard }, { join }] = await Promise.all([import("./tensorboard.js"), import("node:path")]);
    trackers.push(await openTensorBoard(join(tensorboard, run.name)));
  }
  if (mlflow !== undefined) trackers.push(await (await import("./mlflow.js")).openMlflow(mlflow, run));
  const passing = trackers.map((tracker) => ({ tracker, done: Promise.resolve() }));
  return {
    log(step, values) {
      for (const each of passing) {
        each.done = each.done.then(() => each.tracker.log(step, values));
        each.done.catch(() => {});
      }
    },
    async close(status) {
      const ends = await Promise.allSettled(
        passing.map(async ({ tracker, done }) => {
          await done;
          await tracker.close(status);
        }),
      );
      const failed = ends.find((end) => end.status === "rejected");
      if (failed) throw failed.reason;
    },
  };
}
