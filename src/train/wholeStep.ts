/** @file A training step of the whole network in one graph. */

import { openSession } from "#session";
import { evaluateLogits } from "../model/evaluate.js";
import { modelPorts, tensorNames } from "../model/graph.js";
import { type DenseLayer, type Network, networkInputs, networkOutputs } from "../model/network.js";
import { createKernels, type Kernels } from "../runtime/kernels/kernels.js";
import type { Tensor } from "../runtime/onnx/elementType.js";
import { encode } from "../runtime/onnx/encode.js";
import { evaluationGraph, gradientName, stepGraph, stepPorts } from "./stepGraph.js";
import { bindToFeatures, createLabels, type Parameter, type StepOptions, type TrainingStep } from "./trainingStep.js";

/** Opens the machinery of any network, as `openStep`. */
export async function openWholeStep(
  initial: Network,
  velocities: ReadonlyMap<string, Float32Array>,
  { loss, batch, momentum, trainOutput, tileUnits: _, ...session }: StepOptions,
): Promise<TrainingStep> {
  const copies = (momentum ? 3 : 2) * 4;
  const kernels = createKernels({ bytes: copies * initial.layers.reduce((sum, layer) => sum + layerSize(layer), 1) });
  const parameters = copyParameters(initial, velocities, kernels, { momentum, trainOutput });
  const feeds: Record<string, Tensor> = {};
  for (const { name, value, shape } of parameters) feeds[name] = { type: "float32", data: value, shape };

  const inner = await openSession(encode(stepGraph(initial, { loss, batch, trainOutput })), session);
  const evaluation = await openSession(encode(evaluationGraph(initial)), session);
  const lossValue = kernels.allocate(1);
  const fetches: Record<string, Tensor> = { [stepPorts.loss]: { type: "float32", data: lossValue, shape: [] } };
  for (const { name, gradient, shape } of parameters) {
    if (gradient) fetches[gradientName(name)] = { type: "float32", data: gradient, shape };
  }
  const labels = createLabels(batch);
  const run = bindToFeatures(
    (x) => inner.bind({ ...feeds, [modelPorts.input]: x, labels: labels.tensor }, fetches),
    batch,
  );
  const shape = { inputs: networkInputs(initial), classes: networkOutputs(initial) };
  const layers = initial.layers.map(({ weight: _, bias, ...layer }) => ({ ...layer, bias: bias !== null }));
  const copyOf = (name: string): Float32Array => parameters.find((parameter) => parameter.name === name)!.value.slice();

  return {
    kernels,
    parameters,
    async loss({ features, labels: classIndices }) {
      labels.set(classIndices);
      await run(features);
      return lossValue[0]!;
    },
    async *gradients() {
      for (const parameter of parameters) if (parameter.gradient) yield parameter;
    },
    logits: (features) => evaluateLogits(evaluation, features, shape, feeds),
    network: () => ({
      layers: layers.map(({ bias, ...layer }) => {
        const names = tensorNames(layer);
        return { ...layer, weight: copyOf(names.weight), bias: bias ? copyOf(names.bias) : null };
      }),
      skip: null,
    }),
    velocities: () => new Map(parameters.flatMap(({ name, velocity }) => (velocity ? [[name, velocity.slice()]] : []))),
    async dispose() {
      await inner.dispose();
      await evaluation.dispose();
    },
  };
}

function layerSize(layer: DenseLayer): number {
  return layer.weight.length + (layer.bias?.length ?? 0);
}

function copyParameters(
  { layers }: Network,
  velocities: ReadonlyMap<string, Float32Array>,
  kernels: Kernels,
  { momentum, trainOutput }: Pick<StepOptions, "momentum" | "trainOutput">,
): Parameter[] {
  return layers.flatMap((layer, l) => {
    const hidden = l < layers.length - 1;
    const trained = hidden || trainOutput;
    const copyOf = (name: string, source: Float32Array, shape: number[], hiddenWeight: boolean): Parameter => {
      const fresh = (): Float32Array => kernels.allocate(source.length);
      const value = fresh();
      value.set(source);
      const velocity = trained && momentum ? fresh() : null;
      velocity?.set(velocities.get(name) ?? velocity);
      return { name, shape, firstRow: 0, value, gradient: trained ? fresh() : null, velocity, hiddenWeight };
    };
    const names = tensorNames(layer);
    const weight = copyOf(names.weight, layer.weight, [layer.outputs, layer.inputs], hidden);
    return layer.bias ? [weight, copyOf(names.bias, layer.bias, [layer.outputs], false)] : [weight];
  });
}
