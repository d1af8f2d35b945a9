/** @file `heavytail report`: a sweep's table and figures as one page, as text for a paper, or one of its cells run again. */

import { randomInt } from "node:crypto";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { ParameterError } from "../errors.js";
import type { SweepReportData } from "../report/sweepData.js";
import { type TableFormat, tableFormats } from "../report/sweepTables.js";
import type { CellCheck } from "../sweep/checkCell.js";
import type { Store, StoredCell } from "../sweep/store.js";
import { type CommandResult, type CommonOptions, command } from "./command.js";
import { type DataFlags, defineDataFlags, givenData } from "./dataOptions.js";
import { table } from "./table.js";

interface ReportFlags extends CommonOptions, DataFlags {
  out?: string;
  format?: TableFormat;
  check?: boolean;
  cell?: string;
}

/** The command. */
export function reportCommand(): Command {
  return command(
    "report <dir>",
    "Make a sweep's page: tables, figures, what was lost.",
    (made) =>
      defineDataFlags(made, "with --check: where the data set lies now")
        .option("--out <file>", "where the page goes (report.html in DIR)")
        .addOption(new Option("--format <name>", "print the tables instead").choices(tableFormats))
        .option("--check", "run one finished cell again and compare")
        .option("--cell <id>", "with --check: this cell (one at random); the first digits of its id will do"),
    run,
  );
}

async function run(flags: ReportFlags, dir: string): Promise<CommandResult> {
  const { requireStore } = await import("../sweep/store.js");
  const store = await requireStore(dir);
  if (flags.check) return await check(flags, store);
  const data = await reportData(store);
  const { groups, losses, cells } = data;
  if (flags.format) {
    const { formatTables } = await import("../report/sweepTables.js");
    return { json: { groups, losses, cells }, text: formatTables(data, flags.format).trimEnd() };
  }
  const [{ renderSweepReport }, { writeWhole }] = await Promise.all([
    import("../report/sweepReport.js"),
    import("../disk/files.js"),
  ]);
  const report = flags.out ?? join(dir, "report.html");
  await writeWhole(report, await renderSweepReport(data));
  const text = `${cells.done} cells done, ${cells.diverged} diverged, ${cells.failed} failed → ${report}`;
  return { json: { report, ...cells, groups, losses }, text };
}

async function reportData(store: Store): Promise<SweepReportData> {
  const [{ tidyTable }, { summariseTable }, { version }] = await Promise.all([
    import("../sweep/tables/tidyTable.js"),
    import("../sweep/tables/summariseTable.js"),
    import("../version.js"),
  ]);
  const about = await store.description();
  const stored = await store.all();
  const cells = { done: 0, diverged: 0, failed: 0 };
  for (const { result } of stored) cells[result.status]++;
  return {
    title: about?.name ?? store.dir,
    subtitle: about?.description ?? "",
    generatedBy: { version: `heavytail ${version}`, command: `heavytail report ${store.dir}` },
    planned: about?.cells ?? null,
    cells,
    ...summariseTable(tidyTable(stored)),
  };
}

async function check(flags: ReportFlags, store: Store): Promise<CommandResult> {
  const stored = await chooseCell(store, flags.cell);
  const { checkCell } = await import("../sweep/checkCell.js");
  const { labels, id } = stored.cell;
  const name = Object.entries(labels)
    .map(([label, value]) => `${label} ${value}`)
    .join(", ");
  process.stderr.write(`running cell ${id} again (${name}) …\n`);
  const checked = await checkCell(stored, await givenPlace(flags));
  const rows = checked.values.map(({ name, stored, again, agrees }) => [
    ...[name, shortText(stored), shortText(again), agrees ? "same" : "DIFFERS"],
  ]);
  const text = `${table(["value", "in the sweep", "again", ""], rows)}\n${verdict(checked)}`;
  return { json: { ...checked, labels }, text, ...(!checked.agrees && { exitCode: 1 }) };
}

/** The data set named by the flags, its path absolute. */
async function givenPlace(flags: ReportFlags): Promise<DataFlags> {
  const given = givenData(flags);
  const { resolveSpec } = await import("../disk/data.js");
  return given.data === undefined ? given : { ...given, data: resolveSpec(given.data) };
}

/** Long hashes by their first digits. */
function shortText(value: number | string | null): string {
  const text = `${value ?? "–"}`;
  return text.length > 24 ? `${text.slice(0, 12)}…` : text;
}

function verdict({ id, comparison, agrees }: CellCheck): string {
  const how =
    comparison === "exact"
      ? "on the machine it was made on, bit for bit"
      : "on another machine or version, so within a tolerance";
  return `Cell ${id} ${agrees ? "came out the same" : "came out DIFFERENT"}: compared ${how}.`;
}

/** The cell asked for, or one of those done at random; its id is printed, so that it can be asked for again. */
async function chooseCell(store: Store, wanted?: string): Promise<StoredCell> {
  const ids = await store.finishedIds();
  if (wanted === undefined) {
    const done = (await store.all()).filter(({ result }) => result.status === "done");
    if (done.length > 0) return done[randomInt(done.length)]!;
  }
  const found = ids.filter((id) => wanted !== undefined && id.startsWith(wanted));
  if (found.length === 1) return await store.get(found[0]!);
  throw new ParameterError({
    where: "cell",
    expected: "the id of one finished cell, or its first digits",
    got: wanted === undefined ? "a sweep without one" : `${wanted}, which ${found.length} have`,
    remedy: `heavytail query ${store.dir} "SELECT cell FROM results" lists them.`,
  });
}
