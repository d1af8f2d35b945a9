/**
 * @file Carries out a cell: trains, cuts to each level, measures. Divergence and failure are results, not exceptions. No
 * disk and no queue here.
 */

import { createHash } from "node:crypto";
import type { Dataset } from "../dataset/dataset.js";
import { environment } from "../disk/environment.js";
import { runMetadata } from "../disk/runFolder.js";
import { NumericalError } from "../errors.js";
import type { Network } from "../model/network.js";
import { openParent } from "../shrink/shrink.js";
import { type TrainResult, train } from "../train/train.js";
import { type CellResult, type CellSpec, type LevelRow, levelOptions } from "./cell.js";

/** How a cell is watched and on what it runs. */
export interface CellControl {
  /** Abandons the cell at its next step or level. */
  readonly signal?: AbortSignal;
  /** Called after every training step. */
  readonly onStep?: (step: number) => void;
  /** Threads of the runtime. @default 1 */
  readonly threads?: number;
}

/** A cell's result, but for its id, and the small models: name such as `level0.onnx` → ONNX bytes. */
export interface CellOutcome {
  readonly result: Omit<CellResult, "id">;
  readonly models: Map<string, Uint8Array>;
}

/**
 * Runs a cell.
 * @param spec the cell
 * @param dataset its data set, from `loadCellData`
 * @param control how it is watched
 * @returns its result, also where it diverged (status "diverged") or could not be carried out ("failed", with the error)
 * @throws the signal's reason where it was aborted, and nothing else
 */
export async function runCell(
  spec: CellSpec,
  dataset: Dataset,
  { signal, onStep, threads = 1 }: CellControl = {},
): Promise<CellOutcome> {
  const started = performance.now();
  const facts = { ...(await environment()), threads };
  const models = new Map<string, Uint8Array>();
  const outcome = (result: Omit<CellResult, "id" | "seconds" | "environment">): CellOutcome => ({
    result: { ...result, seconds: (performance.now() - started) / 1000, environment: facts },
    models,
  });
  signal?.throwIfAborted();
  try {
    const trained = await train(dataset, spec.train, {
      threads,
      ...(signal && { signal }),
      ...(onStep && { onStep }),
    });
    const rows: LevelRow[] = [];
    const metadata = runMetadata(spec.train, dataset);
    const parent = await openParent(trained.network, dataset, { threads });
    for (const [index, level] of spec.levels.entries()) {
      signal?.throwIfAborted();
      const shrunk = await parent.shrink({ ...levelOptions(level, spec.train), metadata });
      const { before, after, cut, guaranteed, unchanged } = shrunk;
      const { keptColumns, totalColumns, prunedFraction, relativeSquaredError } = shrunk.mask;
      rows.push({
        ...{ level, keptColumns, totalColumns, prunedFraction, relativeSquaredError },
        ...{ before, after, cut, guaranteed, unchanged },
      });
      models.set(`level${index}.onnx`, shrunk.bytes);
    }
    signal?.throwIfAborted();
    return outcome({ status: "done", training: trainingFacts(trained), rows });
  } catch (error) {
    signal?.throwIfAborted();
    models.clear();
    if (error instanceof NumericalError) {
      const { step: divergedAt, parameter, lastFiniteLoss = null } = error;
      const training = { divergedAt, parameter, lastFiniteLoss };
      return outcome({ status: "diverged", error: error.message, training, rows: [] });
    }
    const message = error instanceof Error ? error.message : String(error);
    return outcome({ status: "failed", error: message, training: null, rows: [] });
  }
}

function trainingFacts({ step, stoppedBy, final, network }: TrainResult): CellResult["training"] {
  const { trainAccuracy, testAccuracy, trainLoss } = final;
  const testLoss = Number.isFinite(final.testLoss) ? final.testLoss : null;
  return { steps: step, stoppedBy, trainAccuracy, testAccuracy, trainLoss, testLoss, weights: weightsHash(network) };
}

function weightsHash({ layers }: Network): string {
  const hash = createHash("sha256");
  for (const { weight, bias } of layers) {
    for (const values of [weight, bias ?? new Float32Array()]) {
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
  return hash.digest("hex");
}
