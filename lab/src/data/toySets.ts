/**
 * @file Point sets in the plane, written as tables: the page trains on the very file that it offers for download, so the
 * command line sees the same numbers.
 */

import { deriveKey, keyFromSeed, sampleGaussian, stream } from "heavytail";

/** The names of the sets. */
export type ToyName = "moons" | "circles" | "spirals" | "blobs";

interface ToySet {
  readonly classes: number;
  /** Standard deviation of the Gaussian blur. */
  readonly blur: number;
  /** A point of a class before the blur. */
  readonly point: (label: number, uniform: () => number) => readonly [x: number, y: number];
}

const around = (angle: number, radius: number): readonly [number, number] => [
  radius * Math.cos(angle),
  radius * Math.sin(angle),
];

const sets: Readonly<Record<ToyName, ToySet>> = {
  moons: {
    classes: 2,
    blur: 0.16,
    point: (label, uniform) => {
      const [x, y] = around(Math.PI * uniform(), 1.1);
      return label === 0 ? [x - 0.55, y - 0.25] : [0.55 - x, 0.25 - y];
    },
  },
  circles: {
    classes: 2,
    blur: 0.13,
    point: (label, uniform) => around(2 * Math.PI * uniform(), label === 0 ? 0.55 : 1.35),
  },
  spirals: {
    classes: 2,
    blur: 0.05,
    point: (label, uniform) => {
      const t = Math.sqrt(0.02 + 0.98 * uniform());
      return around(3 * Math.PI * t + Math.PI * label, 1.6 * t);
    },
  },
  blobs: {
    classes: 4,
    blur: 0.36,
    point: (label) => around((Math.PI / 2) * label + Math.PI / 4, 1.15),
  },
};

const rowsPerSet = 800;

/**
 * A set as a CSV table with the columns x, y and label, the classes in turn.
 * @param name which set
 * @returns 800 rows below a header, numbers with four decimals
 */
export function toyTable(name: ToyName): string {
  const { classes, blur, point } = sets[name];
  const random = stream(deriveKey(keyFromSeed(0), "lab", name));
  const uniform = (): number => random.uniform();
  const lines = ["x,y,label"];
  for (let row = 0; row < rowsPerSet; row++) {
    const label = row % classes;
    const [x, y] = point(label, uniform);
    const cell = (value: number): string => (value + blur * sampleGaussian(random)).toFixed(4);
    lines.push(`${cell(x)},${cell(y)},${label}`);
  }
  return `${lines.join("\n")}\n`;
}
