import { expect, test } from "vitest";
import { noiseParser } from "./noiseOption.js";

test("a noise goes by our name, the paper's numeral or its number", () => {
  const parse = noiseParser("node", "coordinate", "isotropic");
  expect(["node", "I", "1", "II", "3"].map(parse)).toEqual(["node", "node", "node", "coordinate", "isotropic"]);
});

test("a noise that the command does not take is refused with those it does", () => {
  expect(() => noiseParser("node", "gaussian")("II")).toThrow('expected node or I, gaussian, got "II".');
  expect(() => noiseParser("node")("toString")).toThrow("toString");
});
