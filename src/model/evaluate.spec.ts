import fc from "fast-check";
import { expect, test } from "vitest";
import { ShapeError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { arbitraryPruneCase } from "../prune/arbitraryNetwork.laws.js";
import { evaluateTiles, networkLogits, openNetwork, tileRows } from "./evaluate.js";
import { activationName } from "./graph.js";
import { type Activation, type DenseLayer, forwardReference, type Network } from "./network.js";

const random = stream(keyFromSeed(11));
const uniform = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random.uniform() - 1);

function dense(name: string, inputs: number, outputs: number, activation: Activation, scale = 1): DenseLayer {
  const [weight, bias] = [uniform(inputs * outputs), uniform(outputs)];
  return { name, inputs, outputs, weight, bias, activation, scale };
}

const [inputs, classes] = [6, 3];
const network: Network = {
  layers: [
    dense("hidden1", inputs, 20, "relu"),
    dense("hidden2", 20, 10, "tanh"),
    dense("hidden3", 10, 8, "identity"),
    dense("output", 8, classes, "identity", 1 / 8),
  ],
  skip: uniform(classes * inputs),
};
const rows = 2 * tileRows + 7;
const features = uniform(rows * inputs);

/** The largest distance between two arrays of one length. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

// Up to four sums of at most 20 terms of size 1 (hidden values up to 7): a few hundred roundings of 2⁻²⁴ at most.
const tolerance = 2e-5;

test("networkLogits equals the float64 reference over several tiles", async () => {
  expect(distance(await networkLogits(network, features), forwardReference(network, features))).toBeLessThan(tolerance);
});

test("networkLogits equals the reference for networks of every kind", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPruneCase, async ({ network, features }) => {
      const logits = await networkLogits(network, features, { threads: 1 });
      const sizes = forwardReference(sizesOf(network), features.map(Math.abs));
      forwardReference(network, features).forEach((value, i) => {
        // Up to four layers, each with at most seven terms and a few roundings of 2⁻²⁴ of its activation.
        expect(Math.abs(logits[i]! - value)).toBeLessThan(4 * 10 * 2 ** -24 * sizes[i]!);
      });
    }),
    { numRuns: 60, seed: 1 },
  );
});

/** A network that gives a bound for the sizes of all terms: of absolute numbers, plus 1 for what a sigmoid gives at 0. */
function sizesOf({ layers, skip }: Network): Network {
  return {
    layers: layers.map((layer) => ({
      ...layer,
      activation: "identity",
      weight: layer.weight.map(Math.abs),
      bias: Float32Array.from({ length: layer.outputs }, (_, o) => 1 + Math.abs(layer.bias?.[o] ?? 0)),
    })),
    skip: skip?.map(Math.abs) ?? null,
  };
}

test("tiles cover the rows in order and give the hidden activations by name", async () => {
  const session = await openNetwork(network, { hidden: true });
  const seen: [from: number, rows: number][] = [];
  for await (const tile of evaluateTiles(session, features, inputs)) {
    seen.push([tile.from, tile.rows]);
    const part = features.subarray(tile.from * inputs, (tile.from + tile.rows) * inputs);
    for (let depth = 1; depth <= 3; depth++) {
      const expected = forwardReference({ layers: network.layers.slice(0, depth), skip: null }, part);
      const name = activationName(network.layers[depth - 1]!);
      expect(distance(tile.outputs[name]!, expected)).toBeLessThan(tolerance);
    }
    expect(distance(tile.outputs.logits!, forwardReference(network, part))).toBeLessThan(tolerance);
  }
  await session.dispose();
  expect(session.outputs).toEqual(["logits", "hidden1.activation", "hidden2.activation", "hidden3.activation"]);
  expect(seen).toEqual([
    [0, tileRows],
    [tileRows, tileRows],
    [2 * tileRows, 7],
  ]);
});

test("no rows give no logits, and a part of a row is refused", async () => {
  expect(await networkLogits(network, new Float32Array(0))).toEqual(new Float32Array(0));
  await expect(networkLogits(network, features.subarray(1))).rejects.toThrow(ShapeError);
});
