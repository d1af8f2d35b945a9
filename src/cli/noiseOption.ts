/** @file Kinds of noise on the command line: by our names, or by the paper's, I, II and III. */

import { InvalidArgumentError } from "commander";
import type { NoiseKind } from "../noise/noise.js";

const paperNames: Partial<Record<NoiseKind, readonly string[]>> = {
  node: ["I", "1"],
  coordinate: ["II", "2"],
  isotropic: ["III", "3"],
};

/**
 * A parser for commander options.
 * @param kinds the noises that the command takes
 * @returns gives the kind that a text names. @throws InvalidArgumentError for any other text
 */
export function noiseParser<Kind extends NoiseKind>(...kinds: Kind[]): (text: string) => Kind {
  return (text) => {
    const found = kinds.find((kind) => kind === text || paperNames[kind]?.includes(text));
    if (found) return found;
    const names = kinds.map((kind) => [kind, ...(paperNames[kind]?.slice(0, 1) ?? [])].join(" or "));
    throw new InvalidArgumentError(`expected ${names.join(", ")}, got "${text}".`);
  };
}
