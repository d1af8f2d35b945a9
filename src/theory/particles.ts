/**
 * @file Populations of interacting particles in the kernels' memory, moved by Euler steps
 * θ_i ← θ_i + h·b(θ_i, f) + ΔL_i. A population of N particles may be cut into blocks of n: each block is a system of its
 * own that interacts only within itself, and particle i of every population can be given the same increment ΔL_i.
 */
import { ParameterError } from "../errors.js";
import type { Key } from "../math/random/key.js";
import { deriveKey } from "../math/random/key.js";
import { stream } from "../math/random/stream.js";
import { sampleGaussian } from "../math/stable/sample.js";
import type { LevyNoise } from "../noise/noise.js";
import { createParticleKernels, LANES, type ParticleKernels, scratchLength } from "../runtime/kernels/particles.js";
import type { MeanFieldProblem } from "./drift.js";

/** N particles in blocks of n. */
export interface Population {
  /** In groups of four, [N/4 rounded up, stride, 4]: component c of particle i stands at 4·(⌊i/4⌋·stride + c) + i mod 4. */
  readonly theta: Float32Array;
  /** d rounded up to 4. */
  readonly stride: number;
  /** Puts all particles in new places, [N, d]. */
  place(theta: ArrayLike<number>): void;
  /**
   * One Euler step of every block, noise included.
   * @param dt h ≥ 0
   * @param increments ΔL, an array of `Particles.increments`, or null for none
   */
  step(dt: number, increments: Float32Array | null): void;
}

/** A place where populations of N particles of one problem live and share their noise. */
export interface Particles {
  /**
   * Opens a population. @param block n; N by default
   * @param outer the fixed outer weights a, [N], or null: 1 for all. Default null
   * @throws ParameterError unless n is N, or a multiple of 4 that divides N. EngineError when the memory is used up
   */
  open(block?: number, outer?: ArrayLike<number> | null): Population;
  /** A zeroed array for increments, [N rounded up to 4, d rounded up to 4], particle by particle. */
  increments(): Float32Array;
  /**
   * Draws the increments over a time dt. Row i depends on (key, i) alone and is the noise that training adds to unit i of a
   * matrix [N, d] under the same key.
   * @param target an array of `increments`
   * @throws ParameterError for `radial` noise, whose increment depends on the row that it is added to
   */
  draw(target: Float32Array, noise: LevyNoise, dt: number, key: Key): void;
}

/**
 * Room for populations.
 *
 * @param problem inputs and targets
 * @param options count: N; populations and increments: how many of each will be opened
 * @returns the room
 * @throws ParameterError if N is not a whole number ≥ 1
 */
export function openParticles(
  problem: MeanFieldProblem,
  { count, populations, increments }: { count: number; populations: number; increments: number },
): Particles {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new ParameterError({ where: "particles", expected: "a whole number of at least 1", got: `${count}` });
  }
  const { dimension, targets } = problem;
  const rows = roundUp(count);
  const stride = roundUp(dimension);
  const inputs = roundUp(targets.length);
  const own = rows * (stride + 1 + inputs) + 4 * inputs + scratchLength(inputs, stride);
  const kernels = createParticleKernels({
    bytes: 4 * (inputs * stride + populations * own + increments * rows * stride),
  });
  const features = kernels.allocate(inputs * stride);
  copyRows(problem.features, dimension, features, stride);
  return {
    open: (block = count, outer = null) => openPopulation(kernels, features, problem, { count, block, outer }),
    increments: () => kernels.allocate(rows * stride),
    draw(target, noise, dt, key) {
      if (noise.config.kind === "radial") {
        const remedy = "Radial noise depends on the particle it moves, so it cannot be shared: use another kind.";
        throw new ParameterError({ where: "noise", expected: "noise that is added", got: "radial", remedy });
      }
      const draw = noise.increment(dt, key);
      // Decay 1 at rate 1 multiplies what was there by 0.
      if (draw) kernels.update(target, null, { rows, learningRate: 1, weightDecay: 1, noise: draw });
      else target.fill(0);
    },
  };
}

