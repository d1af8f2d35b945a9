/**
 * @file A run's columns without its drift: the initial weights with every step's decay and noise, but no gradient. Noise is
 * addressed by key, so it can be made again exactly; what the trained weights have beside it is the drift. `radial` noise acts
 * here on the norms of these columns, with the same draws as on those of the run.
 */
import { createKernels } from "../../runtime/kernels/kernels.js";
import type { NoiseDraw } from "../../runtime/kernels/noiseDraw.js";

/** What a step does to a weight apart from its gradient. */
export interface NoiseStep {
  readonly learningRate: number;
  /** λ; the weights are multiplied by 1 − ηλ before the noise. */
  readonly weightDecay: number;
  readonly noise: NoiseDraw | null;
}

/**
 * Replays the noise of a run.
 *
 * @param initial the weights at the start, [rows, columns]
 * @param rows units
 * @param steps in order
 * @returns Y: what the weights would be without gradients, [rows, columns], float32 like the run's own
 */
export function replayNoise(initial: Float32Array, rows: number, steps: Iterable<NoiseStep>): Float32Array {
  const kernels = createKernels({ bytes: 4 * initial.length });
  const weights = kernels.allocate(initial.length);
  weights.set(initial);
  for (const { learningRate, weightDecay, noise } of steps) {
    kernels.update(weights, null, { rows, learningRate, weightDecay, noise });
  }
  return weights.slice();
}

/** What a run's noise adds up to. */
export interface AccumulatedNoise {
  /** c of the sum of all noise: c^α = Σ_k (s_k Π_{j>k} (1 − η_j λ_j))^α, s_k the scale of step k. [proved] */
  readonly noiseScale: number;
  /** Π (1 − η_j λ_j): what is left of the initial weights. */
  readonly initialFactor: number;
}

/**
 * The scale of a run's noise taken together, schedules and decay included.
 *
 * @param steps in order
 * @param alpha α of the noise
 */
export function accumulateNoise(steps: Iterable<NoiseStep>, alpha: number): AccumulatedNoise {
  let power = 0;
  let initialFactor = 1;
  for (const { learningRate, weightDecay, noise } of steps) {
    const keep = Math.abs(1 - learningRate * weightDecay);
    power = power * keep ** alpha + (noise?.scale ?? 0) ** alpha;
    initialFactor *= keep;
  }
  return { noiseScale: power ** (1 / alpha), initialFactor };
}
