/**
 * @file A training step of a very wide network with one hidden layer, a tile of hidden units at a time.
 *
 * The logits are a sum over hidden units, f = b + Σ_t A_t φ(W_t x). A first pass over the tiles t adds it up; the loss gives
 * its gradient G; a second pass computes each tile's activations again and, from them and G, its gradients. That is half as
 * many products again as in one piece, but nothing is ever larger than a tile except the weights themselves. Sums over tiles
 * round differently from one long sum, so results agree with those of the whole width to float32 rounding; the noise is the
 * same bit for bit, because a tile's rows know their places.
 */

import { openSession } from "#session";
import { tileRows } from "../model/evaluate.js";
import { modelPorts } from "../model/graph.js";
import type { Network } from "../model/network.js";
import type { Tensor } from "../runtime/onnx/elementType.js";
import { encode } from "../runtime/onnx/encode.js";
import { gradientName, stepPorts, tileBackwardGraph, tileForwardGraph, tileLossGraph } from "./stepGraph.js";
import { cutParameters } from "./tiles.js";
import { bindToFeatures, createLabels, type Parameter, type StepOptions, type TrainingStep } from "./trainingStep.js";

/**
 * Opens the machinery of a network with one hidden layer, as `openStep`.
 * @param initial two layers, whose weights it copies
 * @param velocities momentum buffers by parameter name to start from
 * @param options.tileUnits hidden units of a tile; the last may have fewer
 */
export async function openTiledStep(
  initial: Network,
  velocities: ReadonlyMap<string, Float32Array>,
  { loss, batch, momentum, trainOutput, tileUnits, ...session }: StepOptions & { tileUnits: number },
): Promise<TrainingStep> {
  const shape = { loss, batch, trainOutput };
  const classes = initial.layers[1]!.outputs;
  const inputs = initial.layers[0]!.inputs;
  const extra = 2 * (classes * batch + 16) + 16;
  const parameters = cutParameters(initial, velocities, { momentum, trainOutput, tileUnits, extra });
  const { kernels, tiles, outputBias } = parameters;

  const forward = await openSession(encode(tileForwardGraph(initial)), session);
  const lossOfSum = await openSession(encode(tileLossGraph(classes, shape)), session);
  const backward = await openSession(encode(tileBackwardGraph(initial, shape)), session);

  const sum = kernels.allocate(classes * batch);
  const upstream = kernels.allocate(classes * batch);
  const lossValue = kernels.allocate(1);
  const labels = createLabels(batch);
  const sumTensor = tensor(sum, [classes, batch]);
  const upstreamTensor = tensor(upstream, [classes, batch]);
  const runLoss = lossOfSum.bind(
    { [stepPorts.sum]: sumTensor, [stepPorts.labels]: labels.tensor },
    { [stepPorts.loss]: tensor(lossValue, []), [stepPorts.upstream]: upstreamTensor },
  );
  const passes = tiles.map((tile) => {
    const feeds = valuesOf(tile);
    const gradients = Object.fromEntries(
      tile.flatMap(({ name, gradient, shape }) => (gradient ? [[gradientName(name), tensor(gradient, shape)]] : [])),
    );
    return {
      feeds,
      forward: bindToFeatures(
        // The sum is written where it was read.
        (x) =>
          forward.bind(
            { ...feeds, [modelPorts.input]: x, [stepPorts.before]: sumTensor },
            { [stepPorts.sum]: sumTensor },
          ),
        batch,
      ),
      backward: bindToFeatures(
        (x) => backward.bind({ ...feeds, [modelPorts.input]: x, [stepPorts.upstream]: upstreamTensor }, gradients),
        batch,
      ),
    };
  });
  let features: Float32Array;

  return {
    kernels,
    parameters: [...tiles.flat(), ...(outputBias ? [outputBias] : [])],
    async loss(given) {
      features = given.features;
      labels.set(given.labels);
      fillRows(sum, outputBias?.value ?? null, batch);
      for (const pass of passes) await pass.forward(features);
      await runLoss();
      return lossValue[0]!;
    },
    async *gradients() {
      for (const [t, pass] of passes.entries()) {
        await pass.backward(features);
        for (const parameter of tiles[t]!) if (parameter.gradient) yield parameter;
      }
      if (!outputBias?.gradient) return;
      sumRows(upstream, outputBias.gradient);
      yield outputBias;
    },
    async logits(features) {
      const total = features.length / inputs;
      const logits = new Float32Array(total * classes);
      for (let from = 0; from < total; from += tileRows) {
        const rows = Math.min(tileRows, total - from);
        const x = tensor(features.subarray(from * inputs, (from + rows) * inputs), [rows, inputs]);
        let before = tensor(new Float32Array(classes * rows), [classes, rows]);
        fillRows(before.data as Float32Array, outputBias?.value ?? null, rows);
        for (const { feeds } of passes) {
          const results = await forward.run({ ...feeds, [modelPorts.input]: x, [stepPorts.before]: before });
          before = results[stepPorts.sum]!;
        }
        const { data } = before;
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < classes; c++) logits[(from + r) * classes + c] = data[c * rows + r] as number;
        }
      }
      return logits;
    },
    network: parameters.network,
    velocities: parameters.velocities,
    async dispose() {
      for (const one of [forward, lossOfSum, backward]) await one.dispose();
    },
  };
}

function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  return { type: "float32", data, shape };
}

function valuesOf(tile: readonly Parameter[]): Record<string, Tensor> {
  return Object.fromEntries(tile.map(({ name, value, shape }) => [name, tensor(value, shape)]));
}

/** Fills row c of a matrix [classes, columns] with bias c, or all of it with 0. */
function fillRows(matrix: Float32Array, bias: Float32Array | null, columns: number): void {
  for (let row = 0; row * columns < matrix.length; row++) {
    matrix.fill(bias?.[row] ?? 0, row * columns, (row + 1) * columns);
  }
}

/** The sums of a matrix's rows, of which `sums` has one each. */
function sumRows(matrix: Float32Array, sums: Float32Array): void {
  const columns = matrix.length / sums.length;
  for (let row = 0; row < sums.length; row++) {
    sums[row] = matrix.subarray(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value, 0);
  }
}
