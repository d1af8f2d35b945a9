/**
 * @file A fully connected network read from an ONNX file of any origin.
 *
 * Each value of the graph is followed as a function of the input: a list of layers, perhaps with a short cut. An operator
 * extends that function in one of the forms below or is refused by name, so what is read computes what the file computes.
 */

import { FormatError } from "../errors.js";
import { type DecodedModel, type DecodedNode, type DecodedPort, decode } from "../runtime/onnx/decode.js";
import type { Tensor } from "../runtime/onnx/elementType.js";
import { modelPorts, tensorNames } from "./graph.js";
import type { Activation, DenseLayer, Network } from "./network.js";

/** A network and the facts its file carries. */
export interface OnnxNetwork {
  readonly network: Network;
  /** The file's `metadata_props`; those of `exportOnnx` begin with `heavytail.`. */
  readonly metadata: Record<string, string>;
}

/** A stored tensor and the name it was stored under. */
interface Stored {
  readonly kind: "stored";
  readonly name: string;
  readonly tensor: Tensor;
}

/** A value that depends on the input. Layers are named after the tensor of their weights until the end. */
interface Computed {
  readonly kind: "computed";
  readonly layers: readonly DenseLayer[];
  readonly skip: Float32Array | null;
  /** Whether softmax was taken: the argument is known, the value is not. */
  readonly probabilities: boolean;
}

const understood =
  "Understood are Gemm (transA 0, beta 1) or MatMul by a stored matrix, Add of a stored bias, Relu, Tanh, Sigmoid, " +
  "Flatten or Reshape of the input, Identity, Transpose of a stored matrix, a short cut added to the logits, " +
  "and Softmax or LogSoftmax over the classes at the end.";

const activations = new Map<string, Activation>([
  ["Relu", "relu"],
  ["Tanh", "tanh"],
  ["Sigmoid", "sigmoid"],
]);

/**
 * Reads a fully connected network: chains of `Gemm`, or `MatMul` and `Add`, with Relu, Tanh or Sigmoid between them, from
 * one input to one output, as PyTorch, Keras and `exportOnnx` write them. What `exportOnnx` wrote is read back exactly,
 * with the output scale rounded to float32, as the file holds it.
 *
 * A final Softmax or LogSoftmax is dropped: the network returned gives the logits, whose largest is at the same class.
 * float64 weights are rounded to float32. Layers are called after their tensors `${name}.weight`, else `hidden1` … and
 * `output`.
 * @param bytes an ONNX file
 * @param where the file's name, for messages
 * @throws FormatError if the file is damaged, or has an operator or a form that is not one of these; it names the node
 */
export function networkFromOnnx(bytes: Uint8Array, where: string): OnnxNetwork {
  try {
    const model = decode(bytes);
    const output = follow(model);
    return { network: { layers: nameLayers(output.layers), skip: output.skip }, metadata: { ...model.metadata } };
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const { expected, got, remedy } = cause;
    throw new FormatError({ where: `${where}: ${cause.where}`, expected, got, cause, remedy });
  }
}

/** The graph's output as a function of its input. */
function follow(model: DecodedModel): Computed {
  const [input, output] = [only("input", model.inputs), only("output", model.outputs)];
  const start: Computed = { kind: "computed", layers: [], skip: null, probabilities: false };
  const values = new Map<string, Stored | Computed>([[input.name, start]]);
  for (const [name, tensor] of model.initializers) values.set(name, { kind: "stored", name, tensor });
  for (const node of neededNodes(model, output.name)) values.set(node.outputs[0]!, apply(node, values));

  const result = values.get(output.name)!;
  const last = result.kind === "computed" ? result.layers.at(-1) : undefined;
  if (result.kind !== "computed" || last?.activation !== "identity") {
    const got = last ? `${last.activation} after it` : "none";
    throw new FormatError({ where: `output ${output.name}`, expected: "an output layer without activation", got });
  }
  const features = input.shape?.slice(1) ?? [];
  const { inputs } = result.layers[0]!;
  const known = features.length > 0 && features.every((size) => typeof size === "number");
  if (known && features.reduce((product, size) => product * size, 1) !== inputs) {
    throw new FormatError({ where: `input ${input.name}`, expected: `${inputs} features a row`, got: `[${features}]` });
  }
  return result;
}

