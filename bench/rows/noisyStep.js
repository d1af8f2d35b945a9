/**
 * @file A training step with type II noise against the published algorithm, as its libraries come and with tuned malloc,
 * and against PyTorch with its best vectorised noise. NumPy steps stand in where PyTorch is not installed, under their name.
 */
import { scaled, takeTurns, versus, within } from "../measure.js";
import { openPeer } from "../peer.js";
import { openTraining, shapeText, threadsText } from "../training.js";

export const name = "noisyStep";
export const what = "training step with type II noise";
export const against = "the authors' algorithm (PyTorch + scipy); PyTorch with its best vectorised noise";
export const target = "≥ 20×; ≥ 2×";

const shapes = [
  { batch: 500, inputs: 140, width: 2000, classes: 2 },
  { batch: 1000, inputs: 784, width: 2000, classes: 10 },
];
const law = { alpha: 1.75, sigma: 0.01 };

const peers = [
  {
    against: "PyTorch + scipy, malloc as it comes",
    script: "torchStep.py",
    noise: "scipy",
    malloc: "default",
    target: 20,
  },
  { against: "PyTorch + scipy, tuned malloc", script: "torchStep.py", noise: "scipy", target: 20 },
  { against: "PyTorch + PyTorch noise", script: "torchStep.py", noise: "torch", target: 2 },
  { against: "PyTorch + NumPy float32 noise", script: "torchStep.py", noise: "numpy", target: 2 },
];
const substitutes = [
  {
    against: "NumPy + scipy, malloc as it comes",
    script: "numpyStep.py",
    noise: "scipy",
    malloc: "default",
    target: null,
  },
  { against: "NumPy + scipy, tuned malloc", script: "numpyStep.py", noise: "scipy", target: null },
  { against: "NumPy + NumPy float32 noise", script: "numpyStep.py", noise: "numpy", target: null },
];

/** Measures the row. */
export async function run({ quick, threads }) {
  const cases = [];
  for (const shape of quick ? shapes.slice(0, 1) : shapes) {
    for (const count of quick ? [1] : threads) cases.push(...(await compare(shape, count, quick)));
  }
  return { cases };
}

async function openAll(list, shape, threads) {
  const opened = [];
  for (const { script, noise, malloc, ...peer } of list) {
    const party = await openPeer(peer.against, script, { ...shape, ...law, threads, noise }, { threads, malloc });
    if (party) opened.push({ ...peer, party });
  }
  return opened;
}

async function compare(shape, threads, quick) {
  let opened = await openAll(peers, shape, threads);
  if (opened.length === 0) opened = await openAll(substitutes, shape, threads);
  const ours = await openTraining(shape, { threads, ...law, noise: "coordinate" });
  const parties = [ours, ...opened.map(({ party }) => party)];
  const [own, ...theirs] = await takeTurns(parties, { rounds: quick ? 3 : 6 });
  for (const { close } of parties) await close();
  const label = `${shapeText(shape)}, ${threadsText(threads)}`;
  if (opened.length === 0) return [within({ label, unit: "ms", ours: scaled(own, 1000) })];
  return opened.map(({ against, target }, i) =>
    versus({ label, unit: "ms", against, target, threads, ours: scaled(own, 1000), theirs: scaled(theirs[i], 1000) }),
  );
}
