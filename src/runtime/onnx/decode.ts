/**
 * @file The bytes of an ONNX file as a checked structure.
 *
 * Files come from anywhere, so everything that later code relies on is checked here: sizes agree with shapes, names are
 * defined once and before use, and nothing outside the file is read. Operators are not interpreted.
 */

import { fromBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeKind,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type ValueInfoProto,
} from "onnx-buf";
import { FormatError } from "../../errors.js";
import { decodeTensor } from "./decodeTensor.js";
import { type ElementType, elementTypeOf, type Tensor } from "./elementType.js";
import type { Attribute, Dimension } from "./graph.js";

/** The largest file that is read, in bytes: protobuf's own limit. */
export const maxModelBytes = 2 ** 31 - 1;

/** A graph input or output. `type` is null if it is not a tensor of a supported type, `shape` if the rank is open. */
export interface DecodedPort {
  readonly name: string;
  readonly doc: string;
  readonly type: ElementType | null;
  /** A size, a symbolic name, or "" for an unnamed unknown. */
  readonly shape: readonly Dimension[] | null;
}

/** A node. An optional input or output that is left out has the name "". */
export interface DecodedNode {
  readonly name: string;
  readonly opType: string;
  /** "" for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes of kinds we do not read (subgraphs, sparse tensors, types) are here as `{}`. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A checked model. */
export interface DecodedModel {
  readonly irVersion: number;
  /** Version of each operator set by domain; "" is the standard one. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: { readonly name: string; readonly version: string };
  readonly doc: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly name: string;
  /** What must be fed: without the inputs that only give an initializer's type. */
  readonly inputs: readonly DecodedPort[];
  readonly outputs: readonly DecodedPort[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** In an order in which they can be executed. */
  readonly nodes: readonly DecodedNode[];
}

/**
 * Decodes an ONNX model.
 * @param bytes  a whole file; initializers are copied out of it
 * @throws FormatError if the bytes are no ONNX model, are truncated or inconsistent, refer to data in other files, or
 *   are larger than {@link maxModelBytes}
 */
export function decode(bytes: Uint8Array): DecodedModel {
  if (bytes.length > maxModelBytes) {
    throw broken("size", `at most ${maxModelBytes} bytes`, `${bytes.length}`);
  }
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ where: "ONNX model", expected: "a protobuf ModelProto", got, cause });
  }
  const { graph } = model;
  if (!graph || model.irVersion <= 0n || model.opsetImport.length === 0) {
    throw broken("model", "IR version, operator sets and a graph", "a message without them");
  }
  const initializers = decodeInitializers(graph);
  const decoded: DecodedModel = {
    irVersion: Number(model.irVersion),
    opsets: new Map(model.opsetImport.map(({ domain, version }) => [standardDomain(domain), Number(version)])),
    producer: { name: model.producerName, version: model.producerVersion },
    doc: model.docString,
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
    name: graph.name,
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(decodePort),
    outputs: graph.output.map(decodePort),
    initializers,
    nodes: graph.node.map((node) => ({
      name: node.name,
      opType: node.opType,
      domain: standardDomain(node.domain),
      inputs: node.input,
      outputs: node.output,
      attributes: Object.fromEntries(node.attribute.map((attribute) => [attribute.name, decodeAttribute(attribute)])),
    })),
  };
  checkNames(decoded);
  return decoded;
}

function standardDomain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

function decodeInitializers(graph: GraphProto): Map<string, Tensor> {
  if (graph.sparseInitializer.length > 0) {
    throw broken("initializers", "dense tensors", "sparse ones");
  }
  const initializers = new Map<string, Tensor>();
  for (const proto of graph.initializer) {
    if (initializers.has(proto.name)) throw broken(`initializer ${proto.name}`, "a new name", "a second one of it");
    initializers.set(proto.name, decodeTensor(proto, `initializer ${proto.name}`));
  }
  return initializers;
}

function decodePort({ name, docString, type }: ValueInfoProto): DecodedPort {
  if (type?.value.case !== "tensorType") return { name, doc: docString, type: null, shape: null };
  const { elemType, shape } = type.value.value;
  const dimensions = shape?.dim.map(({ value }): Dimension => {
    if (value.case === "dimParam") return value.value;
    if (value.case !== "dimValue") return "";
    if (value.value < 0n || value.value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw broken(`shape of ${name}`, "sizes from 0 to 2^53 - 1", `${value.value}`);
    }
    return Number(value.value);
  });
  return { name, doc: docString, type: elementTypeOf(elemType) ?? null, shape: dimensions ?? null };
}

function decodeAttribute(proto: AttributeProto): Attribute {
  const text = new TextDecoder();
  switch (proto.type) {
    case AttributeKind.INT:
      return { int: Number(proto.i) };
    case AttributeKind.FLOAT:
      return { float: proto.f };
    case AttributeKind.STRING:
      return { string: text.decode(proto.s) };
    case AttributeKind.INTS:
      return { ints: proto.ints.map(Number) };
    case AttributeKind.FLOATS:
      return { floats: proto.floats };
    case AttributeKind.STRINGS:
      return { strings: proto.strings.map((s) => text.decode(s)) };
    case AttributeKind.TENSOR:
      if (!proto.t) throw broken(`attribute ${proto.name}`, "a tensor", "none");
      return { tensor: decodeTensor(proto.t, `attribute ${proto.name}`) };
    default:
      return {};
  }
}

/** Every value is defined once, and before it is used. */
function checkNames({ inputs, initializers, nodes, outputs }: DecodedModel): void {
  const defined = new Set<string>(initializers.keys());
  const define = (name: string, where: string) => {
    if (defined.has(name)) throw broken(where, "values defined once", `a second definition of "${name}"`);
    defined.add(name);
  };
  const use = (name: string, where: string) => {
    if (!defined.has(name)) throw broken(where, "values defined before", `"${name}"`);
  };
  for (const { name } of inputs) define(name, "graph inputs");
  for (const node of nodes) {
    const where = `node ${node.name || node.opType}`;
    if (node.opType === "") throw broken(where, "an operator", "none");
    for (const name of node.inputs) if (name !== "") use(name, where);
    for (const name of node.outputs) if (name !== "") define(name, where);
  }
  if (outputs.length === 0) throw broken("graph outputs", "at least one", "none");
  for (const { name } of outputs) use(name, "graph outputs");
}

function broken(where: string, expected: string, got: string): FormatError {
  return new FormatError({ where: `ONNX ${where}`, expected, got });
}
