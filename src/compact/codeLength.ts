/**
 * @file The bits that a compact network really takes: weights rounded to multiples of a step, then coded without loss.
 *
 * The code describes any network of a known form (inputs, activations, scales and largest widths, which stand in the
 * configuration before training) by: the units kept in each hidden layer (⌈log₂ n⌉ bits each); per layer the step's
 * exponent (6 bits) and whether there is a bias (1 bit); whether there is a short cut (1 bit); then all weights as
 * integers. No positions are coded: units may stand in any order. The integers are binarised as zero or not, sign, number of bits, bits, with
 * adaptive probabilities for each layer and place (two leading bits below the first; the rest at ½), after Marpe, Schwarz and Wiegand (2003),
 * with counts that never forget.
 */

import { FormatError, ParameterError } from "../errors.js";
import { checkNetwork, type DenseLayer, type Network, networkInputs, networkOutputs } from "../model/network.js";
import { AdaptiveBit, ArithmeticDecoder, ArithmeticEncoder } from "./arithmeticCoder.js";

/** Steps are 2^e with e from −48 to 15. */
const leastExponent = -48;
const exponentBits = 6;
const greatestExponent = leastExponent + 2 ** exponentBits - 1;
/** Integers below 2^24 times a power of two are exact in float32. */
const mostBits = 24;

/** A network as a code word. */
export interface CodedNetwork {
  /** The code word, filled up to whole bytes with zeros. */
  readonly bytes: Uint8Array;
  /** Its length; the code is prefix-free. */
  readonly bits: number;
  /** The network that the word describes: the given one with rounded weights. */
  readonly network: Network;
}

/**
 * Rounds a network's weights to multiples of 2^e, one exponent for each layer (weights and bias), and codes the result.
 * @param network the network, such as a compacted one
 * @param options parent: a network of the same form, at least as wide, such as the one before compacting; only its form is used.
 *   exponents: e of each layer, whole numbers from −48 to 15; a short cut takes the output layer's
 * @returns the code word and the rounded network; reading the word gives the same bits
 * @throws ParameterError where the form, an exponent, or a weight of 2^24 steps or more does not fit
 */
export function codeNetwork(
  network: Network,
  { parent, exponents }: { parent: Network; exponents: readonly number[] },
): CodedNetwork {
  checkForm(network, parent, exponents);
  const encoder = new ArithmeticEncoder();
  const widths = parent.layers.slice(0, -1).map(({ outputs }) => outputs);
  widths.forEach((width, l) => {
    encoder.uniform(network.layers[l]!.outputs - 1, bitsFor(width));
  });
  encoder.uniform(network.skip ? 1 : 0, 1);
  const layers = network.layers.map((layer, l): DenseLayer => {
    const exponent = exponents[l]!;
    encoder.uniform(exponent - leastExponent, exponentBits);
    encoder.uniform(layer.bias ? 1 : 0, 1);
    const weight = encodeArray(encoder, layer.weight, exponent, `${layer.name}.weight`);
    return { ...layer, weight, bias: layer.bias && encodeArray(encoder, layer.bias, exponent, `${layer.name}.bias`) };
  });
  const skip = network.skip && encodeArray(encoder, network.skip, exponents.at(-1)!, "skip");
  return { ...encoder.finish(), network: { layers, skip } };
}

/**
 * Reads what `codeNetwork` wrote.
 * @param bytes the code word; what follows it is not looked at
 * @param parent the network that was given as `parent`, or another one of its form
 * @returns the network
 * @throws FormatError where the word names more units than the parent has
 */
export function decodeNetwork(bytes: Uint8Array, parent: Network): Network {
  const decoder = new ArithmeticDecoder(bytes);
  const units = parent.layers.slice(0, -1).map(({ name, outputs }) => {
    const count = decoder.uniform(bitsFor(outputs)) + 1;
    if (count <= outputs) return count;
    const remedy = "Read the word with the form it was written with.";
    throw new FormatError({ where: `units of ${name}`, expected: `at most ${outputs}`, got: `${count}`, remedy });
  });
  const hasSkip = decoder.uniform(1) === 1;
  let step = 1;
  const layers = parent.layers.map((layer, l): DenseLayer => {
    const inputs = units[l - 1] ?? layer.inputs;
    const outputs = units[l] ?? layer.outputs;
    step = 2 ** (decoder.uniform(exponentBits) + leastExponent);
    const hasBias = decoder.uniform(1) === 1;
    const weight = decodeArray(decoder, inputs * outputs, step);
    return { ...layer, inputs, outputs, weight, bias: hasBias ? decodeArray(decoder, outputs, step) : null };
  });
  const skip = hasSkip ? decodeArray(decoder, networkOutputs(parent) * networkInputs(parent), step) : null;
  return { layers, skip };
}

