/**
 * @file A graph as the bytes of an ONNX file (a `ModelProto`).
 *
 * IR version 8 and operator set 17 (ONNX 1.12, 2022): old enough for every runtime in use, and new enough for every
 * operator that `ops/` applies. Tensors are stored as little-endian `raw_data`.
 */

import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProtoSchema,
} from "onnx-buf";
import { version } from "../../version.js";
import { elementCode, type Tensor } from "./elementType.js";
import type { Attribute, Graph, GraphPort } from "./graph.js";

/** The version of the ONNX intermediate representation written. */
export const irVersion = 8;
/** The version of the default operator set that graphs are written for. */
export const opsetVersion = 17;

/**
 * Encodes a graph as an ONNX model.
 * @param graph  its initializers' arrays are read, not kept
 * @param options.doc  the model's documentation string
 * @param options.metadata  the model's `metadata_props`
 * @returns the bytes of an ONNX file; the same graph gives the same bytes
 */
export function encode(
  graph: Graph,
  { doc = "", metadata = {} }: { doc?: string; metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array<ArrayBuffer> {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    opsetImport: [{ domain: "", version: BigInt(opsetVersion) }],
    producerName: "heavytail",
    producerVersion: version,
    docString: doc,
    graph: {
      name: graph.name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      initializer: graph.initializers.map(({ value, doc, tensor }) => tensorProto(tensor, value.name, doc)),
      node: graph.nodes.map(({ opType, inputs, output, attributes }) => ({
        name: output.name,
        opType,
        input: inputs.map((value) => value.name),
        output: [output.name],
        attribute: Object.entries(attributes).map(([name, attribute]) => attributeProto(name, attribute)),
      })),
    },
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

function valueInfo({ value, doc }: GraphPort): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = value.shape.map((size) =>
    typeof size === "string"
      ? { value: { case: "dimParam" as const, value: size } }
      : { value: { case: "dimValue" as const, value: BigInt(size) } },
  );
  return {
    name: value.name,
    docString: doc,
    type: { value: { case: "tensorType", value: { elemType: elementCode(value.type), shape: { dim } } } },
  };
}

function tensorProto(tensor: Tensor, name = "", docString = ""): TensorProto {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return create(TensorProtoSchema, {
    name,
    docString,
    dataType: elementCode(tensor.type),
    dims: tensor.shape.map(BigInt),
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const kind = AttributeProto_AttributeType;
  const text = new TextEncoder();
  if (attribute.int !== undefined) {
    return create(AttributeProtoSchema, { name, type: kind.INT, i: BigInt(attribute.int) });
  }
  if (attribute.float !== undefined) {
    return create(AttributeProtoSchema, { name, type: kind.FLOAT, f: attribute.float });
  }
  if (attribute.string !== undefined) {
    return create(AttributeProtoSchema, { name, type: kind.STRING, s: text.encode(attribute.string) });
  }
  if (attribute.ints !== undefined) {
    return create(AttributeProtoSchema, { name, type: kind.INTS, ints: attribute.ints.map(BigInt) });
  }
  if (attribute.floats !== undefined) {
    return create(AttributeProtoSchema, { name, type: kind.FLOATS, floats: [...attribute.floats] });
  }
  if (attribute.strings !== undefined) {
    const strings = attribute.strings.map((s) => text.encode(s));
    return create(AttributeProtoSchema, { name, type: kind.STRINGS, strings });
  }
  return create(AttributeProtoSchema, { name, type: kind.TENSOR, t: tensorProto(attribute.tensor!) });
}
