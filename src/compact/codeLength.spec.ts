/** @file The code of compact networks: exact round trips, lengths near the entropy, and a prefix-free code. */

import { expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { keyFromSeed } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { sampleGaussian } from "../math/stable/sample.js";
import type { DenseLayer, Network } from "../model/network.js";
import { AdaptiveBit, ArithmeticDecoder, ArithmeticEncoder } from "./arithmeticCoder.js";
import { codeNetwork, decodeNetwork, stepExponents } from "./codeLength.js";

const random = stream(keyFromSeed(17));
const gaussians = (count: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, () => scale * sampleGaussian(random));

function layer(name: string, inputs: number, outputs: number, facts: Partial<DenseLayer> = {}): DenseLayer {
  const weight = gaussians(inputs * outputs, 0.3);
  return { name, inputs, outputs, weight, bias: null, activation: "relu", scale: 1, ...facts };
}

function network({ units = 20, bias = false, skip = false } = {}): Network {
  const output = layer("output", units, 3, {
    activation: "identity",
    scale: 0.05,
    bias: bias ? gaussians(3, 1) : null,
  });
  return {
    layers: [layer("hidden", 8, units, { bias: bias ? gaussians(units, 1) : null }), output],
    skip: skip ? gaussians(24, 0.1) : null,
  };
}

const parent = network({ units: 50 });

test.each([
  { units: 1, bias: false, skip: false, exponents: [-2, -1] },
  { units: 20, bias: true, skip: false, exponents: [-10, -12] },
  { units: 50, bias: true, skip: true, exponents: [-20, -20] },
  { units: 20, bias: false, skip: true, exponents: [15, -48 + 30] },
])("decode(code(network)) is the rounded network, bit for bit: $units units, exponents $exponents", (setting) => {
  const given = network(setting);
  const { exponents } = setting;
  const coded = codeNetwork(given, { parent, exponents });
  expect(decodeNetwork(coded.bytes, parent)).toEqual(coded.network);
  expect(coded.bytes.length).toBe(Math.ceil(coded.bits / 8));
  coded.network.layers.forEach(({ weight }, l) => {
    weight.forEach((value, i) => {
      const step = 2 ** exponents[l]!;
      expect(Number.isInteger(value / step)).toBe(true);
      expect(Math.abs(value - given.layers[l]!.weight[i]!)).toBeLessThanOrEqual(step / 2);
    });
  });
  expect(codeNetwork(coded.network, { parent, exponents }).bits).toBe(coded.bits);
});

test("what follows a code word changes nothing: the code is prefix-free", () => {
  const { bytes, bits, network: rounded } = codeNetwork(network({ bias: true }), { parent, exponents: [-3, -3] });
  for (const filler of [0, 1]) {
    const followed = new Uint8Array(bytes.length + 40).fill(filler ? 0xff : 0);
    followed.set(bytes);
    // Also the bits that fill the last byte.
    for (let b = bits; b < 8 * bytes.length; b++) {
      const mask = 1 << (7 - (b & 7));
      followed[b >> 3] = filler ? followed[b >> 3]! | mask : followed[b >> 3]! & ~mask;
    }
    expect(decodeNetwork(followed, parent)).toEqual(rounded);
  }
});

test("the length of Gaussian weights is their entropy, ½ log₂(2πe σ²/Δ²) a weight", () => {
  const wide: Network = {
    layers: [layer("hidden", 200, 500), layer("output", 500, 2, { activation: "identity" })],
    skip: null,
  };
  for (const exponent of [-3, -5, -8]) {
    const { bits } = codeNetwork(wide, { parent: wide, exponents: [exponent, 15] });
    const entropy = 0.5 * Math.log2((2 * Math.PI * Math.E * 0.3 ** 2) / 4 ** exponent);
    // Below the second bit after the leading one bits are sent as they are: at most 2 % on top; learning costs under 0.01.
    expect(bits / 100_000).toBeGreaterThan(entropy - 0.02);
    expect(bits / 100_000).toBeLessThan(1.02 * entropy + 0.02);
  }
});

test("weights that all round to zero cost next to nothing", () => {
  const { bits } = codeNetwork(network({ units: 50 }), { parent, exponents: [15, 15] });
  // 6 + 1 + 2·7 bits of form, ½ log₂ n + 1 for each array, and 2 at the end.
  expect(bits).toBeLessThan(21 + 2 * 6 + 2);
});

test("step exponents follow the root mean square of each layer", () => {
  const scaled = {
    ...parent,
    layers: parent.layers.map((l, i) => ({ ...l, weight: l.weight.map((w) => w * 4 ** i) })),
  };
  const [hidden, output] = stepExponents(scaled, [1, 0.25]);
  // rms 0.3 and 1.2 · ¼ = 0.3: log₂ 0.3 = −1.74, and a few hundred weights move the rms by a few per cent.
  expect([hidden, output]).toEqual([-2, -2]);
  const zero = { ...parent, layers: parent.layers.map((l) => ({ ...l, weight: l.weight.map(() => 0) })) };
  expect(stepExponents(zero, [1, 1])).toEqual([0, 0]);
});

test("another form, exponents out of range and weights of too many steps are refused", () => {
  const fine = network();
  expect(() => codeNetwork(network({ units: 51 }), { parent, exponents: [0, 0] })).toThrow(ParameterError);
  expect(() => codeNetwork(fine, { parent, exponents: [0] })).toThrow(ParameterError);
  expect(() => codeNetwork(fine, { parent, exponents: [0, 16] })).toThrow(ParameterError);
  expect(() => codeNetwork(fine, { parent, exponents: [-40, 0] })).toThrow(/^hidden.weight: expected/);
});

test("the coder returns every message, also the least likely one", () => {
  for (const bits of [
    Array.from({ length: 3000 }, (_, i) => (i % 97 === 0 ? 1 : 0)),
    Array.from({ length: 3000 }, () => random.uint32() & 1),
    [...new Array(70_000).fill(0), 1, 1, 1],
    [],
  ]) {
    const encoder = new ArithmeticEncoder();
    const context = new AdaptiveBit();
    for (const bit of bits) encoder.adaptive(bit, context);
    encoder.uniform(0x12345678, 31);
    const word = encoder.finish();
    const decoder = new ArithmeticDecoder(word.bytes);
    const known = new AdaptiveBit();
    expect(bits.every((bit) => decoder.adaptive(known) === bit)).toBe(true);
    expect(decoder.uniform(31)).toBe(0x12345678);
  }
});
