/** @file DuckDB, which is installed only by those who want its files: loaded when it is needed. */

import { ParameterError } from "../../errors.js";

/** An open database. */
export interface DuckDb {
  /** Runs a statement. @throws ParameterError with the database's own words where it refuses the statement */
  run(sql: string): Promise<{ columns: string[]; rows: Record<string, unknown>[] }>;
  close(): void;
}

/** The package where it is installed. */
export async function findDuckDb(): Promise<typeof import("@duckdb/node-api") | undefined> {
  return await import("@duckdb/node-api").catch(() => undefined);
}

/**
 * Opens a database file, made where it is missing.
 * @throws ParameterError where the package is not installed
 */
export async function openDuckDb(path: string, { readOnly }: { readOnly: boolean }): Promise<DuckDb> {
  const package_ = await findDuckDb();
  if (!package_) {
    throw new ParameterError({
      where: "query",
      expected: "the package @duckdb/node-api",
      got: "none installed",
      remedy: "Run npm install @duckdb/node-api.",
    });
  }
  const instance = await package_.DuckDBInstance.create(path, readOnly ? { access_mode: "READ_ONLY" } : {});
  const connection = await instance.connect();
  return {
    async run(sql) {
      try {
        const reader = await connection.runAndReadAll(sql);
        return { columns: reader.columnNames(), rows: plainRows(reader.getRowObjectsJS()) };
      } catch (cause) {
        const got = (cause as Error).message;
        throw new ParameterError({ where: "query", expected: "a statement that DuckDB understands", got, cause });
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Whole numbers of 64 bits as numbers, dates as text: what JSON can hold. */
function plainRows(rows: readonly object[]): Record<string, unknown>[] {
  const plain = (_: string, value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value);
  return JSON.parse(JSON.stringify(rows, plain)) as Record<string, unknown>[];
}
