/** @file The fields of a training configuration with the kind of their values: for experiment files and for tables. */

import type { TrainConfig } from "../train/config.js";

/** What a field holds; a `schedule` is an object. */
export type FieldKind = "integer" | "number" | "boolean" | "text" | "schedule";

/** Every field of a training configuration. */
export const trainFields = {
  noise: "text",
  alpha: "number",
  sigma: "number",
  convention: "text",
  width: "integer",
  depth: "integer",
  activation: "text",
  bias: "boolean",
  scaling: "text",
  loss: "text",
  initStd: "number",
  initTail: "number",
  initUnits: "integer",
  learningRate: "number",
  learningRateSchedule: "schedule",
  annealFrom: "number",
  annealTo: "number",
  momentum: "number",
  weightDecay: "number",
  groupLasso: "number",
  batch: "integer",
  steps: "integer",
  untilTrainAccuracy: "number",
  maxSeconds: "number",
  evalEvery: "integer",
  seed: "integer",
} as const satisfies Record<keyof TrainConfig, FieldKind>;

/** The name of a field. */
export type TrainField = keyof typeof trainFields;

/** The names of all fields. */
export const trainFieldNames = Object.keys(trainFields) as TrainField[];