function only(kind: string, ports: readonly DecodedPort[]): DecodedPort {
  if (ports.length === 1) return ports[0]!;
  throw new FormatError({ where: "graph", expected: `one ${kind}`, got: `${ports.length}` });
}

/** The nodes that the output's numbers depend on, in the order of the file; the rest computes shapes, or nothing. */
function neededNodes({ nodes }: DecodedModel, output: string): DecodedNode[] {
  const needed = new Set([output]);
  const chosen = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => needed.has(name))) return false;
    for (const name of operandNames(node)) needed.add(name);
    return true;
  });
  return chosen.reverse();
}

/** The inputs that hold numbers; the other one of Reshape is a shape, often computed. */
function operandNames({ opType, inputs }: DecodedNode): readonly string[] {
  return opType === "Reshape" ? inputs.slice(0, 1) : inputs;
}

/** The error for a node in a form that is not understood. */
type Refuse = (got: string) => FormatError;

/** What a node gives. */
function apply(node: DecodedNode, values: ReadonlyMap<string, Stored | Computed>): Stored | Computed {
  const { opType, domain, attributes } = node;
  const refuse: Refuse = (got) =>
    new FormatError({
      where: `node ${node.name || node.outputs[0]} (${domain && `${domain}.`}${opType})`,
      expected: "a fully connected network",
      got,
      remedy: understood,
    });
  if (domain !== "") throw refuse("another operator");
  if (opType === "Constant") {
    const tensor = attributes.value?.tensor;
    if (!tensor) throw refuse("a constant that is no tensor");
    return { kind: "stored", name: node.outputs[0]!, tensor };
  }
  const [a, b, c] = operandNames(node).map((name) => {
    const value = name === "" ? undefined : values.get(name);
    if (name !== "" && !value) throw refuse(`"${name}", a further output of a node`);
    return value;
  });
  if (!a) throw refuse("no first input");
  if (opType === "Identity") return a;
  if (a.kind === "stored") {
    if (opType === "Add" && b?.kind === "computed") return addBias(b, a, refuse);
    if (opType !== "Transpose") throw refuse("this operator applied to stored numbers");
    if ((attributes.perm?.ints ?? [1, 0]).join() !== "1,0") throw refuse("another permutation");
    return { ...a, tensor: transpose(a.tensor, refuse) };
  }

  if (a.probabilities) throw refuse("this operator after Softmax");
  const axis = attributes.axis?.int;
  switch (opType) {
    case "Flatten":
      if ((axis ?? 1) !== 1) throw refuse(`axis ${axis}`);
      return a;
    case "Reshape":
      if (a.layers.length > 0) throw refuse("this operator after a layer");
      return a;
    case "Softmax":
    case "LogSoftmax":
      if (![-1, 1].includes(axis ?? 1)) throw refuse(`axis ${axis}`);
      return { ...a, probabilities: true };
    case "MatMul":
    case "Gemm": {
      if (b?.kind !== "stored") throw refuse("a product of computed values");
      const product = multiply(a, b, attributes, refuse);
      if (!c) return product;
      if (c.kind !== "stored" || (attributes.beta?.float ?? 1) !== 1) throw refuse("a computed or scaled bias");
      return addBias(product, c, refuse);
    }
    case "Add":
      if (!b) throw refuse("no second input");
      if (b.kind === "stored") return addBias(a, b, refuse);
      return b.layers.length === 1 ? addSkip(a, b, refuse) : addSkip(b, a, refuse);
    default: {
      const activation = activations.get(opType);
      const last = a.layers.at(-1);
      if (!activation) throw refuse("another operator");
      if (last?.activation !== "identity" || a.skip) throw refuse("this operator elsewhere than after a layer");
      return { ...a, layers: [...a.layers.slice(0, -1), { ...last, activation }] };
    }
  }
}

