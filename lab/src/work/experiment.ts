/** @file One experiment: the two runs, what is told about them, and what is asked about them. */

import { type Dataset, type Network, pruneCurve } from "heavytail";
import { tableOf } from "../data/source.js";
import { cadence } from "./cadence.js";
import { classify } from "./classify.js";
import { type Cuttable, compactFile, cutOf, sizePoint, sizesFor, smallNetwork } from "./cut.js";
import { createGate, nextTask } from "./gate.js";
import { plainOptions, trainOptions } from "./options.js";
import { runPair, type Side } from "./pair.js";
import { answersOf, columnNews, fieldOf, tilesOf } from "./pictures.js";
import {
  type Answers,
  type News,
  type Pair,
  type Question,
  type RunNews,
  runNames,
  type SizePoint,
  type Start,
} from "./protocol.js";

/** A running experiment. */
export interface Experiment {
  play(): void;
  pause(): void;
  step(): void;
  pace(calm: boolean): void;
  look(view: Start["view"]): void;
  answer(question: Question): Promise<Answers[keyof Answers]>;
  stop(): Promise<void>;
}

/** Least time between two frames, and between two rounds to be watched, in milliseconds. */
const frameInterval = 33;

/**
 * Starts an experiment.
 * @param dataset the data
 * @param start how it begins
 * @param tell posts news; arrays in it are handed over
 */
export function startExperiment(dataset: Dataset, start: Start, tell: (news: News) => void): Experiment {
  const { settings, threads } = start;
  let { view } = start;
  let round = 0;
  let viewWanted = false;
  const gate = createGate({
    ...{ playing: start.playing, until: start.until, interval: start.calm ? frameInterval : 0 },
    onHold: async () => {
      await frame(true);
      viewWanted = true;
      measureIdle();
      tell({ type: "phase", phase: "waiting", message: null });
    },
    onRelease: () => tell({ type: "phase", phase: "running", message: null }),
  });
  const speed = speedometer();
  const cadences = {
    frame: cadence(frameInterval, 0.5),
    norms: cadence(100, 0.1),
    field: cadence(90, 0.25),
    tiles: cadence(160, 0.15),
    // First the runs are to be seen moving.
    cut: cadence(200, 0.2, 1500),
    sizes: cadence(250, 0.15, 2500),
  };
  const stepNow = (): number => Math.max(...pair.sides.map(({ step }) => step));
  const cuttable = (side: Side): Cuttable | null => {
    const { network, step } = side;
    const metadata = metadataOf(dataset, side);
    return network && { network, step, curves: pruneCurve(network), metadata, dataset, threads };
  };

  const frame = async (force: boolean): Promise<void> => {
    const both =
      <T>(make: (side: Side, network: Network) => T | Promise<T>) =>
      async (): Promise<Pair<T | null>> => [
        pair.sides[0].network && (await make(pair.sides[0], pair.sides[0].network)),
        pair.sides[1].network && (await make(pair.sides[1], pair.sides[1].network)),
      ];
    const columns = await cadences.norms.make(
      force,
      both((_, network) => columnNews(network)),
    );
    const fields =
      dataset.features === 2
        ? await cadences.field.make(
            force,
            both((_, network) => fieldOf(network, dataset.classes, threads)),
          )
        : null;
    const tiles = await cadences.tiles.make(
      force,
      both((_, network) => tilesOf(network, dataset)),
    );
    const answers = tiles && (await both((_, network) => answersOf(network, dataset, threads))());
    const news = (r: 0 | 1): RunNews => {
      const { fresh, trouble } = pair.sides[r];
      pair.sides[r].fresh = [];
      const rows = fresh.flatMap((e) => [e.step, e.trainLoss, e.trainAccuracy, e.testLoss, e.testAccuracy]);
      const column = columns?.[r] ?? { norms: null, tail: null, errors: null };
      return {
        rows: Float64Array.from(rows),
        ...column,
        field: fields?.[r] ?? null,
        tiles: tiles?.[r] ?? null,
        answers: answers?.[r] ?? null,
        trouble,
      };
    };
    const step = stepNow();
    tell({ type: "frame", step, stepsPerSecond: speed(step), runs: [news(0), news(1)] });
  };

  const cuts = async (): Promise<void> => {
    viewWanted = false;
    const given = pair.sides.map(cuttable);
    tell({
      type: "cut",
      cuts: [given[0] ? await cutOf(given[0], view) : null, given[1] ? await cutOf(given[1], view) : null],
    });
  };

  const sizes = sizesFor(settings.width);
  const points: Pair<Map<number, SizePoint>> = [new Map(), new Map()];
  let nextSize = 0;
  /** Measures one size of both runs, in turn. */
  const measureSize = async (): Promise<void> => {
    const units = sizes[nextSize]!;
    for (const r of [0, 1] as const) {
      const given = cuttable(pair.sides[r]);
      if (given) points[r].set(units, await sizePoint(given, units));
    }
    nextSize = (nextSize + 1) % sizes.length;
    // A point of a network that was trained half as long says nothing of this one.
    const sorted = (r: 0 | 1): SizePoint[] =>
      [...points[r].values()].filter(({ step }) => 2 * step >= stepNow()).sort((a, b) => a.units - b.units);
    tell({ type: "sizes", sizes: [sorted(0), sorted(1)] });
  };

  let idle: Promise<void> = Promise.resolve();
  /** Measures while the runs wait, one thing after the other. */
  const measureIdle = (): void => {
    const mine = round;
    idle = idle.then(async () => {
      if (mine !== round) return;
      if (viewWanted) await cuts();
      for (let i = 0; i < sizes.length; i++) {
        await nextTask();
        // Gives up when the runs go on; a newer view comes first.
        if (mine !== round || viewWanted) return;
        await measureSize();
      }
    });
    idle.catch(fail);
  };

  const fail = (error: unknown): void => {
    tell({ type: "phase", phase: "failed", message: error instanceof Error ? error.message : String(error) });
  };

  const pair = runPair(dataset, [trainOptions(settings), plainOptions(settings)], threads, async () => {
    const step = stepNow();
    if (round === 0) tell({ type: "phase", phase: "running", message: null });
    round++;
    await cadences.frame.make(false, () => frame(false));
    if (step < settings.steps) {
      await cadences.cut.make(viewWanted, cuts);
      await cadences.sizes.make(false, measureSize);
      await gate.pass(step);
    }
    round++;
    await idle;
  });
  const done = pair.done.then(async () => {
    await frame(true);
    viewWanted = true;
    measureIdle();
    tell({ type: "phase", phase: "finished", message: null });
  }, fail);
  return {
    ...{ play: gate.play, pause: gate.pause, step: gate.step },
    pace: (calm) => gate.pace(calm ? frameInterval : 0),
    look(wanted) {
      view = wanted;
      viewWanted = true;
      if (gate.closedAt(stepNow()) || pair.sides.every(({ ended }) => ended !== null)) measureIdle();
    },
    async answer(question) {
      if (question.kind === "table") return { text: tableOf(start.source) };
      if (question.kind === "testRow") return testRow(dataset, question.row);
      const side = pair.sides[question.kind === "export" ? runNames.indexOf(question.run) : 0]!;
      const given = cuttable(side);
      if (!given) throw new Error("The run has no network yet.");
      if (question.kind === "export") return await compactFile(given, view);
      const compact = await smallNetwork(given, view);
      return await classify(question.values, { dense: given.network, compact }, dataset, threads);
    },
    async stop() {
      round++;
      pair.stop();
      gate.end();
      await done;
      await idle.catch(() => {});
    },
  };
}

