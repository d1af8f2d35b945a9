import { expect, test } from "vitest";
import { ParameterError } from "../../errors.js";
import { chiSquaredNodes } from "./chiSquared.js";
import { bulkMoment, type ColumnHistory, type ColumnKind, columnLaw, cumulant, logTailScale } from "./columnLaw.js";

const kinds: ColumnKind[] = ["node", "coordinate", "isotropic", "radial"];
const history: ColumnHistory = {
  ...{ kind: "isotropic", alpha: 1.5, sigma: 2, time: 3, inputs: 4, initStd: 0.5 },
  ...{ convention: "unit", weightDecay: 0 },
};

test.each([1, 2, 10, 784])("the rule for χ² of %d degrees has mass 1, mean d and variance 2d", (degrees) => {
  const { points, weights } = chiSquaredNodes(degrees);
  const moment = (power: number): number => points.reduce((sum, q, j) => sum + weights[j]! * q ** power, 0);
  // Cut where terms fall below 1e-18 of the largest; log Γ carries 1e-13.
  expect(moment(0)).toBeCloseTo(1, 11);
  expect(moment(1) / degrees).toBeCloseTo(1, 11);
  expect(moment(2) / (degrees * (degrees + 2))).toBeCloseTo(1, 11);
});

test("the noise of a time t has scale σ t^(1/α); paperCode divides isotropic noise by √2", () => {
  expect(columnLaw(history).noiseScale).toBeCloseTo(2 * 3 ** (2 / 3), 12);
  expect(columnLaw({ ...history, convention: "paperCode" }).noiseScale).toBeCloseTo(Math.SQRT2 * 3 ** (2 / 3), 12);
  expect(columnLaw({ ...history, kind: "node", convention: "paperCode" }).noiseScale).toBeCloseTo(2 * 3 ** (2 / 3), 12);
});

test("weight decay: c^α = σ^α (1 − e^(−αλt))/(αλ), s₀ e^(−λt); no decay is its limit", () => {
  const { noiseScale, initStd } = columnLaw({ ...history, weightDecay: 0.2 });
  expect(noiseScale ** 1.5).toBeCloseTo((2 ** 1.5 * (1 - Math.exp(-0.9))) / 0.3, 12);
  expect(initStd).toBeCloseTo(0.5 * Math.exp(-0.6), 12);
  // To first order c falls by a share λt/2 = 1.5e-9.
  expect(columnLaw({ ...history, weightDecay: 1e-9 }).noiseScale).toBeCloseTo(columnLaw(history).noiseScale, 7);
});

test("at d = 1 the four kinds are one law", () => {
  const [first, ...others] = kinds.map((kind) => columnLaw({ ...history, kind, inputs: 1 }));
  for (const law of others) {
    expect(logTailScale(law)).toBeCloseTo(logTailScale(first!), 12);
    for (const s of [1e-60, 1e-9, 0.1, 30]) expect(cumulant(law)(s) / cumulant(first!)(s)).toBeCloseTo(1, 10);
  }
});

test.each(kinds)("%s: ψ(s) = (bs)^a + μs + O(s^2a) as s → 0", (kind) => {
  for (const alpha of [1.2, 1.75, 1.95]) {
    const law = columnLaw({ ...history, kind, alpha, inputs: 10 });
    const a = alpha / 2;
    const b = Math.exp(logTailScale(law));
    const s = 1e-12 / b;
    const leading = (b * s) ** a;
    // The neglected terms are of relative size (bs)^a ≤ 7e-8, with a coefficient below 100.
    expect(Math.abs(cumulant(law)(s) - leading - bulkMoment(law) * s) / leading).toBeLessThan(1e-5);
  }
});

test.each([1, 2, 10, 784])(
  "radial, d = %d: ψ is that of E cos(√(2s) g s₀χ_d) · exp(−(2sd)^a c^α |g|^α), g ~ N(0, 1)",
  (inputs) => {
    for (const alpha of [0.6, 1.2, 1.75, 1.99]) {
      const law = columnLaw({ ...history, kind: "radial", alpha, inputs });
      const { noiseScale, initStd } = law;
      const [gaussian, radius] = [chiSquaredNodes(1), chiSquaredNodes(inputs)];
      // The cosine must not turn faster than the rule's steps: √(2s)·s₀·√d is 0.3 at most.
      for (const turn of [0.01, 0.3]) {
        const s = turn ** 2 / (2 * initStd ** 2 * inputs);
        let missing = 0;
        gaussian.points.forEach((q, j) => {
          const damping = (2 * s * inputs * q) ** (alpha / 2) * noiseScale ** alpha;
          let both = -Math.expm1(-damping);
          radius.points.forEach((size, i) => {
            const cosine = 2 * Math.sin(Math.sqrt(2 * s * q * size) * (initStd / 2)) ** 2;
            both += radius.weights[i]! * cosine * Math.exp(-damping);
          });
          missing += gaussian.weights[j]! * both;
        });
        expect(cumulant(law)(s) / -Math.log1p(-missing)).toBeCloseTo(1, 9);
      }
    }
  },
);

test("radial: far out, where the initial norm is long and the noise short, E e^(−sZ) is that of a norm near 0", () => {
  // As s → ∞, E e^(−sZ) → √(π/s)·f(0), f the density of s₀χ_d·±1 + √d c ξ; at α = 1 f(0) = E √d c/(π(R² + dc²)), R = s₀χ_d.
  for (const initStd of [0.5, 20]) {
    const law = { kind: "radial", alpha: 1, inputs: 10, noiseScale: 0.1, initStd } as const;
    const { points, weights } = chiSquaredNodes(10);
    const width = Math.sqrt(10) * 0.1;
    const density = points.reduce(
      (sum, q, j) => sum + (weights[j]! * width) / (Math.PI * (initStd ** 2 * q + width ** 2)),
      0,
    );
    // The next term is smaller by 1/(s·width²).
    const s = 1e12;
    expect(Math.exp(-cumulant(law)(s)) / (Math.sqrt(Math.PI / s) * density)).toBeCloseTo(1, 8);
  }
});

test.each([{ sigma: 0 }, { time: 0 }, { inputs: 0 }, { inputs: 1.5 }, { initStd: -1 }, { weightDecay: Number.NaN }])(
  "%o is refused",
  (change) => {
    expect(() => columnLaw({ ...history, ...change })).toThrow(ParameterError);
  },
);
