/** @file What the data cost: loading MNIST, and gathering a shuffled batch as a share of the step it feeds. */

import { batchCursor } from "../../dist/dataset/batches.js";
import { loadDataset } from "../../dist/disk/data.js";
import { keyFromSeed } from "../../dist/math/random/key.js";
import { ownParty, scaled, single, takeTurns, within } from "../measure.js";
import { openTraining, shapeText, threadsText } from "../training.js";

export const name = "data";
export const what = "data loading, shuffling and gathering a batch";
export const against = "the step it feeds";
export const target = "≤ 0.05 of a step";

const shape = { batch: 500, inputs: 784, width: 1000, classes: 10 };

/** Measures the row. */
export async function run({ quick, threads: counts }) {
  const threads = counts.at(-1);
  const load = ownParty(() => loadDataset("mnist", { key: keyFromSeed(1) }));
  const [loading] = await takeTurns([load], { rounds: quick ? 1 : 3, most: 1 });
  const { train } = await loadDataset("mnist", { key: keyFromSeed(1) });
  const batches = batchCursor({ split: train, batch: shape.batch, key: keyFromSeed(1) });
  let step = 0;
  // An epoch at a time, so that its shuffle is in it.
  const epoch = ownParty(() => {
    for (let i = 0; i < batches.stepsPerEpoch; i++) batches.at(step++);
  });
  const training = await openTraining(shape, { threads, noise: "none" });
  const [gather, whole] = await takeTurns([epoch, training], { rounds: quick ? 4 : 8 });
  await training.close();
  const gathered = scaled(gather, 1000 / batches.stepsPerEpoch);
  const share = gathered.median / (1000 * whole.median);
  return {
    cases: [
      within({ label: "loading MNIST, 70000 rows", unit: "ms", ours: scaled(loading, 1000) }),
      within({ label: `a shuffled batch of ${shape.batch} rows`, unit: "ms", ours: gathered }),
      within({ label: `step ${shapeText(shape)}, ${threadsText(threads)}`, unit: "ms", ours: scaled(whole, 1000) }),
      within({ label: "the batch's share of the step", unit: "", ours: single(share), atMost: 0.05 }),
    ],
  };
}
