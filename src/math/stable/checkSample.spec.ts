import { expect, test } from "vitest";
import { keyFromSeed } from "../random/key.js";
import { stream } from "../random/stream.js";
import { checkSample } from "./checkSample.js";
import { symmetricQuantile } from "./quantile.js";
import { symmetricSampler } from "./sample.js";

const n = 300_000;
const law = { alpha: 1.5, scale: 2 };
const draw = symmetricSampler(law.alpha);
const random = stream(keyFromSeed(77));
const values = Float64Array.from({ length: n }, () => law.scale * draw(random));

test("draws from the law agree with it (false-alarm rate 1.3e-5)", () => {
  const { agrees, distance, bound, tails } = checkSample(values, law);
  expect(agrees).toBe(true);
  expect(distance).toBeLessThan(bound);
  expect(tails.map(({ probability, side }) => `${side} ${probability}`)).toEqual(
    [0.01, 0.001, 0.0001, 0.00001].flatMap((p) => [`left ${p}`, `right ${p}`]),
  );
});

test("a scale off by 5 %, which moves the distribution function by 0.008, is caught in the middle", () => {
  const { agrees, distance, bound } = checkSample(
    values.map((value) => 1.05 * value),
    law,
  );
  expect(agrees).toBe(false);
  expect(distance).toBeGreaterThan(bound);
});

test("draws clipped just below the quantile 1e-4 are caught in the tail alone", () => {
  const most = -0.99 * law.scale * symmetricQuantile(1e-4, law.alpha);
  const clipped = values.map((value) => Math.min(value, most));
  const { agrees, distance, bound, tails } = checkSample(clipped, law);
  expect(agrees).toBe(false);
  expect(distance).toBeLessThan(bound);
  expect(tails.filter(({ count, least, most }) => count < least || count > most)).toMatchObject([
    { side: "right", probability: 0.0001, count: 0 },
  ]);
});
