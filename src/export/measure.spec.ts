import { expect, test } from "vitest";
import { EngineError } from "../errors.js";
import { networkLogits } from "../model/evaluate.js";
import { type Network, parameterCount } from "../model/network.js";
import { accuracy } from "../model/score.js";
import { exampleData, exampleNetworks } from "./exampleNetworks.laws.js";
import { measureModel } from "./measure.js";
import { exportOnnx } from "./onnx.js";

const network = exampleNetworks["one hidden layer"]!;
const bytes = exportOnnx(network, { doc: "" });
const { train, test: held } = exampleData;

test("accuracies and logits are those of the file; sizes are the network's and the file's", async () => {
  const { measure, trainLogits, testLogits } = await measureModel(bytes, network, exampleData);
  expect(trainLogits).toEqual(await networkLogits(network, train.features));
  expect(testLogits).toEqual(await networkLogits(network, held.features));
  expect(measure).toEqual({
    trainAccuracy: accuracy(trainLogits!, train.labels, 3),
    testAccuracy: accuracy(testLogits!, held.labels, 3),
    parameters: parameterCount(network),
    bytes: bytes.length,
  });
});

test.each(Object.entries(exampleNetworks))("without data there are sizes but no accuracies: %s", async (_, network) => {
  const file = exportOnnx(network, { doc: "" });
  const { measure, trainLogits, testLogits } = await measureModel(file, network, null);
  expect(measure).toMatchObject({ trainAccuracy: null, testAccuracy: null, parameters: parameterCount(network) });
  expect([trainLogits, testLogits]).toEqual([null, null]);
});

const [hidden, output] = network.layers;
const other: [string, Network][] = [
  ["two units swapped on one side", { ...network, layers: [{ ...hidden!, weight: swapped(hidden!.weight) }, output!] }],
  ["no bias", { ...network, layers: [{ ...hidden!, bias: null }, output!] }],
  ["another activation", { ...network, layers: [{ ...hidden!, activation: "tanh" }, output!] }],
  ["another scale", { ...network, layers: [hidden!, { ...output!, scale: 1.01 }] }],
  ["a short cut", { ...network, skip: new Float32Array(24).fill(0.01) }],
  ["a weight that is not a number", { ...network, skip: new Float32Array(24).fill(Number.NaN) }],
];

function swapped(weight: Float32Array): Float32Array {
  const copy = weight.slice();
  copy.set(weight.subarray(0, 8), 8);
  copy.set(weight.subarray(8, 16), 0);
  return copy;
}

test.each(other)("a file that computes another network is refused: %s", async (_, different) => {
  await expect(measureModel(bytes, different, null)).rejects.toThrow(EngineError);
  await expect(measureModel(bytes, different, exampleData)).rejects.toThrow(/the exported model, reloaded/);
});

test("logits that cancel to a millionth of their terms are not mistaken for wrong ones", async () => {
  const skip = new Float32Array(24).fill(1);
  const weight = new Float32Array(24).fill(-1).map((value, i) => value * (1 + (i % 2 ? 1e-6 : -1e-6)));
  const cancelling: Network = {
    layers: [{ ...exampleNetworks["no hidden layer"]!.layers[0]!, weight, bias: null }],
    skip,
  };
  await measureModel(exportOnnx(cancelling, { doc: "" }), cancelling, exampleData);
});

test("hidden units whose terms cancel, as under type I noise on features that sum to 0, are not mistaken for wrong ones", async () => {
  const features = held.features.map((_, i) => (i % 2 ? -1 : 1) * held.features[i - (i % 2)]!);
  const jumped = hidden!.weight.map((value) => value + 1e5);
  const noisy: Network = { ...network, layers: [{ ...hidden!, weight: jumped }, output!] };
  const balanced = { ...exampleData, test: { ...held, features } };
  await measureModel(exportOnnx(noisy, { doc: "" }), noisy, balanced);
});

test("bytes that are no model are an EngineError", async () => {
  await expect(measureModel(bytes.subarray(0, 100), network, null)).rejects.toThrow(EngineError);
});