/**
 * Independent initial particles N(0, std²·I) in float32.
 *
 * @param key decides them
 * @returns [count, dimension]; the first rows do not depend on `count`
 */
export function initialParticles(
  key: Key,
  { count, dimension, std = 1 }: { count: number; dimension: number; std?: number },
): Float32Array {
  const random = stream(deriveKey(key, "initial"));
  return Float32Array.from({ length: count * dimension }, () => std * sampleGaussian(random));
}

function openPopulation(
  kernels: ParticleKernels,
  features: Float32Array,
  problem: MeanFieldProblem,
  { count, block, outer }: { count: number; block: number; outer: ArrayLike<number> | null },
): Population {
  if (block !== count && !(block >= 1 && block % LANES === 0 && count % block === 0)) {
    const expected = `${count}, or a multiple of ${LANES} that divides it`;
    throw new ParameterError({ where: "block", expected, got: `${block}` });
  }
  const { dimension, targets } = problem;
  const [rows, stride, inputs] = [roundUp(count), roundUp(dimension), roundUp(targets.length)];
  const theta = kernels.allocate(rows * stride);
  // Rows beyond the last particle are kept out of the sums by a weight of 0.
  const outerWeights = outer || count < rows ? kernels.allocate(rows) : null;
  outerWeights?.set(outer ? Float32Array.from(outer) : new Float32Array(count).fill(1));
  const hidden = kernels.allocate(rows * inputs);
  const weights = kernels.allocate(inputs);
  const room = kernels.allocate(2 * inputs);
  const sums = new Float64Array(room.buffer, room.byteOffset, inputs);
  const scratch = kernels.allocate(scratchLength(inputs, stride));
  const blockRows = block === count ? rows : block;
  const part = (array: Float32Array, b: number, width: number): Float32Array =>
    array.subarray(b * blockRows * width, (b + 1) * blockRows * width);
  const blocks = Array.from({ length: rows / blockRows }, (_, b) => ({
    arrays: {
      ...{ features, weights, sums, scratch, theta: part(theta, b, stride), hidden: part(hidden, b, inputs) },
      outer: outerWeights && part(outerWeights, b, 1),
    },
    /** f at the inputs. */
    outputs: new Float64Array(targets.length),
  }));
  const keepOutputs = (outputs: Float64Array): void => {
    for (let j = 0; j < outputs.length; j++) outputs[j] = sums[j]! / block;
  };
  return {
    theta,
    stride,
    place(places) {
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < dimension; c++) theta[componentAt(stride, i, c)] = places[i * dimension + c]!;
      }
      for (const { arrays, outputs } of blocks) {
        kernels.stepParticles(arrays);
        keepOutputs(outputs);
      }
    },
    step(dt, increments) {
      for (const [b, { arrays, outputs }] of blocks.entries()) {
        for (let j = 0; j < outputs.length; j++) weights[j] = (outputs[j]! - targets[j]!) / targets.length;
        kernels.stepParticles(arrays, { rate: dt, noise: increments && part(increments, b, stride) });
        keepOutputs(outputs);
      }
    },
  };
}

/** Where component c of particle i stands in `Population.theta`. */
export function componentAt(stride: number, particle: number, component: number): number {
  return LANES * (Math.floor(particle / LANES) * stride + component) + (particle % LANES);
}

function roundUp(count: number): number {
  return Math.ceil(count / LANES) * LANES;
}

/** Copies rows of one length into longer ones. */
function copyRows(from: ArrayLike<number>, length: number, to: Float32Array, stride: number): void {
  for (let i = 0; i * length < from.length; i++) {
    for (let c = 0; c < length; c++) to[i * stride + c] = from[i * length + c]!;
  }
}
