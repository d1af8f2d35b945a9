import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ModelProtoSchema, TensorProto_DataLocation } from "onnx-buf";
import { expect, test } from "vitest";
import { FormatError } from "../../errors.js";
import { version } from "../../version.js";
import { decode } from "./decode.js";
import { encode, irVersion, opsetVersion } from "./encode.js";
import { Graph } from "./graph.js";
import { gemm } from "./ops/gemm.js";
import { relu } from "./ops/relu.js";

const weight = Float32Array.of(1, -2, 3.5, 0, 1e-40, Number.MAX_VALUE);

function network(): Graph {
  const graph = new Graph("network");
  const x = graph.input("x", "float32", ["N", 3], "features");
  const w = graph.initializer("w", weight, [2, 3], "weights");
  const y = relu(graph, gemm(graph, x, w, null, { scale: 0.25, name: "product" }));
  graph.output(y, "y", "activations");
  return graph;
}
const bytes = encode(network(), { doc: "a model", metadata: { seed: "7", task: "test" } });

/** A model with one initializer as given, otherwise valid. */
function modelWith(initializer: object, more: object = {}): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: { name: "g", initializer: [{ name: "w", ...initializer }], output: [{ name: "w" }], ...more },
  });
  return toBinary(ModelProtoSchema, model);
}

test("decode(encode(graph)) gives the graph back", () => {
  const model = decode(bytes);
  expect(model).toMatchObject({
    irVersion,
    producer: { name: "heavytail", version },
    doc: "a model",
    metadata: { seed: "7", task: "test" },
    name: "network",
    inputs: [{ name: "x", doc: "features", type: "float32", shape: ["N", 3] }],
    outputs: [{ name: "y", doc: "activations", type: "float32", shape: ["N", 2] }],
    nodes: [
      {
        opType: "Gemm",
        inputs: ["x", "w"],
        outputs: ["product"],
        attributes: { alpha: { float: 0.25 }, transB: { int: 1 } },
      },
      { opType: "Relu", inputs: ["product"], outputs: ["y"], attributes: {} },
    ],
  });
  expect(model.opsets).toEqual(new Map([["", opsetVersion]]));
  expect(model.initializers).toEqual(new Map([["w", { type: "float32", data: weight, shape: [2, 3] }]]));
});

test("encoding the same graph twice gives the same bytes", () => {
  expect(encode(network(), { doc: "a model", metadata: { seed: "7", task: "test" } })).toEqual(bytes);
});

test("attributes of every kind survive the round trip", () => {
  const graph = new Graph("attributes");
  const attributes = {
    int: { int: -3 },
    float: { float: 0.5 },
    string: { string: "größer" },
    ints: { ints: [1, -1] },
    floats: { floats: [0.25, -8] },
    strings: { strings: ["a", ""] },
    tensor: { tensor: { type: "int64" as const, data: BigInt64Array.of(5n), shape: [] } },
  };
  graph.output(graph.node("Foreign", [], { type: "float32", shape: [] }, attributes), "y");
  expect(decode(encode(graph)).nodes[0]!.attributes).toEqual(attributes);
});

test("tensors are read from the fields of their type as well as from raw data", () => {
  const read = (initializer: object) => decode(modelWith(initializer)).initializers.get("w")!.data;
  expect(read({ dims: [2n], dataType: 1, floatData: [1.5, -2] })).toEqual(Float32Array.of(1.5, -2));
  expect(read({ dims: [1n], dataType: 11, doubleData: [0.1] })).toEqual(Float64Array.of(0.1));
  expect(read({ dims: [2n], dataType: 7, int64Data: [-1n, 2n] })).toEqual(BigInt64Array.of(-1n, 2n));
  expect(read({ dims: [2n], dataType: 3, int32Data: [-1, 2] })).toEqual(Int8Array.of(-1, 2));
  expect(read({ dims: [1n], dataType: 10, int32Data: [0x3c00] })).toEqual(Uint16Array.of(0x3c00));
  expect(read({ dims: [0n, 4n], dataType: 1 })).toEqual(new Float32Array(0));
});

