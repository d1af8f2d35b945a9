import { expect, test } from "vitest";
import { ParameterError, ShapeError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import type { DenseLayer, Network } from "../model/network.js";
import { forwardReference } from "../model/network.js";
import { pruneNetwork } from "../prune/prune.js";
import { compactNetwork } from "./compact.js";
import type { RefitBatch } from "./refit.js";
import { refitOutput } from "./refit.js";

const [inputs, units, classes, rows] = [5, 20, 3, 400];
const random = stream(keyFromSeed(7));

function uniform(count: number, limit: number): Float32Array {
  return Float32Array.from({ length: count }, () => limit * (2 * random.uniform() - 1));
}

const network: Network = {
  layers: [
    {
      name: "hidden",
      inputs,
      outputs: units,
      weight: uniform(units * inputs, 1),
      bias: uniform(units, 1),
      activation: "relu",
      scale: 1,
    },
    {
      name: "output",
      inputs: units,
      outputs: classes,
      weight: uniform(classes * units, 1),
      bias: null,
      activation: "identity",
      scale: 1 / units,
    },
  ],
  skip: null,
};
/** The last feature is constant and far from zero, like the rim of an image. */
const features = uniform(rows * inputs, 2).map((value, i) => (i % inputs === inputs - 1 ? -3 : value));
const targets = Float32Array.from(forwardReference(network, features));
const compact = compactNetwork(network, pruneNetwork(network, { amount: { units: 6 } }));

/** The activations of the last hidden layer: the network without its output layer and short cut. */
function hiddenOf({ layers }: Network): Float32Array {
  return Float32Array.from(forwardReference({ layers: layers.slice(0, -1), skip: null }, features));
}

function batchesOf(small: Network, size = rows, wanted = targets): RefitBatch[] {
  const hidden = hiddenOf(small);
  const width = hidden.length / rows;
  return Array.from({ length: Math.ceil(rows / size) }, (_, b) => ({
    hidden: hidden.slice(b * size * width, (b + 1) * size * width),
    inputs: features.slice(b * size * inputs, (b + 1) * size * inputs),
    targets: wanted.slice(b * size * classes, (b + 1) * size * classes),
  }));
}

function residuals(small: Network): Float64Array {
  return forwardReference(small, features).map((value, i) => value - targets[i]!);
}

function squaredError(small: Network): number {
  return residuals(small).reduce((sum, value) => sum + value * value, 0);
}

test("refitting lowers the squared error of the logits, and a short cut lowers it again", async () => {
  const plain = squaredError(await refitOutput(compact, batchesOf(compact)));
  const skip = squaredError(await refitOutput(compact, batchesOf(compact), { skip: true }));
  expect(plain).toBeLessThan(0.5 * squaredError(compact));
  expect(skip).toBeLessThan(0.5 * plain);
});

test("the residuals are orthogonal to the constant, the kept units and the inputs", async () => {
  const refitted = await refitOutput(compact, batchesOf(compact), { skip: true });
  const left = residuals(refitted);
  const [batch] = batchesOf(compact);
  const columns = [
    { values: new Float32Array(rows).fill(1), width: 1 },
    { values: batch!.hidden, width: 6 },
    { values: batch!.inputs, width: inputs },
  ];
  for (const { values, width } of columns) {
    for (let j = 0; j < width; j++) {
      for (let c = 0; c < classes; c++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += values[r * width + j]! * left[r * classes + c]!;
        // The penalty of 1e-6 leaves an inner product of 1e-6 · coefficient · variance a row, here below 1e-6 in size,
        // and float32 coefficients leave as much.
        expect(Math.abs(sum / rows)).toBeLessThan(3e-6);
      }
    }
  }
});

test("refitting the whole network on its own logits returns its output layer", async () => {
  const { layers, skip } = await refitOutput(network, batchesOf(network));
  // The penalty moves standardised coefficients, of size 0.05, by up to 1e-6 over the smallest eigenvalue in proportion,
  // which is 1 % for an eigenvalue of 1e-4; the scale 1/20 multiplies that by 20.
  layers[1]!.weight.forEach((value, i) => {
    expect(Math.abs(value - network.layers[1]!.weight[i]!)).toBeLessThan(0.01);
  });
  expect(layers[1]!.scale).toBe(1 / units);
  expect(layers[0]).toBe(network.layers[0]);
  expect(skip).toBeNull();
});

test("batches of any size give the same fit", async () => {
  const whole = await refitOutput(compact, batchesOf(compact), { skip: true });
  const parts = await refitOutput(compact, batchesOf(compact, 37), { skip: true });
  const logits = forwardReference(whole, features);
  // Logits of size 1, computed from float32 coefficients; shifts and sums differ by float32 roundings of the data.
  forwardReference(parts, features).forEach((value, i) => {
    expect(Math.abs(value - logits[i]!)).toBeLessThan(1e-5);
  });
});

test("constant inputs and dead units get the coefficient 0", async () => {
  const [hidden, output] = compact.layers as [DenseLayer, DenseLayer];
  const weight = hidden.weight.slice().fill(0, 0, inputs);
  const bias = hidden.bias!.slice();
  bias[0] = -1;
  const dead: Network = { layers: [{ ...hidden, weight, bias }, output], skip: null };
  const refitted = await refitOutput(dead, batchesOf(dead), { skip: true });
  for (let c = 0; c < classes; c++) {
    expect(refitted.layers[1]!.weight[c * 6]).toBe(0);
    expect(refitted.skip![(c + 1) * inputs - 1]).toBe(0);
  }
});

test("fewer rows than coefficients still give a finite fit through those rows", async () => {
  const few = batchesOf(network, 10).slice(0, 1);
  const refitted = await refitOutput(network, few, { skip: true });
  const logits = forwardReference(refitted, features.slice(0, 10 * inputs));
  // Logits of size 1; the penalty 1e-6 against eigenvalues of order 1.
  logits.forEach((value, i) => {
    expect(Math.abs(value - targets[i]!)).toBeLessThan(1e-3);
  });
});

test("the product can come from elsewhere, in float32", async () => {
  const shapes: number[][] = [];
  const float32 = async (values: Float32Array, count: number, columns: number): Promise<Float32Array> => {
    shapes.push([count, columns]);
    const product = new Float32Array(columns * columns);
    for (let r = 0; r < count; r++) {
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < columns; j++) {
          product[i * columns + j]! += values[r * columns + i]! * values[r * columns + j]!;
        }
      }
    }
    return product;
  };
  const refitted = await refitOutput(compact, batchesOf(compact, 200), { gram: float32 });
  expect(shapes).toEqual([
    [200, 10],
    [200, 10],
  ]);
  const plain = squaredError(await refitOutput(compact, batchesOf(compact, 200)));
  // Near the minimum the error is quadratic in the perturbation of order 200 · 2⁻²⁴.
  expect(squaredError(refitted)).toBeCloseTo(plain, 4);
});

test("a short cut stays where the network has one", async () => {
  const refitted = await refitOutput(compact, batchesOf(compact), { skip: true });
  const again = await refitOutput(refitted, batchesOf(refitted));
  expect(again.skip).toEqual(refitted.skip);
});

test("wrong shapes, no rows, no penalty and values that are not finite are refused", async () => {
  const [batch] = batchesOf(compact);
  const short = { ...batch!, hidden: batch!.hidden.slice(1) };
  await expect(refitOutput(compact, [short])).rejects.toThrow(/refit hidden: expected \[400, 6\], got 2399 values/);
  await expect(refitOutput(compact, [])).rejects.toThrow(ShapeError);
  await expect(refitOutput(compact, [batch!], { ridge: 0 })).rejects.toThrow(ParameterError);
  const bad = { ...batch!, targets: targets.map((value, i) => (i === 5 ? NaN : value)) };
  await expect(refitOutput(compact, [bad])).rejects.toThrow(ParameterError);
});
