/** @file The tables of a sweep, and the same as Markdown, LaTeX and CSV. */

import type { Summary } from "../math/stats/summary.js";
import { metricTitles, type SweepGroup, type SweepMetric, type SweepReportData, sweepMetrics } from "./sweepData.js";
import type { TableData } from "./table.js";

/** Forms in which tables are written for other programs. */
export const tableFormats = ["markdown", "latex", "csv"] as const;

/** The name of a form. */
export type TableFormat = (typeof tableFormats)[number];

/**
 * The tables: means with standard deviations, and medians with quartiles, side by side over the same groups.
 * @param groups in the order of the rows
 * @returns accuracies and shares in percent
 */
export function sweepTables(groups: readonly SweepGroup[]): TableData[] {
  const table = (caption: string, cell: (summary: Summary, metric: SweepMetric) => string): TableData => ({
    caption,
    columns: [...keyColumns(groups), "n", "Lost", ...sweepMetrics.map(heading)],
    rows: groups.map((group) => {
      const [label, ...keys] = keyCells(group, groups);
      const metrics = sweepMetrics.map((metric) => {
        const found = group.metrics[metric];
        return found ? cell(found, metric) : "–";
      });
      return { label: label!, cells: [...keys, `${group.done}`, lossText(group), ...metrics] };
    }),
  });
  return [
    table("Mean ± standard deviation over n seeds.", (summary, metric) => meanText(summary, metric)),
    table("Median [lower, upper quartile] over n seeds.", (summary, metric) => medianText(summary, metric)),
  ];
}

/**
 * The tables in another form.
 * @param data the sweep
 * @param format "markdown", "latex" (booktabs) or "csv" (one table, every number in a column of its own)
 * @returns the text, ending in a line feed
 */
export function formatTables({ groups, losses }: SweepReportData, format: TableFormat): string {
  if (format === "csv") return csvTable(groups);
  const lost: TableData = {
    caption: "Runs without a result.",
    columns: ["Cell", "Setting", "Status", "Error"],
    rows: losses.map(({ id, label, status, error }) => ({ label: id, cells: [label, status, error] })),
  };
  const tables = [...sweepTables(groups), ...(losses.length > 0 ? [lost] : [])];
  return `${tables.map(format === "markdown" ? markdownTable : latexTable).join("\n\n")}\n`;
}

/** The values by which groups differ, as column headings. */
function keyColumns(groups: readonly SweepGroup[]): string[] {
  const settings = [...new Set(groups.flatMap((group) => Object.keys(group.settings)))];
  return ["Noise", "α", ...settings, ...(severalLevels(groups) ? ["Level"] : [])];
}

function keyCells({ noise, settings, level }: SweepGroup, groups: readonly SweepGroup[]): string[] {
  const values = Object.values(settings).map((value) => (value === null ? "–" : `${value}`));
  return [noise.kind, `${noise.alpha ?? "–"}`, ...values, ...(severalLevels(groups) ? [level ?? "–"] : [])];
}

function severalLevels(groups: readonly SweepGroup[]): boolean {
  return new Set(groups.map(({ level }) => level)).size > 1;
}

function heading(metric: SweepMetric): string {
  return metric === "stepsMade" ? metricTitles[metric] : `${metricTitles[metric]} %`;
}

function lossText({ diverged, failed }: SweepGroup): string {
  const parts = [diverged > 0 && `${diverged} diverged`, failed > 0 && `${failed} failed`].filter(Boolean);
  return parts.join(", ") || "0";
}

function valueText(value: number, metric: SweepMetric): string {
  if (!Number.isFinite(value)) return "–";
  return metric === "stepsMade" ? value.toFixed(0) : (100 * value).toFixed(2);
}

function meanText({ mean, standardDeviation }: Summary, metric: SweepMetric): string {
  return `${valueText(mean, metric)} ± ${valueText(standardDeviation, metric)}`;
}

function medianText({ median, lowerQuartile, upperQuartile }: Summary, metric: SweepMetric): string {
  return `${valueText(median, metric)} [${valueText(lowerQuartile, metric)}, ${valueText(upperQuartile, metric)}]`;
}

function textRows({ rows }: TableData): string[][] {
  return rows.map(({ label, cells }) => [label, ...cells.map((cell) => (typeof cell === "string" ? cell : cell.text))]);
}

function markdownTable(table: TableData): string {
  const safe = (text: string): string => text.replace(/[\\|]/g, "\\$&").replace(/\s+/g, " ");
  const line = (cells: readonly string[]): string => `| ${cells.map(safe).join(" | ")} |`;
  const rules = `| ${table.columns.map((_, column) => (column === 0 ? "---" : "---:")).join(" | ")} |`;
  return [table.caption, "", line(table.columns), rules, ...textRows(table).map(line)].join("\n");
}

const latexCharacters: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "±": "$\\pm$",
  α: "$\\alpha$",
  "–": "--",
  "\u00a0": "~",
};

function latexTable(table: TableData): string {
  const safe = (text: string): string =>
    text.replace(/[\\~^±α–\u00a0]|[&%$#_{}]/g, (character) => latexCharacters[character] ?? `\\${character}`);
  const line = (cells: readonly string[]): string => `    ${cells.map(safe).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    `  \\caption{${safe(table.caption)}}`,
    `  \\begin{tabular}{l${"r".repeat(table.columns.length - 1)}}`,
    "    \\toprule",
    line(table.columns),
    "    \\midrule",
    ...textRows(table).map(line),
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table}",
  ].join("\n");
}

function csvTable(groups: readonly SweepGroup[]): string {
  const statistics = ["mean", "standardDeviation", "lowerQuartile", "median", "upperQuartile"] as const;
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const numbers = sweepMetrics.flatMap((metric) => statistics.map((statistic) => `${metric}.${statistic}`));
  const rows = groups.map((group) => {
    const values = sweepMetrics.flatMap((metric) =>
      statistics.map((statistic) => {
        const value = group.metrics[metric]?.[statistic] ?? Number.NaN;
        return Number.isFinite(value) ? `${value}` : "";
      }),
    );
    const { done, diverged, failed } = group;
    return [...keyCells(group, groups), `${done}`, `${diverged}`, `${failed}`, ...values];
  });
  const head = [
    ...keyColumns(groups).map((name) => (name === "α" ? "alpha" : name)),
    "n",
    "diverged",
    "failed",
    ...numbers,
  ];
  return `${[head, ...rows].map((row) => row.map(quote).join(",")).join("\n")}\n`;
}
