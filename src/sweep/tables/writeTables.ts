/**
 * @file The table of a store as files beside it: `results.csv` always, `results.duckdb` and `results.parquet` where DuckDB
 * is installed. They are made anew from the cells, never added to, and written whole.
 */

import { randomUUID } from "node:crypto";
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import Papa from "papaparse";
import { writeWhole } from "../../disk/files.js";
import type { Store } from "../store.js";
import { findDuckDb, openDuckDb } from "./duckDb.js";
import { readTable, type TableRow, tableColumns } from "./tidyTable.js";

/** The files of the table. */
export const tableFiles = { csv: "results.csv", duckdb: "results.duckdb", parquet: "results.parquet" } as const;

/**
 * Writes a table as CSV: a head row, empty where there is no value.
 * @param rows rows with the columns of `tableColumns`
 */
export function csvTable(rows: readonly TableRow[]): string {
  return `${Papa.unparse({ fields: Object.keys(tableColumns), data: [...rows] }, { newline: "\n" })}\n`;
}

/**
 * Makes the table's files from a store.
 * @param store the store
 * @returns the paths of the files written; without DuckDB the CSV file alone
 */
export async function writeTables(store: Store): Promise<string[]> {
  const csv = join(store.dir, tableFiles.csv);
  await writeWhole(csv, csvTable(await readTable(store)));
  if (!(await findDuckDb())) return [csv];
  await writeDatabase(store.dir, csv);
  return [csv, join(store.dir, tableFiles.duckdb), join(store.dir, tableFiles.parquet)];
}

/**
 * Asks the table of a sweep a question in SQL; it is called `results`. Cells finished since its files were made are taken
 * in first.
 * @param store the store
 * @param sql one statement; the database is opened for reading only
 * @returns the names of the columns and the rows
 * @throws ParameterError where DuckDB is not installed or refuses the statement
 */
export async function queryTable(
  store: Store,
  sql: string,
): Promise<{ columns: string[]; rows: Record<string, unknown>[] }> {
  const database = join(store.dir, tableFiles.duckdb);
  if (!(await isCurrent(database, store))) await writeTables(store);
  const opened = await openDuckDb(database, { readOnly: true });
  try {
    return await opened.run(sql);
  } finally {
    opened.close();
  }
}

async function writeDatabase(dir: string, csv: string): Promise<void> {
  const made = (name: string): string => join(dir, `.${name}.${randomUUID().slice(0, 8)}.tmp`);
  const [database, parquet] = [made(tableFiles.duckdb), made(tableFiles.parquet)];
  try {
    const opened = await openDuckDb(database, { readOnly: false });
    try {
      const columns = Object.entries(tableColumns).map(([name, type]) => `'${name}': '${type}'`);
      const reading = `header = true, auto_detect = false, quote = '"', escape = '"', columns = {${columns.join(", ")}}`;
      await opened.run(`CREATE TABLE results AS SELECT * FROM read_csv('${quoted(csv)}', ${reading})`);
      await opened.run(`COPY results TO '${quoted(parquet)}' (FORMAT parquet)`);
      await opened.run("CHECKPOINT");
    } finally {
      opened.close();
    }
    await rename(database, join(dir, tableFiles.duckdb));
    await rename(parquet, join(dir, tableFiles.parquet));
  } finally {
    for (const left of [database, `${database}.wal`, parquet]) await rm(left, { force: true });
  }
}

/** Whether the database is younger than the youngest cell: the folder's time is that of the last file put into it. */
async function isCurrent(database: string, { dir }: Store): Promise<boolean> {
  const [made, put] = await Promise.all([database, join(dir, "cells")].map((path) => stat(path).catch(() => null)));
  return !!made && !!put && made.mtimeMs > put.mtimeMs;
}

function quoted(path: string): string {
  return path.replaceAll("'", "''");
}
