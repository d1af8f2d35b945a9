/**
 * @file The WebAssembly kernels and the memory they work in: the noisy update of a weight matrix, momentum, and the search
 * for non-finite values. Weights and gradients live in this memory, so the runtime writes a gradient where the update reads
 * it. Relaxed SIMD is not used: same bits everywhere.
 */
import { ParameterError, ShapeError } from "../../errors.js";
import { type Instance, openInstance } from "./instance.js";
import type { NoiseDraw } from "./noiseDraw.js";
import { quantileTable, TABLE_LENGTH } from "./quantileTable.js";

/** How `Kernels.update` changes a weight matrix. */
export interface UpdateOptions {
  /** η ≥ 0, rounded to float32. */
  readonly learningRate: number;
  /** λ ≥ 0; the weights are multiplied by 1 − ηλ, rounded to float32. Default 0. */
  readonly weightDecay?: number;
  /** How many units the matrix has, each a row. */
  readonly rows: number;
  /** The network-wide index of the first row, by which its noise is addressed: for tiles of a wide layer. Default 0. */
  readonly firstRow?: number;
  /** The proximal step of a group lasso, ≥ 0: before the noise each row's norm falls by so much, to 0 at least. Default 0. */
  readonly shrinkRows?: number;
  /** What to add after the step; none by default. */
  readonly noise?: NoiseDraw | null;
}

/** Kernels over one memory. Every array they are given must come from `allocate`, whole or as a `subarray`. */
export interface Kernels {
  /** A zeroed float32 array in the kernels' memory, on a 64-byte boundary. @throws EngineError if the memory is used up */
  allocate(length: number): Float32Array;
  /**
   * W ← (1 − ηλ)·W − η·g + s·X, in float32 in this order; without a gradient the middle term is left out, without noise
   * (or at scale 0) the last, so that plain SGD is fround(W − fround(η·g)) exactly. `shrinkRows` and `radial` noise change
   * the norms of rows only, one after the other: to max(0, ‖w‖ − shrinkRows), then to |‖w‖ + s·√columns·ξ|. Norm and factor
   * are computed in float64 and the factor rounded to float32; a row of zeros, also one that just shrank to zero, stays.
   *
   * @param weight [rows, columns], changed in place
   * @param gradient [rows, columns] or null
   * @returns whether all new weights are finite
   * @throws ShapeError if lengths and rows do not fit; ParameterError if a row index is not a uint32
   */
  update(weight: Float32Array, gradient: Float32Array | null, options: UpdateOptions): boolean;
  /** Heavy-ball momentum: v ← factor·v + g in float32; then pass v to `update` as the gradient. */
  accumulate(velocity: Float32Array, gradient: Float32Array, factor: number): void;
  /** The index of the first infinity or NaN, or −1. */
  firstNonFinite(values: Float32Array): number;
}

/** The functions of assembly/index.ts; addresses are bytes. */
interface Exports {
  update(
    ...args: [
      ...[weight: number, gradient: number, rows: number, columns: number, keep: number, rate: number],
      ...[shape: number, table: number, scale: number, mixingIndex: number],
      ...[firstRow: number, keyLow: number, keyHigh: number],
    ]
  ): number;
  updatePlain(weight: number, gradient: number, length: number, keep: number, rate: number): number;
  rescaleRows(
    ...args: [
      ...[weight: number, rows: number, columns: number, shrink: number, table: number, scale: number],
      ...[firstRow: number, keyLow: number, keyHigh: number],
    ]
  ): number;
  momentum(velocity: number, gradient: number, length: number, factor: number): void;
  firstNonFinite(values: number, length: number): number;
}

/** Some rows of a matrix and their gradient, by their addresses in bytes. */
interface Rows {
  readonly weight: number;
  readonly gradient: number;
  readonly count: number;
  readonly columns: number;
  readonly first: number;
}

/** A draw that is added entry by entry. */
type EntriesDraw = NoiseDraw & { readonly shape: keyof typeof SHAPE_CODES };

/** The codes of assembly/index.ts. */
const SHAPE_CODES = { node: 1, coordinate: 2, isotropic: 3 };

/**
 * Kernels with a memory of their own.
 *
 * @param bytes room for the caller's arrays, 4 · length summed over them; up to a thousand arrays may be rounded up to
 *   64 bytes on top of it. At most 4 GiB − 256 KiB.
 * @returns the kernels; their memory goes when they and all arrays are out of reach
 * @throws EngineError if there is not that much memory
 */
