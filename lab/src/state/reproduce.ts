/** @file The experiment in other forms: a configuration, command lines, a program. They train on the same numbers. */

import { digitFiles } from "../data/source.js";
import { plainOptions, trainOptions } from "../work/options.js";
import type { RunName } from "../work/protocol.js";
import type { Settings } from "./settings.js";

/** What is to be reproduced. */
export interface Recipe {
  readonly settings: Settings;
  readonly run: RunName;
  /** The step that the run is at. */
  readonly step: number;
  readonly units: number;
  readonly refit: boolean;
  /** The data set's short name. */
  readonly name: string;
}

/** The configuration of the run, without what has no effect. */
function configuration({ settings, run, step }: Recipe): Record<string, string | number | boolean> {
  const options = run === "heavy" ? trainOptions(settings) : plainOptions(settings);
  const { noise, alpha, sigma, bias, evalEvery: _, ...rest } = options;
  return {
    ...rest,
    ...(bias && { bias }),
    noise,
    ...(noise !== "none" && { ...(noise !== "gaussian" && { alpha }), sigma }),
    steps: Math.max(1, step),
  };
}

/** The data by the name that the command line takes. */
function dataName({ settings, name }: Recipe): string {
  return settings.data === "digits" ? "idx:digits" : `csv:${name}.csv`;
}

/** A file like a run's `config.json`, which `heavytail certify` takes too. */
export function configJson(recipe: Recipe): string {
  return `${JSON.stringify({ data: dataName(recipe), train: configuration(recipe) }, null, 2)}\n`;
}

/** The command lines that train and cut the same network. */
export function commandLines(recipe: Recipe): string {
  const flags = Object.entries(configuration(recipe)).map(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === true ? flag : `${flag} ${value}`;
  });
  const cut = recipe.refit ? " --refit" : "";
  return [
    `heavytail train --data ${dataName(recipe)} ${flags.join(" ")} --out runs/lab`,
    `heavytail prune runs/lab --units ${recipe.units}${cut} --out compact.onnx`,
  ].join("\n");
}

/** A program that does the same. */
export function program(recipe: Recipe): string {
  const { settings, units, refit, name } = recipe;
  const options = Object.entries(configuration(recipe)).map(([key, value]) => `  ${key}: ${JSON.stringify(value)},`);
  const digits = settings.data === "digits";
  const reading = digits
    ? [
        `const file = (name) => ({ where: name, bytes: gunzipSync(readFileSync("digits/" + name)) });`,
        "const dataset = idxDataset({",
        ...Object.entries(digitFiles).map(([role, file]) => `  ${role}: file("${file}"),`),
        `}, { name: "digits", classes: 10 });`,
      ]
    : [
        `const file = { where: "${name}.csv", bytes: readFileSync("${name}.csv") };`,
        `const dataset = csvDataset({ name: "${name}", file, key: deriveKey(keyFromSeed(${settings.seed}), "split") });`,
      ];
  return [
    `import { readFileSync, writeFileSync } from "node:fs";`,
    ...(digits ? [`import { gunzipSync } from "node:zlib";`] : []),
    `import { ${digits ? "idxDataset" : "csvDataset, deriveKey, keyFromSeed"}, shrink, train } from "heavytail";`,
    "",
    ...reading,
    "const run = await train(dataset, {",
    ...options,
    "});",
    `const small = await shrink(run.network, dataset, { amount: { units: ${units} }${refit ? `, refit: "units"` : ""} });`,
    `writeFileSync("compact.onnx", small.bytes);`,
    "",
  ].join("\n");
}
