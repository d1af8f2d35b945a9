/** @file The compact model at pruned fraction p against its dense parent, both as ONNX files in ONNX Runtime. */
import { openSession } from "#session";
import { compactNetwork } from "../../dist/compact/compact.js";
import { exportOnnx } from "../../dist/export/onnx.js";
import { keyFromSeed } from "../../dist/math/random/key.js";
import { stream } from "../../dist/math/random/stream.js";
import { sampleGaussian } from "../../dist/math/stable/sample.js";
import { modelPorts } from "../../dist/model/graph.js";
import { pruneNetwork } from "../../dist/prune/prune.js";
import { ownParty, scaled, takeTurns, versus } from "../measure.js";
import { threadsText } from "../training.js";

export const name = "compact";
export const what = "compact model at pruned fraction p, 784 → 10000 → 10, batch 500";
export const against = "its dense parent, ONNX Runtime";
export const target = "≥ 0.8/(1 − p)× until overhead dominates";

const [inputs, width, classes, batch] = [784, 10000, 10, 500];
const prunedFractions = [0.5, 0.8, 0.9, 0.95, 0.99];

function madeNetwork() {
  const random = stream(keyFromSeed(1));
  const layer = (name, inputs, outputs, activation) => ({
    ...{ name, inputs, outputs, activation, scale: 1, bias: null },
    weight: Float32Array.from({ length: inputs * outputs }, () => sampleGaussian(random) / Math.sqrt(inputs)),
  });
  return { layers: [layer("hidden1", inputs, width, "relu"), layer("output", width, classes, "identity")], skip: null };
}

/** Measures the row. */
export async function run({ quick, threads: counts }) {
  const parent = madeNetwork();
  const networks = [parent];
  for (const p of prunedFractions) {
    networks.push(compactNetwork(parent, pruneNetwork(parent, { amount: { keptFraction: 1 - p } })));
  }
  const random = stream(keyFromSeed(2));
  const data = Float32Array.from({ length: batch * inputs }, () => sampleGaussian(random));
  const feeds = { [modelPorts.input]: { type: "float32", data, shape: [batch, inputs] } };
  const cases = [];
  for (const threads of quick ? [1] : counts) {
    const sessions = [];
    for (const network of networks)
      sessions.push(await openSession(exportOnnx(network, { doc: "bench" }), { threads }));
    const parties = sessions.map((session) => ownParty(() => session.run(feeds)));
    const times = await takeTurns(parties, { rounds: quick ? 4 : 7 });
    for (const session of sessions) await session.dispose();
    const [theirs, ...ours] = times.map((time) => scaled(time, 1000));
    for (const [i, p] of prunedFractions.entries()) {
      const label = `p = ${p}, ${threadsText(threads)}`;
      const least = Number((0.8 / (1 - p)).toFixed(2));
      cases.push(
        versus({ label, unit: "ms", against: "the dense parent", ours: ours[i], theirs, target: least, threads }),
      );
    }
  }
  return { cases };
}
