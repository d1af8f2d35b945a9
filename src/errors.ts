/**
 * @file The errors heavytail throws. Each names where it happened, what was expected, what came and what to do;
 * the same facts are kept as fields, so a program need not parse the text.
 */

/** What every error says: the message reads "where: expected …, got …. remedy". */
export interface ErrorFacts {
  /** The argument, file or operation at fault, in the caller's words. */
  where: string;
  /** What was expected there, as a phrase that follows "expected". */
  expected: string;
  /** What came instead, as a phrase that follows "got". */
  got: string;
  /** What to do about it, a full sentence. */
  remedy?: string;
  cause?: unknown;
}

/** The base of all errors that heavytail throws on purpose; `code` is stable across versions. */
export class HeavytailError extends Error {
  readonly code: string;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly remedy: string | undefined;

  constructor(code: string, { where, expected, got, remedy, cause }: ErrorFacts) {
    super(
      `${where}: expected ${expected}, got ${got}.${remedy ? ` ${remedy}` : ""}`,
      cause === undefined ? {} : { cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.where = where;
    this.expected = expected;
    this.got = got;
    this.remedy = remedy;
  }
}

/** A parameter outside its domain, such as α = 2.5. */
export class ParameterError extends HeavytailError {
  constructor(facts: ErrorFacts) {
    super("parameter", facts);
  }
}

/** Arrays whose shapes do not fit each other. */
export class ShapeError extends HeavytailError {
  constructor(facts: ErrorFacts) {
    super("shape", facts);
  }
}

/** A file or byte string that is not what its format says; `where` names file and place. */
export class FormatError extends HeavytailError {
  constructor(facts: ErrorFacts) {
    super("format", facts);
  }
}

/** A number that stopped being finite; carries the step, the parameter and the last finite loss. */
export class NumericalError extends HeavytailError {
  readonly step: number;
  readonly parameter: string;
  readonly lastFiniteLoss: number | undefined;

  constructor(facts: ErrorFacts & { step: number; parameter: string; lastFiniteLoss?: number }) {
    super("numerical", facts);
    this.step = facts.step;
    this.parameter = facts.parameter;
    this.lastFiniteLoss = facts.lastFiniteLoss;
  }
}

/** The neural-network runtime failed; its own error is the `cause`. */
export class EngineError extends HeavytailError {
  constructor(facts: ErrorFacts) {
    super("engine", facts);
  }
}
