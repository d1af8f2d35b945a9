import { expect, test } from "vitest";
import { FormatError } from "../errors.js";
import type { Network } from "../model/network.js";
import { exampleNetworks, uniform } from "./exampleNetworks.laws.js";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.js";
import { decodeState, encodeState, type SavedState } from "./weights.js";

const network = exampleNetworks["one hidden layer"]!;
const velocities = new Map([
  ["hidden1.weight", uniform("v1", 128)],
  ["output.bias", uniform("v2", 3)],
]);
const state: SavedState = { step: 250_000, network, velocities };

test.each(Object.entries(exampleNetworks))("decodeState(encodeState(state)) gives the state back: %s", (_, network) => {
  const given = { step: 0, network, velocities: new Map<string, Float32Array>() };
  const { metadata: _metadata, ...got } = decodeState(encodeState(given), "w");
  expect(got).toEqual(given);
});

test("momentum buffers, step and metadata are kept", () => {
  const got = decodeState(encodeState(state, { config: '{"alpha":1.5}' }), "w");
  expect(got.step).toBe(250_000);
  expect(got.velocities).toEqual(velocities);
  expect(got.metadata.config).toBe('{"alpha":1.5}');
});

test("tensors have the names and shapes that other programs expect", () => {
  const { tensors, metadata } = decodeSafetensors(encodeState(state), "w");
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ["hidden1.weight", [16, 8]],
    ["hidden1.bias", [16]],
    ["output.weight", [3, 16]],
    ["output.bias", [3]],
    ["hidden1.weight.velocity", [128]],
    ["output.bias.velocity", [3]],
  ]);
  expect(metadata.format).toBe("heavytail");
});

/** The state's file with other tensors or metadata. */
function changed(
  tensorsOf: (tensors: readonly Tensor[]) => readonly Tensor[],
  facts: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(encodeState(state), "w");
  return encodeSafetensors(tensorsOf(tensors), { ...metadata, ...facts });
}

const same = (tensors: readonly Tensor[]): readonly Tensor[] => tensors;
const renamed = (from: string, to: string) => (tensors: readonly Tensor[]) =>
  tensors.map((tensor) => (tensor.name === from ? { ...tensor, name: to } : tensor));
const layersOf = ({ layers }: Network) =>
  layers.map(({ weight: _, bias, ...shape }) => ({ ...shape, bias: bias !== null }));
const described = (change: (layers: ReturnType<typeof layersOf>) => unknown) => ({
  layers: JSON.stringify(change(layersOf(network))),
});

test.each<[string, Uint8Array, RegExp]>([
  [
    "a file of other origin",
    encodeSafetensors([{ name: "w", shape: [1], data: new Float32Array(1) }]),
    /other metadata/,
  ],
  ["another format", changed(same, { format: "pt" }), /other metadata/],
  ["a step that is no number", changed(same, { step: "" }), /other metadata/],
  ["layers that are no JSON", changed(same, { layers: "[" }), /other metadata/],
  ["no layers", changed(same, { layers: "[]" }), /other metadata/],
  [
    "an unknown activation",
    changed(
      same,
      described((l) => [{ ...l[0], activation: "gelu" }]),
    ),
    /other metadata/,
  ],
  ["a missing tensor", changed((tensors) => tensors.slice(1)), /a tensor hidden1\.weight of shape \[16,8\], got none/],
  ["a missing bias", changed(renamed("output.bias", "bias")), /a tensor output\.bias/],
  ["a tensor turned", changed((t) => t.map((one) => ({ ...one, shape: one.shape.toReversed() }))), /got \[8,16\]/],
  [
    "layers that do not fit",
    changed(
      same,
      described((l) => l.slice(0, 1).concat(l[0]!)),
    ),
    /w: .*expected layers of diff/,
  ],
  ["a buffer of no parameter", changed(renamed("output.bias.velocity", "b.velocity")), /b\.velocity of shape \[0\]/],
  ["a truncated file", encodeState(state).subarray(0, -1), /bytes/],
])("%s is a FormatError", (_, bytes, message) => {
  expect(() => decodeState(bytes, "w")).toThrow(FormatError);
  expect(() => decodeState(bytes, "w")).toThrow(message);
});

test("every damaged byte of the header gives a state of the same layers or a FormatError", () => {
  const bytes = encodeState(state);
  const end = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  for (let at = 0; at < end; at++) {
    const file = bytes.slice();
    file[at]! ^= 1 << (at % 7);
    try {
      const got = decodeState(file, "w");
      expect(got.network.layers.map(({ weight }) => weight.length)).toEqual([128, 48]);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
    }
  }
});
