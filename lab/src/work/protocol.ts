/**
 * @file What the page and the training worker say to each other. Arrays are handed over, not copied: who posts one does
 * not use it again.
 */

import type { DataSource } from "../data/source.js";
import type { Settings } from "../state/settings.js";

/** The two runs, always in this order. */
export const runNames = ["heavy", "plain"] as const;

/** One of the runs. */
export type RunName = (typeof runNames)[number];

/** One thing for each of the runs. */
export type Pair<T> = readonly [heavy: T, plain: T];

/** What the slider asks for. */
export interface View {
  /** Hidden units to keep. */
  readonly units: number;
  /** Whether the output layer is fitted again after the cut. */
  readonly refit: boolean;
}

/** How a run begins. */
export interface Start {
  readonly settings: Settings;
  readonly source: DataSource;
  readonly view: View;
  readonly threads: number;
  /** Goes on, or waits after its first evaluation. */
  readonly playing: boolean;
  /** Runs as fast as it can up to this step and waits there; null for none. */
  readonly until: number | null;
  /** Whether rounds are held back to thirty a second, to be watched. */
  readonly calm: boolean;
}

/** What the page tells the worker. */
export type Order =
  | ({ readonly type: "start" } & Start)
  | { readonly type: "play" | "pause" | "step" | "stop" }
  | { readonly type: "pace"; readonly calm: boolean }
  | { readonly type: "view"; readonly view: View }
  | { readonly type: "ask"; readonly id: number; readonly question: Question };

/** What the page asks for once. */
export type Question =
  /** The compact network of a run as a file, measured. */
  | { readonly kind: "export"; readonly run: RunName }
  /** A picture's class by the dense and the compact network; values in [0, 1], in the shape of a row. */
  | { readonly kind: "classify"; readonly values: Float32Array }
  /** The table that the runs learn from, as a file; not for digits, which are files already. */
  | { readonly kind: "table" }
  /** A test row as values in [0, 1]. */
  | { readonly kind: "testRow"; readonly row: number };

/** The data as the page needs them for drawing. */
export interface Ready {
  readonly name: string;
  readonly features: number;
  readonly classNames: readonly string[];
  readonly shape: readonly number[];
  readonly trainRows: number;
  readonly testRows: number;
  /** Of points in the plane: x and y of the training rows, then of the test rows; else null. */
  readonly points: Float32Array | null;
  /** Of training rows, then of test rows. */
  readonly labels: Int32Array;
  /** The first test pictures, [count, height, width], 0 … 255; null where rows are no pictures. */
  readonly gallery: Uint8Array | null;
}

/** A picture of answers over the square [−extent, extent]², `side`² pixels from the top left. */
export interface Field {
  readonly side: number;
  /** The class of the largest logit. */
  readonly classes: Uint8Array;
  /** Its softmax probability, 0 … 255 for 1/classes … 1. */
  readonly certainty: Uint8Array;
}

/** Hidden units as small pictures, by falling norm. */
export interface Tiles {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** [count, height, width]: −127 … 127. */
  readonly pixels: Int8Array;
}

/** A run's news; pictures are null where there is no newer one. */
export interface RunNews {
  /** New evaluations, [rows, 5]: step, training loss, training accuracy, test loss, test accuracy. */
  readonly rows: Float64Array;
  /** Column norms, largest first. */
  readonly norms: Float32Array | null;
  /** Hill's index of the largest norms, and how many they are. */
  readonly tail: { readonly index: number; readonly count: number } | null;
  /** ‖W − W_kept‖² / ‖W‖² by the number of units kept, [units + 1]. */
  readonly errors: Float64Array | null;
  readonly field: Field | null;
  readonly tiles: Tiles | null;
  /** The classes that the network gives to the pictures of the gallery. */
  readonly answers: Uint8Array | null;
  /** Why the run ended early; null where it did not. */
  readonly trouble: string | null;
}

/** A run's network after the cut. */
export interface Cut {
  /** The step of the network that was cut. */
  readonly step: number;
  readonly units: number;
  readonly relativeSquaredError: number;
  /** Test accuracies: as it was cut, and with the output layer fitted again. */
  readonly raw: number;
  readonly refitted: number;
  /** Of the ONNX file before and after. */
  readonly bytesBefore: number;
  readonly bytes: number;
  readonly field: Field | null;
}

/** One point of accuracy against size. */
export interface SizePoint {
  /** The step of the network. */
  readonly step: number;
  readonly units: number;
  readonly raw: number;
  readonly refitted: number;
}

/** What a classifier said. */
export interface Answer {
  readonly probabilities: Float32Array;
  /** Median time of one picture. */
  readonly milliseconds: number;
  readonly units: number;
  readonly bytes: number;
}

/** A compact file and what it was measured to be. */
export interface CompactFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly step: number;
  readonly units: number;
  readonly bytesBefore: number;
  readonly accuracyBefore: number;
  readonly accuracy: number;
  /** Share of test rows whose answer is the same as before. */
  readonly unchanged: number;
}

/** Answers by the kind of the question. */
export interface Answers {
  readonly export: CompactFile;
  readonly classify: { readonly dense: Answer; readonly compact: Answer };
  readonly table: { readonly text: string };
  readonly testRow: { readonly values: Float32Array; readonly label: string; readonly row: number };
}

/** How a run is doing. */
export type Phase = "loading" | "running" | "waiting" | "finished" | "failed";

/** What the worker tells the page. */
export type News =
  | { readonly type: "ready"; readonly ready: Ready }
  | { readonly type: "frame"; readonly step: number; readonly stepsPerSecond: number; readonly runs: Pair<RunNews> }
  | { readonly type: "phase"; readonly phase: Phase; readonly message: string | null }
  | { readonly type: "cut"; readonly cuts: Pair<Cut | null> }
  | { readonly type: "sizes"; readonly sizes: Pair<readonly SizePoint[]> }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly type: "refusal"; readonly id: number; readonly message: string };
