/** @file Our side of the training rows: steps of `train` itself, timed from one step's end to the next's, in turns. */
import { keyFromSeed } from "../dist/math/random/key.js";
import { stream } from "../dist/math/random/stream.js";
import { sampleGaussian } from "../dist/math/stable/sample.js";
import { train } from "../dist/train/train.js";
import { cpuSeconds } from "./measure.js";

/** About how long a turn lasts, in seconds. */
const turnSeconds = 0.2;
/** Steps of the pilot run by which a turn's steps are counted. */
const pilotSteps = 6;

/** batch × inputs → units → classes, as text. */
export function shapeText({ batch, inputs, width, classes }) {
  return `${batch}×${inputs}→${width}→${classes}`;
}

/** "1 thread" or "2 threads". */
export function threadsText(threads) {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}

/** A data set of Gaussian rows with labels in turn; the test split is one row. */
export function madeDataset({ inputs, classes }, rows) {
  const random = stream(keyFromSeed(1));
  const split = (count) => ({
    rows: count,
    features: Float32Array.from({ length: count * inputs }, () => sampleGaussian(random)),
    labels: Int32Array.from({ length: count }, (_, row) => row % classes),
  });
  const classNames = Array.from({ length: classes }, (_, c) => `${c}`);
  const facts = { name: "made", features: inputs, classes, classNames, shape: [inputs], standardisation: null };
  return { ...facts, train: split(rows), test: split(1) };
}

/**
 * The times of some steps of one run, without its first two.
 * @param shape batch, inputs, width, classes; the batch is the whole split, so no rows are gathered, as in the peers
 * @param options steps; threads; anything else of `train`
 * @returns seconds, [steps − 3]: the last step, which ends in an evaluation, is left out too; cpu: processor seconds a step
 */
export async function timeSteps(shape, { steps, threads, ...options }) {
  const clock = stepClock();
  await train(
    madeDataset(shape, shape.batch),
    { width: shape.width, batch: shape.batch, learningRate: 0.001, steps, evalEvery: steps, seed: 1, ...options },
    { threads, onStep: clock.onStep },
  );
  return clock.between(1);
}

/** Notes when steps end. */
function stepClock() {
  const ends = [];
  return {
    onStep: () => ends.push([performance.now() / 1000, cpuSeconds()]),
    /** What the steps after the one of this index took, without the last. */
    between(first) {
      const noted = ends.slice(first, -1);
      if (noted.length < 2) return { seconds: [], cpu: Number.NaN };
      const seconds = noted.slice(1).map(([end], i) => end - noted[i][0]);
      return { seconds, cpu: (noted.at(-1)[1] - noted[0][1]) / seconds.length };
    },
  };
}

async function stepsOfTurn(shape, options) {
  const pilot = await timeSteps(shape, { ...options, steps: pilotSteps });
  return Math.max(2, Math.min(500, Math.round(turnSeconds / Math.min(...pilot.seconds))));
}

/**
 * Starts a run that trains a stretch of steps at a time and waits between them.
 * @param shape as for `timeSteps`
 * @param options threads; turnSteps: how many steps a turn counts, by default what takes about a fifth of a second; anything
 *   else of `train`
 * @returns a party for `takeTurns` whose turns are stretches of one length, with `close()`
 */
export async function openTraining(shape, { threads, turnSteps, ...options }) {
  const counted = turnSteps ?? (await stepsOfTurn(shape, { threads, ...options }));
  // Two steps of a stretch are not counted: the one after an evaluation, and the one before, whose noise comes later.
  const stretch = 2 + counted;
  const stopping = new AbortController();
  let clock = stepClock();
  let finished;
  let goOn;
  const nextStretch = () =>
    new Promise((resolve, reject) => {
      finished = { resolve, reject };
    });
  const firstStretch = nextStretch();
  const run = train(
    madeDataset(shape, shape.batch),
    {
      ...{ width: shape.width, batch: shape.batch, learningRate: 0.001, steps: Number.MAX_SAFE_INTEGER },
      ...{ evalEvery: stretch, seed: 1, ...options },
    },
    {
      threads,
      signal: stopping.signal,
      onStep: () => clock.onStep(),
      onEvaluation: () =>
        new Promise((resolve) => {
          goOn = resolve;
          finished.resolve(clock.between(0));
        }),
    },
  );
  run.catch((error) => finished.reject(error));
  await firstStretch;
  const turn = () => {
    const stretchDone = nextStretch();
    clock = stepClock();
    goOn();
    return stretchDone;
  };
  return {
    turn,
    async close() {
      stopping.abort();
      goOn();
      // The abort is seen at the next step, whose evaluation must be let go as well.
      const released = nextStretch();
      await Promise.race([released, run]);
      goOn();
      await run;
    },
  };
}