test("a file inside a larger buffer, at an odd place, is read alike", () => {
  const padded = Buffer.concat([Buffer.from([0]), bytes, Buffer.from([1, 2])]);
  expect(decode(padded.subarray(1, 1 + bytes.length))).toEqual(decode(bytes));
});

test("the decoded weights are a copy of the file", () => {
  const file = bytes.slice();
  const model = decode(file);
  file.fill(0);
  expect(model.initializers.get("w")!.data).toEqual(weight);
});

test.each([
  ["an empty file", new Uint8Array(0), /IR version/],
  ["text", new TextEncoder().encode("{ not a model }"), /protobuf|IR version/],
  [
    "external data",
    modelWith({ dims: [1n], dataType: 1, dataLocation: TensorProto_DataLocation.EXTERNAL }),
    /external data/,
  ],
  [
    "data longer than the shape",
    modelWith({ dims: [1n], dataType: 1, floatData: [1, 2] }),
    /shape \[1\], got 2 values/,
  ],
  ["data shorter than the shape", modelWith({ dims: [3n], dataType: 1, rawData: new Uint8Array(8) }), /got 2 values/],
  ["half an element", modelWith({ dims: [1n], dataType: 1, rawData: new Uint8Array(3) }), /got 3 bytes/],
  ["a negative size", modelWith({ dims: [-1n], dataType: 1 }), />= 0/],
  ["a size beyond all memory", modelWith({ dims: [1n << 40n, 1n << 40n], dataType: 1 }), />= 0/],
  ["strings", modelWith({ dims: [1n], dataType: 8, stringData: [new Uint8Array(1)] }), /numeric element type/],
  [
    "a use before definition",
    modelWith({ dataType: 1, floatData: [1] }, { node: [{ opType: "Relu", input: ["z"], output: ["y"] }] }),
    /"z"/,
  ],
  [
    "a second definition",
    modelWith({ dataType: 1, floatData: [1] }, { node: [{ opType: "Relu", input: ["w"], output: ["w"] }] }),
    /second definition/,
  ],
])("%s is refused with a FormatError", (_, file, message) => {
  expect(() => decode(file)).toThrow(FormatError);
  expect(() => decode(file)).toThrow(message);
});

/** Decodes, and lets through only FormatErrors. */
function decodeOrRefuse(file: Uint8Array): void {
  try {
    decode(file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

test("every truncation, flipped bit and spliced byte string gives a model or a FormatError", () => {
  for (let length = 0; length < bytes.length; length++) decodeOrRefuse(bytes.subarray(0, length));
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const file = bytes.slice();
    file[bit >> 3]! ^= 1 << (bit & 7);
    decodeOrRefuse(file);
  }
  const splice = fc.record({ at: fc.nat(bytes.length), remove: fc.nat(20), insert: fc.uint8Array({ maxLength: 20 }) });
  fc.assert(
    fc.property(splice, ({ at, remove, insert }) => {
      decodeOrRefuse(Uint8Array.of(...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + remove)));
    }),
    { numRuns: 2000, seed: 1 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodeOrRefuse), { numRuns: 2000, seed: 1 });
});

test("deep nesting is refused, not followed", () => {
  // Subgraph in attribute in node in graph (fields 6, 5, 1), 500 times.
  let message: Uint8Array = new Uint8Array(0);
  const wrap = (field: number, body: Uint8Array) => {
    const length: number[] = [];
    for (let n = body.length; ; n >>= 7) {
      length.push(n > 127 ? (n & 127) | 128 : n);
      if (n <= 127) break;
    }
    return Uint8Array.of((field << 3) | 2, ...length, ...body);
  };
  for (let depth = 0; depth < 500; depth++) message = wrap(1, wrap(5, wrap(6, message)));
  expect(() => decode(wrap(7, message))).toThrow(FormatError);
});
