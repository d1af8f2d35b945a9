/**
 * @file Draws of Z = ‖θ‖² from the exact law of a column, by the least number of random numbers: independent entries come
 * from the kernels, the other columns from their one stable and one chi-squared variable.
 */
import { deriveKey, type Key } from "../../math/random/key.js";
import { type Stream, stream } from "../../math/random/stream.js";
import { sampleLogPositive } from "../../math/stable/samplePositive.js";
import { createKernels } from "../../runtime/kernels/kernels.js";
import { sampleChiSquared } from "./chiSquared.js";
import type { ColumnLaw } from "./columnLaw.js";

/** Draws squared norms of columns. */
export interface ColumnSampler {
  /**
   * @param count how many
   * @param key decides them: under one key, laws that differ in scale, s₀ or α are coupled column by column
   * @returns Z of independent columns, [count]
   */
  draw(count: number, key: Key): Float64Array;
  /** A rough price of one column, in draws of the kernels. */
  readonly price: number;
}

/** Entries drawn in one call of the kernels. */
const block = 1 << 18;
/** A draw of a stable or chi-squared variable in TypeScript costs about as much as so many draws of the kernels. */
const scalarPrice = 50;

/**
 * Prepares a sampler of squared column norms.
 *
 * `coordinate`: Σ over d entries s₀ g + c ξ. `node`: along the direction of all ones the entry s₀ g + c√d ξ, across it
 * s₀² χ²_(d−1). `radial`: (s₀ χ_d + c√d ξ)². `isotropic`: (s₀² + 2c² A) χ²_d with A positive stable of index α/2. [proved]
 *
 * @param law the column's law; α = 2 is allowed
 * @returns the sampler
 */
export function columnSampler(law: ColumnLaw): ColumnSampler {
  const { kind, alpha, inputs, noiseScale, initStd } = law;
  const shared = kind === "node" || kind === "radial";
  const entry = { alpha, initStd, noiseScale: shared ? noiseScale * Math.sqrt(inputs) : noiseScale };
  const passes = initStd > 0 ? 2 : 1;
  if (kind === "isotropic" && inputs > 1) {
    const draw = (random: Stream): number => {
      const mixing = alpha === 2 ? 1 : Math.exp(sampleLogPositive(random, alpha / 2));
      return (initStd ** 2 + 2 * noiseScale ** 2 * mixing) * sampleChiSquared(random, inputs);
    };
    return { price: 2 * scalarPrice, draw: (count, key) => filled(count, key, draw) };
  }
  if (kind === "radial" && inputs > 1) {
    const start = (random: Stream): number => Math.sqrt(sampleChiSquared(random, inputs));
    return { price: passes + (initStd > 0 ? scalarPrice : 0), draw: entrySquares(entry, 1, start) };
  }
  const squares = entrySquares(entry, shared ? 1 : inputs);
  if (!shared || initStd === 0 || inputs === 1) return { price: passes * (shared ? 1 : inputs), draw: squares };
  const across = (random: Stream): number => initStd ** 2 * sampleChiSquared(random, inputs - 1);
  return {
    price: passes + scalarPrice,
    draw(count, key) {
      const norms = squares(count, deriveKey(key, "along"));
      const rest = filled(count, deriveKey(key, "across"), across);
      for (let i = 0; i < count; i++) norms[i]! += rest[i]!;
      return norms;
    },
  };
}

function filled(count: number, key: Key, draw: (random: Stream) => number): Float64Array {
  const random = stream(key);
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++) norms[i] = draw(random);
  return norms;
}

/** Sums of `entries` squares of s₀ g + c ξ, from the kernels, block by block; with `start` it draws g in their place. */
function entrySquares(
  { alpha, noiseScale, initStd }: Pick<ColumnLaw, "alpha" | "noiseScale" | "initStd">,
  entries: number,
  start?: (random: Stream) => number,
): ColumnSampler["draw"] {
  const columns = Math.max(1, Math.floor(block / entries));
  const kernels = createKernels({ bytes: 4 * columns * entries });
  const all = kernels.allocate(columns * entries);
  // The kernels hold a relative scale in float32; the absolute one comes in afterwards.
  const gaussian = { shape: "coordinate", alpha: 2, scale: initStd / noiseScale / Math.SQRT2 } as const;
  const stable = { shape: "coordinate", alpha, scale: 1 } as const;
  const square = noiseScale ** 2;
  return (count, key) => {
    const norms = new Float64Array(count);
    for (let first = 0, b = 0; first < count; first += columns, b++) {
      const here = Math.min(columns, count - first);
      const weights = all.subarray(0, here * entries);
      weights.fill(0);
      const add = (noise: typeof gaussian | typeof stable, label: string): void => {
        kernels.update(weights, null, { rows: 1, learningRate: 0, noise: { ...noise, key: deriveKey(key, label, b) } });
      };
      if (initStd > 0 && start) {
        const random = stream(deriveKey(key, "initial", b));
        for (let i = 0; i < weights.length; i++) weights[i] = (initStd / noiseScale) * start(random);
      } else if (initStd > 0) add(gaussian, "initial");
      add(stable, "noise");
      for (let i = 0, at = 0; i < here; i++) {
        let sum = 0;
        for (let entry = 0; entry < entries; entry++, at++) sum += weights[at]! ** 2;
        norms[first + i] = square * sum;
      }
    }
    return norms;
  };
}
