/**
 * @file What a data set is to everything after it: two splits of float32 features and class indices.
 */

/** Rows of features with their labels. */
export interface Split {
  readonly rows: number;
  /** [rows, features], row-major, float32. */
  readonly features: Float32Array;
  /** [rows], class indices in 0 … classes − 1. */
  readonly labels: Int32Array;
}

/**
 * How values became features: (value − mean) / std, the same for all inputs. The value is the number in the file, or
 * byte / 255 where the file holds bytes.
 */
export interface Standardisation {
  readonly mean: number;
  readonly std: number;
}

/** A classification data set. */
export interface Dataset {
  /** Short name for tables and files, such as `mnist`. */
  readonly name: string;
  readonly features: number;
  readonly classes: number;
  /** [classes], what each class index was called in the source. */
  readonly classNames: readonly string[];
  /** The shape of one row, such as [1, 28, 28]; its product is `features`. */
  readonly shape: readonly number[];
  /** Null where the features are the numbers in the file. */
  readonly standardisation: Standardisation | null;
  readonly train: Split;
  readonly test: Split;
}

/** The content of a file, and what to call the file in errors. */
export interface SourceFile {
  readonly where: string;
  readonly bytes: Uint8Array;
}
