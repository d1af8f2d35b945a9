/** @file The public names, in the order in which data flows. */

// Pruning and shipping
export { compactNetwork } from "./compact/compact.js";
export { maskNetwork } from "./compact/mask.js";
export { type RefitBatch, type RefitOptions, refitOutput } from "./compact/refit.js";
// Data
export { csvDataset } from "./dataset/csv.js";
export type { Dataset, SourceFile, Split, Standardisation } from "./dataset/dataset.js";
export { type IdxFacts, type IdxFiles, idxDataset } from "./dataset/idx.js";
export { encodeNpy, npyDataset } from "./dataset/npy.js";
export { positiveClass } from "./dataset/positiveClass.js";
export { ucrDataset } from "./dataset/ucr.js";
export {
  EngineError,
  type ErrorFacts,
  FormatError,
  HeavytailError,
  NumericalError,
  ParameterError,
  ShapeError,
} from "./errors.js";
export { type ModelMeasure, measureModel } from "./export/measure.js";
export { type ExportFacts, exportOnnx } from "./export/onnx.js";
export { decodeState, encodeState } from "./export/weights.js";
// Random numbers and stable laws
export { deriveKey, type Key, keyFromSeed } from "./math/random/key.js";
export { type Stream, stream } from "./math/random/stream.js";
export { checkSample, type SampleCheck, type TailCount } from "./math/stable/checkSample.js";
export { symmetricQuantile, symmetricTailQuantile } from "./math/stable/quantile.js";
export {
  sampleExponential,
  sampleGaussian,
  sampleSkewed,
  sampleSymmetric,
  skewedSampler,
  symmetricSampler,
} from "./math/stable/sample.js";
export { sampleIsotropic, samplePositive } from "./math/stable/samplePositive.js";
export { symmetricCdf, symmetricDensity, symmetricTail } from "./math/stable/symmetric.js";
export type { TailIndexEstimate, TailIndexMethod } from "./math/stable/tailIndex/estimate.js";
export { type TailIndexOptions, tailIndex } from "./math/stable/tailIndex/tailIndex.js";
// Networks
export { networkLogits, openNetwork } from "./model/evaluate.js";
export { networkFromOnnx } from "./model/fromOnnx.js";
export { type Activation, activate, type DenseLayer, type Network, parameterCount } from "./model/network.js";
export { accuracy, type LossKind, meanLoss, predictedClass } from "./model/score.js";
export { type LevyNoise, levyNoise, type NoiseConfig, type NoiseConvention, type NoiseKind } from "./noise/noise.js";
export { unitActivity } from "./prune/activity.js";
export type { CriterionName } from "./prune/criteria.js";
export { type LayerCurve, pruneCurve } from "./prune/curve.js";
export { guaranteedShare, unchangedShare } from "./prune/guarantee.js";
export type { LayerMask, PruneMask } from "./prune/mask.js";
export { cutCurves, type PruneAmount, type PruneOptions, pruneNetwork } from "./prune/prune.js";
// Showing
export type { ReportData, ReportRun } from "./report/reportData.js";
export { renderReport } from "./report/runReport.js";
export type { TheoryData, TheorySection } from "./report/theoryData.js";
export { renderTheoryReport } from "./report/theoryReport.js";
export type { Device, Session, SessionOptions } from "./runtime/engine/session.js";
export { createKernels, type Kernels } from "./runtime/kernels/kernels.js";
export { accuracyCurve, type CurvePoint } from "./shrink/accuracyCurve.js";
export type { CutRecipe } from "./shrink/cut.js";
export { type FineTune, fineTune } from "./shrink/fineTune.js";
export { rankUnits } from "./shrink/rankUnits.js";
export { refitOnData } from "./shrink/refitOnData.js";
export { openParent, type Parent, type ShrinkOptions, type Shrunk, shrink } from "./shrink/shrink.js";
export { recipesToTry, type Smallest, type SmallestOptions, smallestWithin, type Trial } from "./shrink/smallest.js";
// The theory, beside it: widths, certificates, rates, bounds
export {
  type SeedCount,
  type SeedPromise,
  seedCertificate,
  seedsNeeded,
} from "./theory/certify/certificate.js";
export { watchedCertificate } from "./theory/certify/watchedCertificate.js";
export { type ChaosResult, verifyChaos } from "./theory/chaos.js";
export { type EulerResult, verifyEuler } from "./theory/euler.js";
export { occamBound } from "./theory/generalisation/occamBound.js";
export { type ColumnHistory, type ColumnLaw, columnLaw } from "./theory/plan/columnLaw.js";
export { formulaErrorQuantile } from "./theory/plan/formula.js";
export { expectedPrunedFraction, largestAlpha, leastNoiseScale, reachableKeptFraction } from "./theory/plan/inverse.js";
export { type Plan, type PlanQuestion, planWidth, reportWidth } from "./theory/plan/plan.js";
export type { CompressionPromise } from "./theory/plan/promise.js";
export { type TrimmedMoments, trimmedMoments } from "./theory/plan/trimmedMoment.js";
// Training
export { resolveTrainConfig, type TrainConfig, type TrainOptions } from "./train/config.js";
export { createStopwatch, type ProfilePart, profileParts, type Stopwatch } from "./train/stopwatch.js";
export {
  type Evaluation,
  type StopReason,
  type TrainControl,
  type TrainResult,
  type TrainState,
  train,
} from "./train/train.js";
export { version } from "./version.js";
