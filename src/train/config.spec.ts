import { expect, test } from "vitest";
import { ParameterError } from "../errors.js";
import { noiseFacts, resolveTrainConfig } from "./config.js";

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

test("a heavy-tailed start is refused where outer weights are fixed", () => {
  expect(resolveTrainConfig({ initTail: 1 })).toMatchObject({ initTail: 1, initUnits: 16 });
  expect(resolveTrainConfig({}).initTail).toBeUndefined();
  expect(() => resolveTrainConfig({ scaling: "meanField", initTail: 1 })).toThrow(
    /initTail: expected none with scaling meanField, got 1/,
  );
});

test("noise needs α ≥ 0.5, but a run without noise does not read α", () => {
  expect(() => resolveTrainConfig({ noise: "coordinate", alpha: 0.4 })).toThrow(
    /alpha: expected a tail index from 0.5/,
  );
  expect(resolveTrainConfig({ noise: "none", alpha: 0.4 }).alpha).toBe(0.4);
});

test("facts that a noise kind does not have are null", () => {
  expect(noiseFacts(resolveTrainConfig({ noise: "none" }))).toMatchObject({ alpha: null, sigma: null });
  expect(noiseFacts(resolveTrainConfig({ noise: "gaussian", alpha: 1.5 }))).toMatchObject({ alpha: 2, sigma: 0.1 });
  expect(noiseFacts(resolveTrainConfig({ noise: "node", alpha: 1.5 }))).toMatchObject({
    alpha: 1.5,
    convention: "unit",
  });
});

test.each([
  [{ alpha: 2.5 }, "alpha: expected a tail index in (0, 2] (2 is Gaussian), got 2.5"],
  [{ alpha: 0 }, "alpha: expected a tail index in (0, 2] (2 is Gaussian), got 0"],
  [{ sigma: -1 }, "sigma: expected a number of at least 0, got -1"],
  [{ width: 1.5 }, "width: expected a whole number, got 1.5"],
  [{ initTail: 0 }, "initTail: expected a number greater than 0, got 0"],
  [{ initTail: Number.POSITIVE_INFINITY }, "initTail: expected a number, got Infinity"],
  [{ initUnits: 0 }, "initUnits: expected a whole number of at least 1, got 0"],
  [{ initUnits: 1.5 }, "initUnits: expected a whole number, got 1.5"],
  [{ steps: 0 }, "steps: expected a whole number of at least 1, got 0"],
  [{ learningRate: Number.NaN }, "learningRate: expected a number, got NaN"],
  [{ momentum: 1 }, "momentum: expected a number less than 1, got 1"],
  [
    { noise: "levy" as "node" },
    'noise: expected one of none, gaussian, node, coordinate, isotropic, radial, got "levy"',
  ],
  [{ sgima: 1 } as object, "configuration: expected only the fields"],
])("%j is refused with the domain and the value", (options, message) => {
  expect(() => resolveTrainConfig(options)).toThrow(ParameterError);
  expect(() => resolveTrainConfig(options)).toThrow(message);
});
