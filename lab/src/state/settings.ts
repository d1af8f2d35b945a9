/**
 * @file Everything a visitor can choose, with its domain and its default: what the controls show, what the address
 * carries and what the worker gets are this one record.
 */

import type { NoiseKind } from "heavytail";

/** The data sets that the page brings along, and `file` for the visitor's own. */
export const dataNames = ["moons", "circles", "spirals", "blobs", "digits", "file"] as const;

/** A data set by its name. */
export type DataName = (typeof dataNames)[number];

/** The noises to choose from, `none` last: then both runs are the same. */
export const noiseNames: readonly NoiseKind[] = ["isotropic", "radial", "node", "coordinate", "gaussian", "none"];

/** What decides both runs; the plain one is the same without noise. */
export interface Settings {
  readonly data: DataName;
  readonly noise: NoiseKind;
  readonly alpha: number;
  readonly sigma: number;
  /** The tail index of the units' sizes at the start; 0 means that all start alike. */
  readonly initTail: number;
  /** How many start at full size, with `initTail`. */
  readonly initUnits: number;
  readonly width: number;
  readonly learningRate: number;
  readonly batch: number;
  readonly seed: number;
  /** Steps after which the runs end. */
  readonly steps: number;
}

/** The numbers among the settings. */
export type NumberName = { [Name in keyof Settings]: Settings[Name] extends number ? Name : never }[keyof Settings];

/** Domain of a number: from `least` to `most`; `values` are the marks of its slider, where it has one. */
export interface Domain {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
  readonly values?: readonly number[];
}

const decades = (from: number, to: number, marks: readonly number[]): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => marks.map((mark) => Number(`${mark}e${from + i}`))).flat();

/** The domains of the numbers. */
export const domains: Readonly<Record<NumberName, Domain>> = {
  alpha: { least: 1, most: 2, whole: false, values: Array.from({ length: 21 }, (_, i) => (100 + 5 * i) / 100) },
  sigma: { least: 0, most: 10, whole: false, values: [0, ...decades(-4, -1, [1, 2, 3, 5, 7]), 1] },
  initTail: { least: 0, most: 4, whole: false, values: [0, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4] },
  initUnits: { least: 1, most: 1024, whole: true, values: [1, 2, 4, 8, 16, 32, 64, 128] },
  width: { least: 20, most: 1024, whole: true, values: [20, 32, 50, 64, 100, 144, 196, 256, 400, 576, 784, 1024] },
  learningRate: { least: 1e-4, most: 2, whole: false, values: [...decades(-3, -1, [1, 2, 3, 5, 7]), 1] },
  batch: { least: 1, most: 2000, whole: true, values: [5, 10, 20, 50, 100, 200, 500] },
  seed: { least: 0, most: 2 ** 31 - 1, whole: true },
  steps: { least: 1, most: 100_000, whole: true },
};

const plane = {
  noise: "isotropic",
  alpha: 1.6,
  sigma: 0.01,
  initTail: 0,
  initUnits: 16,
  width: 256,
  learningRate: 0.1,
  batch: 50,
  seed: 1,
} as const;

/** What a data set starts with. */
export const defaults: Readonly<Record<DataName, Settings>> = {
  moons: { data: "moons", ...plane, steps: 3000 },
  circles: { data: "circles", ...plane, steps: 3000 },
  spirals: { data: "spirals", ...plane, sigma: 0.003, steps: 5000 },
  blobs: { data: "blobs", ...plane, steps: 3000 },
  digits: { data: "digits", ...plane, noise: "radial", alpha: 1.7, sigma: 0.005, width: 400, batch: 100, steps: 600 },
  file: { data: "file", ...plane, steps: 3000 },
};

/** Whether a number lies in a domain. */
export function inDomain({ least, most, whole }: Domain, value: number): boolean {
  return value >= least && value <= most && (!whole || Number.isInteger(value));
}

/** Whether a data set is one of points in the plane, with a decision surface to draw. */
export function isPlane(data: DataName): boolean {
  return data !== "digits" && data !== "file";
}