/**
 * Exponents that make each layer's step a given part of its typical weight: e = round(log₂(ratio · rms of the weights)).
 * @param network the network
 * @param ratios step over root-mean-square weight, one for each layer, above 0; 1 leaves about one bit a weight, ¼ about three
 * @returns one whole number for each layer, within the range of `codeNetwork`
 */
export function stepExponents(network: Network, ratios: readonly number[]): number[] {
  return network.layers.map(({ weight }, l) => {
    const square = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
    const exponent = Math.round(Math.log2(ratios[l]! * Math.sqrt(square)));
    return Math.min(greatestExponent, Math.max(leastExponent, Number.isFinite(exponent) ? exponent : 0));
  });
}

function checkForm(network: Network, parent: Network, exponents: readonly number[]): void {
  checkNetwork(network);
  const fits =
    network.layers.length === parent.layers.length &&
    networkInputs(network) === networkInputs(parent) &&
    networkOutputs(network) === networkOutputs(parent) &&
    network.layers.every(({ outputs, activation, scale }, l) => {
      const other = parent.layers[l]!;
      return outputs <= other.outputs && activation === other.activation && scale === other.scale;
    });
  if (!fits) {
    const remedy = "Give the network that it was cut from.";
    throw new ParameterError({ where: "parent", expected: "a network of the same form", got: "another form", remedy });
  }
  const valid = (e: number): boolean => Number.isInteger(e) && e >= leastExponent && e <= greatestExponent;
  if (exponents.length !== network.layers.length || !exponents.every(valid)) {
    const expected = `${network.layers.length} whole numbers from ${leastExponent} to ${greatestExponent}`;
    throw new ParameterError({ where: "exponents", expected, got: exponents.join(", ") });
  }
}

/** Bits that tell `count` things apart. */
function bitsFor(count: number): number {
  return Math.ceil(Math.log2(count));
}

/** What the code knows of the integers of one array. */
class IntegerModel {
  readonly nonzero = new AdaptiveBit();
  readonly negative = new AdaptiveBit();
  /** Entry b: whether a size of at least b + 1 bits has more. */
  readonly longer = Array.from({ length: mostBits }, () => new AdaptiveBit());
  /** Entry 4·bits + prefix: the first two bits below the leading one. */
  readonly leading = Array.from({ length: 4 * (mostBits + 1) }, () => new AdaptiveBit());
}

function encodeArray(encoder: ArithmeticEncoder, values: Float32Array, exponent: number, where: string): Float32Array {
  const model = new IntegerModel();
  const step = 2 ** exponent;
  return values.map((value, i) => {
    const integer = Math.round(value / step);
    const size = Math.abs(integer);
    if (!(size < 2 ** mostBits)) {
      const remedy = "Take a larger exponent.";
      const got = `${value} at ${i}`;
      throw new ParameterError({ where, expected: `numbers below 2^${mostBits + exponent}`, got, remedy });
    }
    encoder.adaptive(size > 0 ? 1 : 0, model.nonzero);
    if (size === 0) return 0;
    encoder.adaptive(integer < 0 ? 1 : 0, model.negative);
    const bits = Math.floor(Math.log2(size)) + 1;
    for (let b = 1; b < bits; b++) encoder.adaptive(1, model.longer[b]!);
    if (bits < mostBits) encoder.adaptive(0, model.longer[bits]!);
    let left = bits - 1;
    for (let prefix = 1; left > 0 && prefix < 4; left--) {
      const bit = (size >> (left - 1)) & 1;
      encoder.adaptive(bit, model.leading[4 * bits + prefix]!);
      prefix = 2 * prefix + bit;
    }
    encoder.uniform(size % 2 ** left, left);
    return integer * step;
  });
}

function decodeArray(decoder: ArithmeticDecoder, length: number, step: number): Float32Array {
  const model = new IntegerModel();
  return Float32Array.from({ length }, () => {
    if (decoder.adaptive(model.nonzero) === 0) return 0;
    const negative = decoder.adaptive(model.negative) === 1;
    let bits = 1;
    while (bits < mostBits && decoder.adaptive(model.longer[bits]!) === 1) bits++;
    let size = 1;
    let left = bits - 1;
    for (; left > 0 && size < 4; left--) size = 2 * size + decoder.adaptive(model.leading[4 * bits + size]!);
    size = size * 2 ** left + decoder.uniform(left);
    return negative ? -size * step : size * step;
  });
}
