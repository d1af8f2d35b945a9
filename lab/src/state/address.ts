/** @file The whole state in the address, after the `#`: what differs from the defaults, in words. */

import type { NoiseKind } from "heavytail";
import {
  type DataName,
  dataNames,
  defaults,
  domains,
  inDomain,
  type NumberName,
  noiseNames,
  type Settings,
} from "./settings.js";

/** What the address carries. */
export interface Place {
  readonly settings: Settings;
  /** Hidden units to keep. */
  readonly units: number;
  readonly refit: boolean;
  /** Where the runs wait; null while they go on. */
  readonly step: number | null;
}

const numbers = Object.keys(domains) as NumberName[];

/** An eighth of the units: what the slider starts with. */
export function defaultUnits(width: number): number {
  return Math.max(1, Math.round(width / 8));
}

/** The place that an address names; what it does not say, or says wrongly, has its default. */
export function parsePlace(hash: string): Place {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const data = dataNames.find((name) => name === said.get("data")) ?? "moons";
  const base = defaults[data];
  const number = (name: string, least: number, most: number, whole: boolean): number | null => {
    const text = said.get(name);
    const value = text === null || text === "" ? Number.NaN : Number(text);
    return inDomain({ least, most, whole }, value) ? value : null;
  };
  const given = numbers.map((name) => {
    const { least, most, whole } = domains[name];
    return [name, number(name, least, most, whole) ?? base[name]];
  });
  const noise = noiseNames.find((name) => name === said.get("noise")) ?? base.noise;
  const settings: Settings = {
    ...base,
    ...Object.fromEntries(given),
    noise: noise as NoiseKind,
    data: data as DataName,
  };
  return {
    settings,
    units: number("units", 1, settings.width, true) ?? defaultUnits(settings.width),
    refit: said.get("refit") !== "no",
    step: number("step", 1, settings.steps, true),
  };
}

/** The address of a place. */
export function placeHash({ settings, units, refit, step }: Place): string {
  const base = defaults[settings.data];
  const said = new URLSearchParams({ data: settings.data });
  if (settings.noise !== base.noise) said.set("noise", settings.noise);
  for (const name of numbers) if (settings[name] !== base[name]) said.set(name, String(settings[name]));
  if (units !== defaultUnits(settings.width)) said.set("units", String(units));
  if (!refit) said.set("refit", "no");
  if (step !== null) said.set("step", String(step));
  return `#${said}`;
}
