/**
 * @file The builder of ONNX graphs: typed values, operator nodes, and a tape of differentiable operations.
 *
 * The operations in `ops/` append their forward nodes here and record how a gradient passes back through them
 * (`recordGradient`); `gradients` walks that tape in reverse and appends the backward nodes to the same graph, so one
 * training step is one graph of standard operators that any ONNX runtime can execute.
 */

import { ParameterError, ShapeError } from "../../errors.js";
import { type ElementType, elementTypeOfData, type Tensor, type TensorData } from "./elementType.js";

/** A size, or the name of a symbolic one such as the batch "N", fixed only when the graph is run. */
export type Dimension = number | string;

/** A tensor in the graph; `graph.output` may give it another name. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** An attribute of a node: exactly one field is set. */
export interface Attribute {
  readonly int?: number;
  readonly float?: number;
  readonly string?: string;
  readonly ints?: readonly number[];
  readonly floats?: readonly number[];
  readonly strings?: readonly string[];
  readonly tensor?: Tensor;
}

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One application of a standard operator. */
export interface GraphNode {
  readonly opType: string;
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly attributes: Attributes;
}

/** A graph input or output with its documentation. */
export interface GraphPort {
  readonly value: Value;
  readonly doc: string;
}

/** A value stored in the model. */
export interface Initializer extends GraphPort {
  readonly tensor: Tensor;
}

/**
 * How a gradient passes back through an operation: from the gradient of the output to that of each input.
 * `needed[i]` says whether the gradient of input i is asked for; where it is not, return null and add no nodes.
 */
export type VectorJacobianProduct = (upstream: Value, needed: readonly boolean[]) => (Value | null)[];

/** An entry of the tape. */
export interface DifferentiableOp {
  readonly output: Value;
  readonly inputs: readonly Value[];
  readonly vjp: VectorJacobianProduct;
}

/** A mutable graph under construction; values are made only by its methods. */
export class Graph {
  readonly name: string;
  readonly inputs: GraphPort[] = [];
  readonly outputs: GraphPort[] = [];
  readonly initializers: Initializer[] = [];
  /** In an order in which they can be executed. */
  readonly nodes: GraphNode[] = [];
  readonly tape: DifferentiableOp[] = [];
  readonly #names = new Set<string>();
  readonly #constants = new Map<string, Value>();

  constructor(name: string) {
    this.name = name;
  }

  /** A value fed at each run. */
  input(name: string, type: ElementType, shape: readonly Dimension[], doc = ""): Value {
    const value = this.#value(name, type, shape);
    this.inputs.push({ value, doc });
    return value;
  }

  /**
   * A named tensor stored in the model, such as a trained weight.
   * @throws ShapeError if `data` does not fill `shape`
   */
  initializer(name: string, data: TensorData, shape: readonly number[], doc = ""): Value {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    if (size !== data.length) {
      throw new ShapeError({ where: `initializer ${name}`, expected: `[${shape}]`, got: `${data.length} values` });
    }
    const type = elementTypeOfData(data);
    const value = this.#value(name, type, shape);
    this.initializers.push({ value, doc, tensor: { type, data, shape: [...shape] } });
    return value;
  }

  /** The scalar (or the one-dimensional list) of small constants; equal ones are stored once. */
  constant(content: number | readonly number[], type: ElementType): Value {
    const key = `${type}:${JSON.stringify(content)}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const list = typeof content === "number" ? [content] : content;
    const value = this.initializer(this.#freshName("constant"), constantData(list, type), shapeOfConstant(content));
    this.#constants.set(key, value);
    return value;
  }

  /**
   * Declares a value an output of the graph, under `name`.
   * @throws ParameterError if it is an output already, or is not computed by a node
   */
  output(value: Value, name = value.name, doc = ""): Value {
    const computed = this.nodes.some((node) => node.output === value);
    if (!computed || this.outputs.some((port) => port.value === value)) {
      const got = computed ? "an output already" : "an input or initializer";
      throw new ParameterError({ where: `graph output ${name}`, expected: "a value computed by one node", got });
    }
    if (name !== value.name) {
      this.#claim(name);
      (value as { name: string }).name = name;
    }
    this.outputs.push({ value, doc });
    return value;
  }

  /**
   * Applies a standard operator that has one output.
   * @param opType  the operator's name in ONNX, such as "Gemm"
   * @param inputs  its inputs in ONNX's order
   * @param like  type and shape of the result, which the caller knows; often another value
   * @param name  the result's name; made up where absent
   */
  node(
    opType: string,
    inputs: readonly Value[],
    like: { type: ElementType; shape: readonly Dimension[] },
    attributes: Attributes = {},
    name?: string,
  ): Value {
    const output = this.#value(name ?? this.#freshName(opType), like.type, like.shape);
    this.nodes.push({ opType, inputs, output, attributes });
    return output;
  }

  /** Records that `output` was computed from `inputs` by an operation whose gradient is `vjp`. */
  recordGradient(output: Value, inputs: readonly Value[], vjp: VectorJacobianProduct): Value {
    this.tape.push({ output, inputs, vjp });
    return output;
  }

  #value(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.#claim(name);
    return { name, type, shape: [...shape] };
  }

  #claim(name: string): void {
    if (name === "" || this.#names.has(name)) {
      const got = name === "" ? "an empty name" : "a name in use";
      throw new ParameterError({ where: `value "${name}" of graph ${this.name}`, expected: "a new name", got });
    }
    this.#names.add(name);
  }

  #freshName(stem: string): string {
    let name = `${stem}_${this.#names.size}`;
    while (this.#names.has(name)) name += "_";
    return name;
  }
}

function shapeOfConstant(content: number | readonly number[]): number[] {
  return typeof content === "number" ? [] : [content.length];
}

function constantData(list: readonly number[], type: ElementType): TensorData {
  switch (type) {
    case "int64":
      return BigInt64Array.from(list, BigInt);
    case "float64":
      return Float64Array.from(list);
    case "float32":
      return Float32Array.from(list);
    case "int32":
      return Int32Array.from(list);
    default:
      throw new ParameterError({ where: "constant", expected: "a float or int32/int64 type", got: type });
  }
}
