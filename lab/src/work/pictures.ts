/** @file What a network looks like: its answers over the plane, its hidden units as tiles, the tail of its column norms. */

import { activate, type Dataset, type Network, networkLogits, predictedClass, pruneCurve, tailIndex } from "heavytail";
import type { Field, RunNews, Tiles } from "./protocol.js";

/** Half the side of the square in which points of the plane are drawn. */
export const extent = 2.2;

const fieldSide = 56;
const planeTileSide = 14;

/** The points of a square grid, [side², 2], from the top left. */
function grid(side: number): Float32Array {
  const points = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    points[2 * i] = extent * ((2 * ((i % side) + 0.5)) / side - 1);
    points[2 * i + 1] = extent * (1 - (2 * (Math.floor(i / side) + 0.5)) / side);
  }
  return points;
}

const fieldPoints = grid(fieldSide);
const tilePoints = grid(planeTileSide);

/**
 * The answers of a network over the plane.
 * @param network of two inputs
 * @param classes its outputs
 * @param threads of the runtime
 */
export async function fieldOf(network: Network, classes: number, threads: number): Promise<Field> {
  const logits = await networkLogits(network, fieldPoints, { threads });
  const pixels = fieldSide * fieldSide;
  const field = { side: fieldSide, classes: new Uint8Array(pixels), certainty: new Uint8Array(pixels) };
  for (let i = 0; i < pixels; i++) {
    const probabilities = softmax(logits.subarray(i * classes, (i + 1) * classes));
    const best = probabilities.indexOf(Math.max(...probabilities));
    field.classes[i] = best;
    field.certainty[i] = Math.round((255 * (probabilities[best]! * classes - 1)) / (classes - 1));
  }
  return field;
}

/** Probabilities from logits: exp(zᵢ) / Σ exp(zⱼ). */
export function softmax(logits: Float32Array): Float32Array {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Hidden units as pictures, by falling norm: in the plane the activation over the square, for images the incoming weights.
 * Each picture uses its own full range; beyond the largest twentieth it fades with the square root of the norm.
 * @param network the network
 * @param dataset its data
 */
export function tilesOf(network: Network, { features, shape }: Dataset): Tiles {
  const { order } = pruneCurve(network)[0]!;
  const norms = sortedNorms(network);
  const reference = norms[Math.floor(0.05 * norms.length)]!;
  const [width, height] = tileShape(features, shape);
  const { weight, bias, activation } = network.layers[0]!;
  const count = order.length;
  const size = width * height;
  const pixels = new Int8Array(count * size);
  const values = new Float32Array(size);
  for (let rank = 0; rank < count; rank++) {
    const unit = order[count - 1 - rank]!;
    if (features === 2) {
      const [a, b, c] = [weight[2 * unit]!, weight[2 * unit + 1]!, bias?.[unit] ?? 0];
      for (let i = 0; i < size; i++) {
        values[i] = activate(activation, a * tilePoints[2 * i]! + b * tilePoints[2 * i + 1]! + c);
      }
    } else {
      values.fill(0).set(weight.subarray(unit * features, (unit + 1) * features));
    }
    let largest = 0;
    for (const value of values) largest = Math.max(largest, Math.abs(value));
    if (largest === 0) continue;
    const gain = (127 / largest) * Math.sqrt(Math.min(1, norms[rank]! / reference));
    for (let i = 0; i < size; i++) pixels[rank * size + i] = Math.round(gain * values[i]!);
  }
  return { count, width, height, pixels };
}

function tileShape(features: number, shape: readonly number[]): [width: number, height: number] {
  if (features === 2) return [planeTileSide, planeTileSide];
  if (shape.length === 3 && shape[0] === 1) return [shape[2]!, shape[1]!];
  const width = Math.ceil(Math.sqrt(features));
  return [width, Math.ceil(features / width)];
}

/** Test rows in the gallery. */
const galleryRows = 100;

/** The first test pictures as bytes, their least value 0 and their largest 255; null where rows are no pictures. */
export function galleryOf({ shape, features, test }: Dataset): Uint8Array | null {
  if (shape.length !== 3 || shape[0] !== 1) return null;
  const values = test.features.subarray(0, Math.min(galleryRows, test.rows) * features);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return Uint8Array.from(values, (value) => (255 * (value - low)) / (high - low || 1));
}

/** A network's answers to the gallery; null where there is none. */
export async function answersOf(
  network: Network,
  { shape, features, classes, test }: Dataset,
  threads: number,
): Promise<Uint8Array | null> {
  if (shape.length !== 3 || shape[0] !== 1) return null;
  const rows = Math.min(galleryRows, test.rows);
  const logits = await networkLogits(network, test.features.subarray(0, rows * features), { threads });
  return Uint8Array.from({ length: rows }, (_, row) => predictedClass(logits, row, classes));
}

/** Column norms, their tail, and the error by size: what pruning goes by. */
export function columnNews(network: Network): Pick<RunNews, "norms" | "tail" | "errors"> {
  const norms = sortedNorms(network);
  return { norms, tail: normTail(norms), errors: pruneCurve(network)[0]!.relativeSquaredError };
}

/** The norms of a first layer's columns, largest first. */
function sortedNorms({ layers }: Network): Float32Array {
  const { weight, inputs, outputs } = layers[0]!;
  const norms = new Float32Array(outputs);
  for (let unit = 0; unit < outputs; unit++) {
    norms[unit] = Math.hypot(...weight.subarray(unit * inputs, (unit + 1) * inputs));
  }
  return norms.sort().reverse();
}

/** Hill's index of the largest twentieth of the norms, at least two of them; null where it cannot be had. */
function normTail(norms: Float32Array): RunNews["tail"] {
  try {
    return { index: tailIndex(norms, { method: "hill" }).alpha, count: Math.max(2, Math.floor(0.05 * norms.length)) };
  } catch {
    return null;
  }
}
