/** @file A training step without noise against its matrix products alone and against other libraries' steps. */
import { scaled, takeTurns, versus, within } from "../measure.js";
import { openPeer } from "../peer.js";
import { openTraining, shapeText, threadsText } from "../training.js";

export const name = "step";
export const what = "training step without noise";
export const against = "OpenBLAS products of the same flops; PyTorch; TensorFlow.js WASM";
export const target = "≥ 0.75×; ≥ 1×; ≥ 5×";

const shapes = [
  { batch: 500, inputs: 140, width: 2000, classes: 2 },
  { batch: 500, inputs: 140, width: 10000, classes: 2 },
  { batch: 100, inputs: 784, width: 2000, classes: 10 },
  { batch: 1000, inputs: 784, width: 2000, classes: 10 },
];

const peers = [
  { against: "OpenBLAS products", script: "products.py", target: 0.75 },
  { against: "PyTorch", script: "torchStep.py", target: 1 },
  // Without threads in Node: compared where we have one as well.
  { against: "TensorFlow.js WASM", script: "tfjsStep.js", target: 5, oneThread: true },
];

/** Measures the row. */
export async function run({ quick, threads }) {
  const cases = [];
  for (const shape of quick ? [shapes[0], shapes[2]] : shapes) {
    for (const count of quick ? [1] : threads) cases.push(...(await compare(shape, count, quick)));
  }
  return { cases };
}

async function compare(shape, threads, quick) {
  const opened = [];
  for (const { script, oneThread, ...peer } of peers) {
    if (oneThread && threads > 1) continue;
    const prepare = { ...shape, threads, noise: "none" };
    const party = await openPeer(peer.against, script, prepare, { threads });
    if (party) opened.push({ ...peer, party });
  }
  const ours = await openTraining(shape, { threads, noise: "none" });
  const [own, ...theirs] = await takeTurns([ours, ...opened.map(({ party }) => party)], { rounds: quick ? 4 : 7 });
  for (const { close } of [ours, ...opened.map(({ party }) => party)]) await close();
  const label = `${shapeText(shape)}, ${threadsText(threads)}`;
  if (opened.length === 0) return [within({ label, unit: "ms", ours: scaled(own, 1000) })];
  return opened.map(({ against, target }, i) =>
    versus({ label, unit: "ms", against, target, threads, ours: scaled(own, 1000), theirs: scaled(theirs[i], 1000) }),
  );
}
