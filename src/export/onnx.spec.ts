import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { evaluateLogits, networkLogits } from "../model/evaluate.js";
import type { Network } from "../model/network.js";
import { openSession } from "../runtime/engine/session.web.js";
import { decode } from "../runtime/onnx/decode.js";
import { exampleNetworks, uniform } from "./exampleNetworks.laws.js";
import { exportOnnx } from "./onnx.js";

const shape = { inputs: 8, classes: 3 };
const features = uniform("features", 40 * shape.inputs);
const networks = Object.entries(exampleNetworks);

/** Sums of at most 64 terms of size 1 in float32, whose order is the runtime's own. */
const tolerance = 1e-5;

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) expect(Math.abs(got[i]! - expected[i]!)).toBeLessThan(tolerance);
}

test("the file says what it is and what its tensors mean", () => {
  const bytes = exportOnnx(exampleNetworks["three hidden layers and a short cut"]!, {
    doc: "A network.",
    metadata: { alpha: 1.75, refit: true, pruning: "norm" },
  });
  const model = decode(bytes);
  expect(model).toMatchObject({ irVersion: 8, doc: "A network.", producer: { name: "heavytail" } });
  expect(model.opsets).toEqual(new Map([["", 17]]));
  expect(model.metadata).toEqual({
    "heavytail.alpha": "1.75",
    "heavytail.refit": "true",
    "heavytail.pruning": "norm",
  });
  expect(model.inputs).toMatchObject([{ name: "x", type: "float32", shape: ["N", 8], doc: /standardised/ }].map(docs));
  expect(model.outputs).toMatchObject([{ name: "logits", type: "float32", shape: ["N", 3], doc: /largest/ }].map(docs));
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  expect(graph!.initializer.map(({ name, docString }) => [name, docString.split(",")[0]])).toEqual([
    ...["hidden1", "hidden2", "hidden3", "output"].flatMap((layer, l) => [
      [`${layer}.weight`, `Incoming weights of ${[6, 5, 4, 3][l]} units`],
      [`${layer}.bias`, `Biases of ${[6, 5, 4, 3][l]} units`],
    ]),
    ["skip.weight", "Short cut from the inputs to the logits"],
  ]);
});

function docs<T extends { doc: RegExp }>({ doc, ...port }: T) {
  return { ...port, doc: expect.stringMatching(doc) };
}

test.each(networks)("onnxruntime-web computes the same logits: %s", async (_, network) => {
  const session = await openSession(exportOnnx(network, { doc: "" }));
  expectClose(await evaluateLogits(session, features, shape), await networkLogits(network, features));
  await session.dispose();
});

/** A Python that has both packages: the one that HEAVYTAIL_PYTHON names, else python3, if it does. */
const candidate = process.env.HEAVYTAIL_PYTHON ?? "python3";
const found = spawnSync(candidate, ["-c", "import numpy, onnx, onnxruntime"]).status === 0;
const python = found ? candidate : undefined;

/** Reads names of models on the command line; prints nothing, writes each one's logits beside it. */
const script = `
import sys, numpy, onnx, onnxruntime
features = numpy.fromfile("features.bin", numpy.float32).reshape(-1, ${shape.inputs})
for name in sys.argv[1:]:
    onnx.checker.check_model(onnx.load(name), full_check=True)
    session = onnxruntime.InferenceSession(name, providers=["CPUExecutionProvider"])
    session.run(["logits"], {"x": features})[0].astype(numpy.float32).tofile(name + ".bin")
`;

test.skipIf(!python)(
  "the official checker accepts the files and onnxruntime in Python computes the same logits " +
    "(runs where python3, or the Python that HEAVYTAIL_PYTHON names, has numpy, onnx and onnxruntime)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "heavytail-"));
    const fileOf = (index: number): string => `model${index}.onnx`;
    try {
      writeFileSync(join(folder, "features.bin"), features);
      networks.forEach(([, network], i) => {
        writeFileSync(join(folder, fileOf(i)), exportOnnx(network, { doc: "For the checker.", metadata: { seed: 1 } }));
      });
      execFileSync(python!, ["-c", script, ...networks.map((_, i) => fileOf(i))], { cwd: folder });
      for (const [i, [, network]] of networks.entries()) await expectLogits(join(folder, `${fileOf(i)}.bin`), network);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

async function expectLogits(file: string, network: Network): Promise<void> {
  const bytes = new Uint8Array(readFileSync(file));
  expectClose(new Float32Array(bytes.buffer), await networkLogits(network, features));
}
