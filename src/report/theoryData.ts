/**
 * @file What a report on the theory is made from: plain records, one kind for each statement, that a command fills in.
 *
 * Fractions, errors and probabilities lie in [0, 1]. A number that was not obtained is null; one that is not finite is
 * left out of the drawings and is an en dash in the tables, except where its field gives it a meaning.
 */

/** What an experiment says of a statement. */
export type Verdict = "supported" | "inconclusive" | "refuted";

/** Lower and upper end. */
export type Interval = readonly [low: number, high: number];

/** A measured value y > 0 at x > 0. */
export interface SlopePoint {
  readonly x: number;
  readonly y: number;
  /** Of y; null or left out where there is none. */
  readonly interval?: Interval | null;
}

/** Measured points and the power law y ∝ x^slope through them. */
export interface SlopeSeries {
  /** A noun phrase, such as `shared noise`; a series has the same label in every statement of its section. */
  readonly label: string;
  readonly points: readonly SlopePoint[];
  readonly slope: number | null;
  readonly interval: Interval | null;
  /** The slope that theory gives, null where it gives none. */
  readonly predicted: number | null;
  /** The values that theory gives, drawn instead of a line of slope `predicted`. */
  readonly prediction?: readonly { readonly x: number; readonly y: number }[];
}

/** One measured slope with what stands beside it; a panel of the figure. */
export interface SlopeStatement {
  /** Such as `Error at the grid points`. */
  readonly label: string;
  readonly verdict: Verdict;
  readonly measured: SlopeSeries;
  /** What must come out differently if the experiment can tell anything. */
  readonly controls: readonly SlopeSeries[];
  /** The exponent of a proved upper bound y ≤ C x^bound where it differs from `predicted`. */
  readonly bound?: number | null;
  /** Names of the axes: `width n`, `relative squared error`. */
  readonly xLabel: string;
  readonly yLabel: string;
}

interface Section {
  readonly title: string;
  /** One line about how it was obtained: sizes, seeds, seconds; "" for none. */
  readonly protocol: string;
}

/** `verify chaos`, `verify euler`, `verify compressibility`. */
export interface SlopeSection extends Section {
  readonly kind: "chaos" | "euler" | "compressibility";
  readonly alpha: number;
  /** Kind of the noise. */
  readonly noise: string;
  /** Of all intervals, in (0, 1). */
  readonly confidence: number;
  /** Of the whole experiment. */
  readonly verdict: Verdict;
  /** The one that the verdict is about first. */
  readonly statements: readonly SlopeStatement[];
}

/** log10 of a width: −Infinity where any width does, Infinity where none does or none was found, null where it was not computed. */
export type Log10Width = number | null;

/** Widths that keep the promise with a fraction κ kept. */
export interface WidthPoint {
  readonly keptFraction: number;
  readonly asymptotic: Log10Width;
  readonly rigorous: Log10Width;
  readonly simulated: Log10Width;
  /** Standard error of `simulated`, in units of log10. */
  readonly simulatedError?: number | null;
}

/** The planner's answers for one tail index. */
export interface WidthCurve {
  readonly alpha: number;
  readonly points: readonly WidthPoint[];
}

/** Quantiles of the relative error at one width. */
export interface QuantileSetting {
  /** Such as `α = 1.5, n = 1000`. */
  readonly label: string;
  readonly points: readonly {
    /** The probability that it is the quantile of, in (0, 1). */
    readonly level: number;
    readonly predicted: number;
    readonly simulated: number;
    /** Of `simulated`. */
    readonly standardError?: number | null;
  }[];
}

/** A line of a table of answers, each as text or number. */
export interface Fact {
  readonly label: string;
  readonly value: string | number | null;
}

/** `plan`. */
export interface PlanSection extends Section {
  readonly kind: "plan";
  readonly alpha: number;
  readonly keptFraction: number;
  readonly relativeError: number;
  readonly confidence: number;
  readonly status: "attainable" | "unattainable" | "trivial";
  /** The answer that the planner stands by, one of `answer`. */
  readonly width: Log10Width;
  /** The answers at the promise itself; its `keptFraction` is that of the promise. */
  readonly answer: WidthPoint;
  /** log10 of the width above which no real network is. */
  readonly widest: number;
  readonly curves: readonly WidthCurve[];
  /** Predicted against simulated errors; empty where nothing was simulated. */
  readonly quantiles: readonly QuantileSetting[];
  /** The inverse questions, the noise, a prediction beside a measurement. */
  readonly facts: readonly Fact[];
}

/** A statement about the next seed: it fails with probability at most `upperBound`. */
export interface CertifiedStatement {
  readonly label: string;
  readonly failures: number;
  readonly runs: number;
  readonly upperBound: number;
  readonly certified: boolean;
}

/** `certify`. */
export interface CertificateSection extends Section {
  readonly kind: "certificate";
  readonly keptFraction: number;
  readonly relativeSquaredError: number;
  /** The probability of failure that is allowed. */
  readonly delta: number;
  readonly confidence: number;
  /** Whether the bounds may be looked at after every seed; otherwise the number of seeds was fixed before. */
  readonly watched: boolean;
  /** In the order of training. */
  readonly seeds: readonly {
    readonly seed: number;
    /** null for a diverged run, which counts as a failure. */
    readonly relativeSquaredError: number | null;
    /** The evidence after this seed, which is enough at 1/(1 − confidence); null where it was not watched. */
    readonly eValue: number | null;
  }[];
  /** The one about the weight error first. */
  readonly statements: readonly CertifiedStatement[];
}

/** `inspect`. */
export interface InspectSection extends Section {
  readonly kind: "inspect";
  /** File name of the model. */
  readonly model: string;
  /** Of the intervals. */
  readonly confidence: number;
  readonly layers: readonly {
    readonly name: string;
    readonly columns: number;
    readonly tailIndex: number | null;
    readonly tailInterval: Interval | null;
    /** The largest fraction of columns that can go at a relative squared error of 0.1. */
    readonly prunedFractionAt10: number | null;
    /** Whether α = 2 can be excluded. */
    readonly excludesTwo: boolean;
  }[];
}

/** A network cut to a fraction of its units. */
export interface GeneralisationPoint {
  readonly keptFraction: number;
  readonly keptColumns: number;
  readonly trainError: number;
  readonly testError: number;
  /** Upper bound on the error of a new example; null where none was computed. */
  readonly bound: number | null;
  /** The bits that the cut network is written in. */
  readonly bits: number | null;
}

/** Test and training error against size, with the compression bound. */
export interface GeneralisationSection extends Section {
  readonly kind: "generalisation";
  /** Of each run's bound. */
  readonly confidence: number;
  /** The error of answering without looking, such as 0.9 for ten equal classes: a bound that is not below says nothing. */
  readonly guessError: number;
  readonly runs: readonly { readonly label: string; readonly points: readonly GeneralisationPoint[] }[];
}

/** One statement with its evidence. */
export type TheorySection = SlopeSection | PlanSection | CertificateSection | InspectSection | GeneralisationSection;

/** Everything on the page. */
export interface TheoryData {
  readonly title: string;
  readonly subtitle: string;
  readonly generatedBy: {
    /** Such as `heavytail 0.1.0`. */
    readonly version: string;
    /** The command line that makes the same numbers again. */
    readonly command: string;
  };
  readonly sections: readonly TheorySection[];
}
