/**
 * @file What a report is made from: plain records, so that any stage, file or machine can fill them in.
 * Accuracies and fractions lie in [0, 1]; the field names are those of the command line's JSON.
 */

/** The noise a run was trained with; `alpha` and `sigma` are null where the kind has none. */
export interface ReportNoise {
  /** Such as `none`, `gaussian`, `isotropic`. */
  readonly kind: string;
  /** The tail index α in (0, 2]. */
  readonly alpha: number | null;
  /** The scale σ. */
  readonly sigma: number | null;
}

/** One evaluation during training; a number that was not measured is left out, one that diverged is NaN. */
export interface ReportMetrics {
  /** Updates made so far. */
  readonly step: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testLoss?: number;
  readonly testAccuracy: number;
}

/** The network cut to `units` hidden units: one point of the accuracy curve. */
export interface ReportCurvePoint {
  readonly units: number;
  /** units / all hidden units. */
  readonly keptFraction: number;
  /** Σ of the removed columns' squared norms over the Σ of all. */
  readonly relativeSquaredError: number;
  /** Test accuracy of the cut network. */
  readonly accuracy: number;
  /** Test accuracy after the output layer was refitted, null where no refit was made. */
  readonly accuracyRefit: number | null;
}

/** The pruning that the run was finished with, measured before and after. */
export interface ReportRow {
  readonly testAccuracy: number;
  readonly keptColumns: number;
  readonly totalColumns: number;
  readonly prunedFraction: number;
  readonly relativeSquaredError: number;
  readonly testAccuracyAfter: number;
  readonly testAccuracyRefit?: number;
  /** Size of the exported file, in bytes. */
  readonly bytes: number;
  readonly bytesAfter: number;
  readonly msPerBatch: number;
  readonly msPerBatchAfter: number;
  /** Share of test points whose prediction cannot have changed, by the margin bound. */
  readonly guaranteed: number;
  /** Share of test points whose prediction did not change. */
  readonly unchanged: number;
}

/** One training, from its first step to its cut network. */
export interface ReportRun {
  /** A noun phrase that reads well after "with", such as `heavy-tailed noise` or `plain SGD`. */
  readonly label: string;
  readonly noise: ReportNoise;
  readonly metrics: readonly ReportMetrics[];
  /** Norms of the columns (each hidden unit's incoming weights) before pruning, in any order. */
  readonly columnNorms: ArrayLike<number>;
  readonly curve: readonly ReportCurvePoint[];
  /** The step at which a loss or weight stopped being finite, else null. */
  readonly divergedAt: number | null;
  /** null where the run was not pruned, for example because it diverged. */
  readonly row: ReportRow | null;
}

/** Everything on the page. */
export interface ReportData {
  readonly title: string;
  /** Data set, width, seed: one line. */
  readonly subtitle: string;
  readonly generatedBy: {
    /** Such as `heavytail 0.1.0`. */
    readonly version: string;
    /** The command line that makes the same numbers again. */
    readonly command: string;
  };
  /** In the order of the legend; the colours follow it. */
  readonly runs: readonly ReportRun[];
}