export function createKernels({ bytes }: { bytes: number }): Kernels {
  return kernelsOver(openInstance(bytes));
}

/** The kernels of an instance that others use too. */
export function kernelsOver({ exports, allocate, address }: Instance): Kernels {
  const wasm = exports as unknown as Exports;
  const table = allocate(TABLE_LENGTH);
  let tableAlpha = Number.NaN;

  /** The address of the quantile table of a law, made when it is another than the last. */
  const tableOf = (alpha: number): number => {
    if (tableAlpha !== alpha) table.set(quantileTable(alpha));
    tableAlpha = alpha;
    return table.byteOffset;
  };
  /** keep·W − rate·g and noise entry by entry, in one pass. */
  const addEntries = (rows: Rows, keep: number, rate: number, { shape, alpha, scale, key }: EntriesDraw): boolean => {
    const isotropic = shape === "isotropic";
    const spoilt = wasm.update(
      ...[rows.weight, rows.gradient, rows.count, rows.columns, keep, rate],
      ...[SHAPE_CODES[shape], tableOf(isotropic ? 2 : alpha), scale, isotropic ? alpha / 2 : 1],
      ...[rows.first, key.lo, key.hi],
    );
    return spoilt === 0;
  };
  /** The norms of rows: less by `amount`, to 0 at least. */
  const shrinkNorms = (rows: Rows, amount: number): boolean =>
    wasm.rescaleRows(rows.weight, rows.count, rows.columns, amount, table.byteOffset, 0, 0, 0, 0) === 0;
  /** The norms of rows: noise, reflected at 0. */
  const addToNorms = (rows: Rows, { alpha, scale, key }: NoiseDraw): boolean => {
    const spoilt = wasm.rescaleRows(
      ...[rows.weight, rows.count, rows.columns, 0, tableOf(alpha), scale * Math.sqrt(rows.columns)],
      ...[rows.first, key.lo, key.hi],
    );
    return spoilt === 0;
  };

  return {
    allocate,
    update(weight, gradient, { learningRate, weightDecay = 0, rows, firstRow = 0, shrinkRows = 0, noise = null }) {
      checkShapes(weight, gradient, rows, firstRow);
      const place: Rows = {
        weight: address("update", weight),
        // Address 0 holds no array: the kernels' own constants come first.
        gradient: gradient ? address("update", gradient) : 0,
        ...{ count: rows, columns: rows === 0 ? 0 : weight.length / rows, first: firstRow },
      };
      const keep = 1 - learningRate * weightDecay;
      const draw = noise && noise.scale !== 0 ? noise : null;
      const entries = draw && draw.shape !== "radial" ? (draw as EntriesDraw) : null;
      if (entries && shrinkRows === 0) return addEntries(place, keep, learningRate, entries);
      if (wasm.updatePlain(place.weight, place.gradient, weight.length, keep, learningRate) !== 0) return false;
      // A pass of its own: noise that is added later, after an evaluation, must find the same weights.
      if (shrinkRows > 0 && !shrinkNorms(place, shrinkRows)) return false;
      if (entries) return addEntries({ ...place, gradient: 0 }, 1, 0, entries);
      return !draw || addToNorms(place, draw);
    },
    accumulate(velocity, gradient, factor) {
      if (velocity.length !== gradient.length) {
        const expected = `${velocity.length} values, as many as the velocity`;
        throw new ShapeError({ where: "kernels.accumulate", expected, got: `${gradient.length}` });
      }
      wasm.momentum(address("accumulate", velocity), address("accumulate", gradient), velocity.length, factor);
    },
    firstNonFinite: (values) => wasm.firstNonFinite(address("firstNonFinite", values), values.length),
  };
}

function checkShapes(weight: Float32Array, gradient: Float32Array | null, rows: number, firstRow: number): void {
  const where = "kernels.update";
  if (!Number.isInteger(rows) || rows < 0 || (rows === 0 ? weight.length > 0 : weight.length % rows !== 0)) {
    throw new ShapeError({ where, expected: `${rows} rows of one length`, got: `${weight.length} weights` });
  }
  if (gradient && gradient.length !== weight.length) {
    const got = `${gradient.length}`;
    throw new ShapeError({ where, expected: `a gradient of ${weight.length} values, like the weight`, got });
  }
  if (!Number.isInteger(firstRow) || firstRow < 0 || firstRow + rows > 2 ** 32) {
    throw new ParameterError({ where: `${where} firstRow`, expected: "rows within 0 … 2^32 − 1", got: `${firstRow}` });
  }
}
