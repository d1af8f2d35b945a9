import { expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { resolveTrainConfig } from "./config.js";

test("the defaults are a valid configuration and resolving twice changes nothing", () => {
  const config = resolveTrainConfig({});
  expect(config.activation).toBe("relu");
  expect(resolveTrainConfig(config)).toEqual(config);
});

test("the mean-field scaling defaults to a bounded smooth activation and refuses depth and biases", () => {
  expect(resolveTrainConfig({ scaling: "meanField" }).activation).toBe("tanh");
  expect(() => resolveTrainConfig({ scaling: "meanField", depth: 3 })).toThrow(/depth: expected 2/);
  expect(() => resolveTrainConfig({ scaling: "meanField", bias: true })).toThrow(/bias/);
});

test.each([
  [{ alpha: 2.5 }, "alpha: expected a tail index in (0, 2] (2 is Gaussian), got 2.5"],
  [{ alpha: 0 }, "alpha: expected a tail index in (0, 2] (2 is Gaussian), got 0"],
  [{ sigma: -1 }, "sigma: expected a number of at least 0, got -1"],
  [{ width: 1.5 }, "width: expected a whole number, got 1.5"],
  [{ steps: 0 }, "steps: expected a whole number of at least 1, got 0"],
  [{ learningRate: Number.NaN }, "learningRate: expected a number, got NaN"],
  [{ momentum: 1 }, "momentum: expected a number less than 1, got 1"],
  [{ noise: "levy" as "node" }, 'noise: expected one of none, gaussian, node, coordinate, isotropic, got "levy"'],
  [{ sgima: 1 } as object, "configuration: expected only the fields"],
])("%j is refused with the domain and the value", (options, message) => {
  expect(() => resolveTrainConfig(options)).toThrow(ParameterError);
  expect(() => resolveTrainConfig(options)).toThrow(message);
});
