/**
 * @file A network, and a run's state, as safetensors: every array by name, and what the arrays mean in the metadata.
 */

import * as z from "zod";
import { FormatError, ShapeError } from "../errors.js";
import { modelPorts, tensorNames } from "../model/graph.js";
import { checkNetwork, type DenseLayer, type Network, networkInputs, networkOutputs } from "../model/network.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.js";

/** Where a run is: its network, and what else it takes to continue it. A training state is one. */
export interface SavedState {
  /** Gradient steps made. */
  readonly step: number;
  readonly network: Network;
  /** Momentum buffers by parameter name, each as long as its parameter; empty without momentum. */
  readonly velocities: ReadonlyMap<string, Float32Array>;
}

const layersSchema = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      inputs: z.int().min(1),
      outputs: z.int().min(1),
      activation: z.enum(["relu", "tanh", "sigmoid", "identity"]),
      scale: z.number(),
      bias: z.boolean(),
    }),
  )
  .min(1);

const velocitySuffix = ".velocity";

/**
 * Writes a run's state: the weights, the momentum buffers and the step. Reading it gives the same bits.
 * @param state the state
 * @param metadata further facts, such as the configuration as JSON; `format`, `step` and `layers` are taken
 * @returns the bytes of a safetensors file
 */
export function encodeState(
  { step, network, velocities }: SavedState,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { layers, skip } = network;
  const parameters = layers.flatMap((layer): Tensor[] => {
    const names = tensorNames(layer);
    const weight = { name: names.weight, shape: [layer.outputs, layer.inputs], data: layer.weight };
    return layer.bias ? [weight, { name: names.bias, shape: [layer.outputs], data: layer.bias }] : [weight];
  });
  if (skip) {
    parameters.push({ name: modelPorts.skip, shape: [networkOutputs(network), networkInputs(network)], data: skip });
  }
  const buffers = [...velocities].map(([name, data]) => ({ name: name + velocitySuffix, shape: [data.length], data }));
  const description = layers.map(({ weight: _, bias, ...shape }) => ({ ...shape, bias: bias !== null }));
  const facts = { format: "heavytail", step: String(step), layers: JSON.stringify(description) };
  return encodeSafetensors([...parameters, ...buffers], { ...metadata, ...facts });
}

/**
 * Reads what `encodeState` wrote.
 * @param bytes a safetensors file
 * @param where the file's name, for messages
 * @returns the state, and all metadata of the file
 * @throws FormatError if it is damaged or was not written by heavytail
 */
export function decodeState(bytes: Uint8Array, where: string): SavedState & { metadata: Record<string, string> } {
  const { tensors, metadata } = decodeSafetensors(bytes, where);
  const remedy = "Give the weights.safetensors of a run folder.";
  const layers = parseLayers(metadata.layers);
  const step = /^\d+$/.test(metadata.step ?? "") ? Number(metadata.step) : Number.NaN;
  if (metadata.format !== "heavytail" || !layers || !Number.isSafeInteger(step)) {
    const expected = "a network saved by heavytail, with its layers in the metadata";
    throw new FormatError({ where, expected, got: "other metadata", remedy });
  }
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = byName.get(name);
    if (tensor?.shape.join() === shape.join()) return tensor.data;
    const got = tensor ? `[${tensor.shape}]` : "none";
    throw new FormatError({ where, expected: `a tensor ${name} of shape [${shape}]`, got, remedy });
  };
  const network: Network = {
    layers: layers.map(({ bias, ...shape }): DenseLayer => {
      const names = tensorNames(shape);
      const weight = take(names.weight, [shape.outputs, shape.inputs]);
      return { ...shape, weight, bias: bias ? take(names.bias, [shape.outputs]) : null };
    }),
    skip: byName.has(modelPorts.skip) ? take(modelPorts.skip, [layers.at(-1)!.outputs, layers[0]!.inputs]) : null,
  };
  try {
    checkNetwork(network);
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause;
    throw new FormatError({
      where: `${where}: ${cause.where}`,
      expected: cause.expected,
      got: cause.got,
      remedy,
      cause,
    });
  }
  const velocities = new Map<string, Float32Array>();
  for (const name of byName.keys()) {
    if (!name.endsWith(velocitySuffix)) continue;
    const parameter = name.slice(0, -velocitySuffix.length);
    velocities.set(parameter, take(name, [byName.get(parameter)?.data.length ?? 0]));
  }
  return { step, network, velocities, metadata };
}

function parseLayers(text: string | undefined): z.output<typeof layersSchema> | null {
  try {
    return layersSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return null;
  }
}
