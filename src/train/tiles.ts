/**
 * @file The parameters of a network with one hidden layer, cut into tiles of hidden units: each tile has arrays of its own,
 * and all tiles share one set of gradients.
 */

import { tensorNames } from "../model/graph.js";
import type { DenseLayer, Network } from "../model/network.js";
import { createKernels, type Kernels } from "../runtime/kernels/kernels.js";
import type { Parameter, StepOptions } from "./trainingStep.js";

/** Tiles of parameters in the kernels' memory. */
export interface TiledParameters {
  readonly kernels: Kernels;
  /** Of each tile: hidden weights, hidden bias if there is one, and the output weights [classes, units] of its units. */
  readonly tiles: readonly (readonly Parameter[])[];
  readonly outputBias: Parameter | null;
  /** A copy of the weights in one piece. */
  network(): Network;
  /** A copy of the momentum buffers in one piece, by parameter name. */
  velocities(): Map<string, Float32Array>;
}

/** A parameter with a value or more for each hidden unit: `lines` runs of `width` values a unit, `stride` apart. */
interface Cut {
  readonly name: string;
  readonly source: Float32Array;
  readonly lines: number;
  readonly width: number;
  readonly stride: number;
  readonly shape: (units: number) => number[];
  readonly trained: boolean;
  readonly hiddenWeight: boolean;
}

/** Some consecutive hidden units. */
interface Place {
  readonly first: number;
  readonly units: number;
}

/**
 * Copies a network's parameters into tiles.
 * @param initial two layers
 * @param velocities momentum buffers by parameter name to start from; zero where absent
 * @param options what is trained and how; `extra` is the number of further float32 values that the caller allocates
 * @throws EngineError if there is not that much memory
 */
export function cutParameters(
  { layers }: Network,
  velocities: ReadonlyMap<string, Float32Array>,
  {
    momentum,
    trainOutput,
    tileUnits,
    extra,
  }: Pick<StepOptions, "momentum" | "trainOutput"> & { tileUnits: number; extra: number },
): TiledParameters {
  const [hidden, output] = layers as readonly DenseLayer[] as [DenseLayer, DenseLayer];
  const { inputs, outputs: units } = hidden;
  const { outputs: classes } = output;
  const cuts = cutsOf(hidden, output, trainOutput);
  const places = Array.from({ length: Math.ceil(units / tileUnits) }, (_, t): Place => {
    const first = t * tileUnits;
    return { first, units: Math.min(tileUnits, units - first) };
  });
  const perUnit = inputs + classes + 1;
  const copies = momentum ? 2 : 1;
  // Every array may be rounded up to 16 values.
  const rounding = 16 * (3 * copies * places.length + 8);
  const kernels = createKernels({
    bytes: 4 * (copies * units * perUnit + tileUnits * perUnit + 3 * classes + rounding + extra),
  });

  const tiles = copyTiles(cuts, places, velocities, kernels, { momentum, tileUnits });
  const outputBias = output.bias && biasParameter(output, output.bias, velocities, kernels, { momentum, trainOutput });

  // What is left of the network has no weights, so that the initial ones are not kept.
  const shapes = cuts.map(({ source, ...cut }) => ({ ...cut, length: source.length }));
  const joined = (pick: (parameter: Parameter) => Float32Array | null): Map<string, Float32Array> => {
    const whole = new Map<string, Float32Array>();
    for (const [i, cut] of shapes.entries()) {
      if (!pick(tiles[0]![i]!)) continue;
      const values = new Float32Array(cut.length);
      for (const [t, place] of places.entries()) move(cut, place, pick(tiles[t]![i]!)!, values, true);
      whole.set(cut.name, values);
    }
    const bias = outputBias && pick(outputBias);
    if (bias) whole.set(outputBias.name, bias.slice());
    return whole;
  };
  const shells = layers.map(({ weight: _, bias: __, ...layer }) => layer);
  return {
    kernels,
    tiles,
    outputBias,
    network() {
      const values = joined(({ value }) => value);
      return {
        layers: shells.map((shell) => {
          const names = tensorNames(shell);
          return { ...shell, weight: values.get(names.weight)!, bias: values.get(names.bias) ?? null };
        }),
        skip: null,
      };
    },
    velocities: () => joined(({ velocity }) => velocity),
  };
}

function cutsOf(hidden: DenseLayer, output: DenseLayer, trainOutput: boolean): Cut[] {
  const { inputs, outputs: units } = hidden;
  const { outputs: classes } = output;
  const names = tensorNames(hidden);
  const rows = { lines: 1, stride: 0, trained: true };
  const weight: Cut = {
    ...rows,
    name: names.weight,
    source: hidden.weight,
    width: inputs,
    shape: (n) => [n, inputs],
    hiddenWeight: true,
  };
  const columns: Cut = {
    ...{ name: tensorNames(output).weight, source: output.weight, lines: classes, width: 1, stride: units },
    ...{ shape: (n: number) => [classes, n], trained: trainOutput, hiddenWeight: false },
  };
  if (!hidden.bias) return [weight, columns];
  return [
    weight,
    { ...rows, name: names.bias, source: hidden.bias, width: 1, shape: (n) => [n], hiddenWeight: false },
    columns,
  ];
}

function copyTiles(
  cuts: readonly Cut[],
  places: readonly Place[],
  velocities: ReadonlyMap<string, Float32Array>,
  kernels: Kernels,
  { momentum, tileUnits }: { momentum: boolean; tileUnits: number },
): Parameter[][] {
  const gradients = cuts.map(({ trained, lines, width }) =>
    trained ? kernels.allocate(lines * width * tileUnits) : null,
  );
  return places.map((place) =>
    cuts.map((cut, i): Parameter => {
      const length = cut.lines * cut.width * place.units;
      const copyOf = (source?: Float32Array): Float32Array => {
        const copy = kernels.allocate(length);
        if (source) move(cut, place, source, copy);
        return copy;
      };
      return {
        ...{ name: cut.name, shape: cut.shape(place.units), hiddenWeight: cut.hiddenWeight },
        firstRow: cut.lines === 1 ? place.first : 0,
        value: copyOf(cut.source),
        gradient: gradients[i]?.subarray(0, length) ?? null,
        velocity: cut.trained && momentum ? copyOf(velocities.get(cut.name)) : null,
      };
    }),
  );
}

/** Copies a tile's part of a whole parameter, or back into it. */
function move(
  { lines, width, stride }: Pick<Cut, "lines" | "width" | "stride">,
  { first, units }: Place,
  from: Float32Array,
  to: Float32Array,
  back = false,
): void {
  const length = width * units;
  for (let line = 0; line < lines; line++) {
    const inWhole = line * stride + first * width;
    if (back) to.set(from.subarray(line * length, (line + 1) * length), inWhole);
    else to.set(from.subarray(inWhole, inWhole + length), line * length);
  }
}

function biasParameter(
  output: DenseLayer,
  bias: Float32Array,
  velocities: ReadonlyMap<string, Float32Array>,
  kernels: Kernels,
  { momentum, trainOutput }: Pick<StepOptions, "momentum" | "trainOutput">,
): Parameter {
  const name = tensorNames(output).bias;
  const fresh = (): Float32Array => kernels.allocate(bias.length);
  const value = fresh();
  value.set(bias);
  const velocity = trainOutput && momentum ? fresh() : null;
  velocity?.set(velocities.get(name) ?? velocity);
  return {
    name,
    shape: [bias.length],
    firstRow: 0,
    value,
    gradient: trainOutput ? fresh() : null,
    velocity,
    hiddenWeight: false,
  };
}
