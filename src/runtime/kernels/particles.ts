/** @file The kernel of particle systems: one Euler step of interacting particles, beside the kernels that draw noise. */
import { ShapeError } from "../../errors.js";
import { openInstance } from "./instance.js";
import { type Kernels, kernelsOver } from "./kernels.js";

/** Arrays of one system of n particles in R^d with m inputs; `rows` is n, `stride` d and `inputs` m, each rounded up to 4. */
export interface ParticleArrays {
  /** In groups of four rows, [rows/4, stride, 4]; what is rounded up is to be 0 in `features` and `outer`. */
  readonly theta: Float32Array;
  /** a, [rows]; null means 1 for every row. */
  readonly outer: Float32Array | null;
  /** The activations tanh⟨θ_i, x_j⟩ in the kernel's order, [rows · inputs], kept from one step to the next. */
  readonly hidden: Float32Array;
  /** x, [inputs, stride]. */
  readonly features: Float32Array;
  /** w, [inputs]: the residual at each input divided by m, and 0 where there is no input. */
  readonly weights: Float32Array;
  /** Receives Σ_i a_i tanh⟨θ_i, x_j⟩, [inputs]. */
  readonly sums: Float64Array;
  /** Room to work in, `scratchLength` values. */
  readonly scratch: Float32Array;
}

/** The kernels with those of particles over one memory. */
export interface ParticleKernels extends Kernels {
  /**
   * θ_i ← (θ_i − rate · a_i Σ_j w_j (1 − tanh²⟨θ_i, x_j⟩) x_j) + noise_i in float32, then `hidden` and `sums` at the new θ.
   * @param arrays the system, in the kernels' memory; `hidden` is that of the present θ
   * @param move the rate and the increments [rows, stride] to add, or null; without `move` the particles stay, which
   *   brings `hidden` and `sums` up to date
   * @throws ShapeError if the lengths do not fit. EngineError if an array lies outside the memory
   */
  stepParticles(arrays: ParticleArrays, move?: { rate: number; noise: Float32Array | null }): void;
}

/** The functions of assembly/particles.ts; addresses are bytes. */
interface Exports {
  stepParticles(
    ...args: [
      ...[theta: number, outer: number, noise: number, groups: number, stride: number],
      ...[features: number, inputs: number, weights: number, rate: number],
      ...[hidden: number, sums: number, weighted: number, idle: number],
    ]
  ): void;
}

/** Particles are handled four at a time, one a lane. */
export const LANES = 4;

/**
 * The length of `ParticleArrays.scratch`: the rows w_j x_j with their sum, and an idle group.
 * @param inputs m, rounded up
 * @param stride d, rounded up
 */
export function scratchLength(inputs: number, stride: number): number {
  return (inputs + 1) * stride + LANES * Math.max(inputs, stride);
}

/**
 * Kernels for particles with a memory of their own.
 *
 * @param bytes room for the caller's arrays, as for `createKernels`
 * @returns the kernels
 * @throws EngineError if there is not that much memory
 */
export function createParticleKernels({ bytes }: { bytes: number }): ParticleKernels {
  const instance = openInstance(bytes);
  const wasm = instance.exports as unknown as Exports;
  const address = (view: Float32Array | Float64Array): number => instance.address("stepParticles", view);
  return {
    ...kernelsOver(instance),
    stepParticles(arrays, move) {
      const { theta, outer, hidden, features, weights, sums, scratch } = arrays;
      const inputs = weights.length;
      const rows = hidden.length / inputs;
      const stride = theta.length / rows;
      checkShapes(arrays, { rows, stride, inputs }, move?.noise ?? null);
      const weighted = address(scratch);
      wasm.stepParticles(
        ...[address(theta), outer ? address(outer) : 0, move?.noise ? address(move.noise) : 0, rows / LANES, stride],
        ...[address(features), inputs, address(weights), move ? move.rate : -1],
        ...[address(hidden), address(sums), weighted, weighted + 4 * (inputs + 1) * stride],
      );
    },
  };
}

function checkShapes(
  arrays: ParticleArrays,
  { rows, stride, inputs }: { rows: number; stride: number; inputs: number },
  noise: Float32Array | null,
): void {
  const { theta, outer, features, sums, scratch } = arrays;
  const multiples = [rows, stride, inputs].every((count) => Number.isInteger(count / LANES) && count > 0);
  const lengths =
    (outer === null || outer.length === rows) &&
    features.length === inputs * stride &&
    sums.length === inputs &&
    scratch.length === scratchLength(inputs, stride) &&
    (noise === null || noise.length === theta.length);
  if (multiples && lengths) return;
  const named = Object.entries({ ...arrays, noise }).map(([name, array]) => `${name} ${array?.length ?? 0}`);
  const expected = "arrays of one system, its sizes multiples of 4";
  throw new ShapeError({ where: "stepParticles", expected, got: `lengths ${named.join(", ")}` });
}
