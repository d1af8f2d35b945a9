/** @file `heavytail query`: asks the table of a sweep in SQL. */

import type { Command } from "commander";
import { type CommandResult, type CommonOptions, command } from "./command.js";
import { table } from "./table.js";

/** The command. */
export function queryCommand(): Command {
  return command("query <dir> <sql>", "Ask a sweep's table, called results, in SQL (needs DuckDB).", () => {}, run);
}

async function run(_: CommonOptions, dir: string, sql: string): Promise<CommandResult> {
  const [{ requireStore }, { queryTable }] = await Promise.all([
    import("../sweep/store.js"),
    import("../sweep/tables/writeTables.js"),
  ]);
  const { columns, rows } = await queryTable(await requireStore(dir), sql);
  const shown = rows.map((row) => columns.map((name) => valueText(row[name])));
  return { json: { columns, rows }, text: `${table(columns, shown)}\n${rows.length} rows` };
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(6))}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