/** Appends a layer: the product with a stored matrix. */
function multiply(
  value: Computed,
  { name, tensor }: Stored,
  attributes: DecodedNode["attributes"],
  refuse: Refuse,
): Computed {
  if (value.skip) throw refuse("a layer after the short cut");
  if ((attributes.transA?.int ?? 0) !== 0) throw refuse("transA 1");
  const weight = (attributes.transB?.int ?? 0) === 0 ? transpose(tensor, refuse) : tensor;
  const [outputs, inputs] = matrixShape(weight, refuse);
  const width = value.layers.at(-1)?.outputs ?? inputs;
  if (width !== inputs) throw refuse(`a matrix for ${inputs} values after a layer of ${width}`);
  const scale = attributes.alpha?.float ?? 1;
  const shape = { name, inputs, outputs, activation: "identity", scale } as const;
  return { ...value, layers: [...value.layers, { ...shape, weight: floats(weight, refuse), bias: null }] };
}

/** Adds a stored bias to the product of the last layer. */
function addBias(value: Computed, { tensor }: Stored, refuse: Refuse): Computed {
  const last = value.layers.at(-1);
  if (last?.activation !== "identity" || last.bias || value.skip || value.probabilities) {
    throw refuse("stored numbers added elsewhere than to a product");
  }
  const single = tensor.data.length === 1;
  if (!single && (tensor.data.length !== last.outputs || tensor.shape.at(-1) !== last.outputs)) {
    throw refuse(`a bias [${tensor.shape}] for ${last.outputs} units`);
  }
  const data = floats(tensor, refuse);
  const bias = single ? new Float32Array(last.outputs).fill(data[0]!) : data;
  return { ...value, layers: [...value.layers.slice(0, -1), { ...last, bias }] };
}

/** Adds a linear map of the input to the logits. */
function addSkip(value: Computed, shortCut: Computed, refuse: Refuse): Computed {
  const last = value.layers.at(-1);
  const [map] = shortCut.layers;
  const isMap = shortCut.layers.length === 1 && map!.activation === "identity" && !map!.bias && map!.scale === 1;
  const closed = [value, shortCut].some(({ skip, probabilities }) => skip || probabilities);
  if (!isMap || closed || last?.activation !== "identity") throw refuse("another sum of computed values");
  if (last.outputs !== map!.outputs || value.layers[0]!.inputs !== map!.inputs) {
    throw refuse(`a short cut [${map!.outputs}, ${map!.inputs}] that does not fit`);
  }
  return { ...value, skip: map!.weight };
}

function floats({ type, data }: Tensor, refuse: Refuse): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  throw refuse(`weights of type ${type}`);
}

function matrixShape({ shape }: Tensor, refuse: Refuse): [rows: number, columns: number] {
  if (shape.length !== 2 || shape.includes(0)) throw refuse(`weights of shape [${shape}]`);
  return [shape[0]!, shape[1]!];
}

function transpose(tensor: Tensor, refuse: Refuse): Tensor {
  const [rows, columns] = matrixShape(tensor, refuse);
  const source = floats(tensor, refuse);
  const data = new Float32Array(source.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) data[c * rows + r] = source[r * columns + c]!;
  return { type: "float32", data, shape: [columns, rows] };
}

/** Gives layers their own names: what stands before `.weight` in the tensor's name, or their place in the network. */
function nameLayers(layers: readonly DenseLayer[]): DenseLayer[] {
  const suffix = tensorNames({ name: "" }).weight;
  const taken = new Set<string>([modelPorts.skip]);
  return layers.map((layer, l) => {
    const stem = layer.name.endsWith(suffix) ? layer.name.slice(0, -suffix.length) : "";
    let name = stem || (l < layers.length - 1 ? `hidden${l + 1}` : "output");
    while (taken.has(tensorNames({ name }).weight)) name += "_";
    taken.add(tensorNames({ name }).weight);
    return { ...layer, name };
  });
}