/** What the exported file says of its training. */
function metadataOf(
  { name, classNames, standardisation }: Dataset,
  { options, step }: Side,
): Record<string, string | number> {
  const { noise = "none", alpha = 2, sigma = 0, initTail, learningRate = 0, seed = 0 } = options;
  return {
    ...{ data: name, classNames: JSON.stringify(classNames), noise, learningRate, seed, step },
    ...(noise !== "none" && { alpha: noise === "gaussian" ? 2 : alpha, sigma }),
    ...(initTail !== undefined && { initTail }),
    ...(standardisation && { inputMean: standardisation.mean, inputStd: standardisation.std }),
  };
}

/** A test row as values in [0, 1], where the data set knows its scale. */
function testRow({ test, features, classNames, standardisation }: Dataset, row: number): Answers["testRow"] {
  const { mean, std } = standardisation ?? { mean: 0, std: 1 };
  const at = row % test.rows;
  const values = test.features.slice(at * features, (at + 1) * features).map((x) => x * std + mean);
  return { values, label: classNames[test.labels[at]!]!, row: at };
}

/** Steps a second, averaged over about a second. */
function speedometer(): (step: number) => number {
  let [lastStep, lastTime, speed] = [0, performance.now(), 0];
  return (step) => {
    const seconds = (performance.now() - lastTime) / 1000;
    if (seconds > 0.8) {
      speed = (step - lastStep) / seconds;
      [lastStep, lastTime] = [step, performance.now()];
    }
    return speed;
  };
}
