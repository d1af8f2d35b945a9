/**
 * @file The numbers behind each figure on the theory, as tables.
 */

import {
  chosenPercentText,
  countText,
  decimalText,
  intervalText,
  percentText,
  significantText,
  widthText,
} from "./numberText.js";
import type { TableData } from "./table.js";
import type {
  CertificateSection,
  GeneralisationSection,
  InspectSection,
  Log10Width,
  PlanSection,
  SlopeSection,
  TheorySection,
  WidthCurve,
  WidthPoint,
} from "./theoryData.js";

/**
 * The tables of a section, the short ones first.
 * @param section any kind
 */
export function theoryTables(section: TheorySection): TableData[] {
  switch (section.kind) {
    case "plan":
      return planTables(section);
    case "certificate":
      return certificateTables(section);
    case "inspect":
      return [inspectTable(section)];
    case "generalisation":
      return generalisationTables(section);
    default:
      return slopeTables(section);
  }
}

function slopeTables({ statements, confidence }: SlopeSection): TableData[] {
  const bounded = statements.some(({ bound }) => bound !== null && bound !== undefined);
  const rows = statements.flatMap(({ label, measured, controls, bound }) =>
    [measured, ...controls].map((series, i) => ({
      label: statements.length === 1 ? series.label : `${label}: ${series.label}`,
      cells: [
        decimalText(series.slope, 3),
        intervalText(series.interval, 3),
        decimalText(series.predicted, 3),
        ...(bounded ? [decimalText(i === 0 ? bound : null, 3)] : []),
      ],
    })),
  );
  const columns = ["Series", "Slope", "Interval", "Predicted", ...(bounded ? ["Proved bound"] : [])];
  return [
    { caption: `Slopes with ${chosenPercentText(confidence)} intervals.`, columns, rows },
    ...statements.map(pointTable),
  ];
}

function pointTable({ label, xLabel, yLabel, measured, controls }: SlopeSection["statements"][number]): TableData {
  const predicted = measured.prediction ?? [];
  const xs = new Set([measured, ...controls].flatMap(({ points }) => points.map(({ x }) => x)));
  const ranged = measured.points.some(({ interval }) => interval);
  const at = <T extends { x: number }>(points: readonly T[], x: number) => points.find((point) => point.x === x);
  const rows = [...xs]
    .sort((a, b) => a - b)
    .map((x) => ({
      label: Number.isInteger(x) ? countText(x) : significantText(x),
      cells: [
        significantText(at(measured.points, x)?.y),
        ...(ranged ? [(at(measured.points, x)?.interval ?? [null]).map(significantText).join(" to ")] : []),
        ...(predicted.length > 0 ? [significantText(at(predicted, x)?.y)] : []),
        ...controls.map(({ points }) => significantText(at(points, x)?.y)),
      ],
    }));
  const theory = predicted.length > 0 ? ["predicted"] : [];
  const intervals = ranged ? ["interval"] : [];
  const columns = [xLabel, measured.label, ...intervals, ...theory, ...controls.map((control) => control.label)];
  return { caption: `${label}: ${yLabel}.`, columns, rows };
}

function planTables({ facts, curves, quantiles }: PlanSection): TableData[] {
  const answers = facts.map(({ label, value }) => ({
    label,
    cells: [typeof value === "string" ? value : significantText(value)],
  }));
  const tables: TableData[] = [
    ...(answers.length > 0 ? [{ caption: "Further answers.", columns: ["Question", "Answer"], rows: answers }] : []),
    widthTable("Width by the formula", curves, (point) => point.asymptotic),
    widthTable("Width proved", curves, (point) => point.rigorous),
    widthTable("Width simulated", curves, (point) => point.simulated),
    {
      caption: "Quantiles of the relative error.",
      columns: ["Setting and probability", "Predicted", "Simulated", "Standard error"],
      rows: quantiles.flatMap(({ label, points }) =>
        points.map(({ level, predicted, simulated, standardError }) => ({
          label: `${label}, ${chosenPercentText(level)}`,
          cells: [predicted, simulated, standardError].map(significantText),
        })),
      ),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

/** One row a kept fraction, one column a tail index; no rows where nothing was computed. */
function widthTable(caption: string, curves: readonly WidthCurve[], of: (point: WidthPoint) => Log10Width): TableData {
  const points = curves.flatMap((curve) => curve.points).filter((point) => of(point) !== null);
  const kept = [...new Set(points.map(({ keptFraction }) => keptFraction))].sort((a, b) => a - b);
  return {
    caption: `${caption}, in hidden units.`,
    columns: ["Kept", ...curves.map(({ alpha }) => `α = ${alpha}`)],
    rows: kept.map((fraction) => ({
      label: chosenPercentText(fraction),
      cells: curves.map((curve) => {
        const point = curve.points.find(({ keptFraction }) => keptFraction === fraction);
        return widthText(point && of(point));
      }),
    })),
  };
}

function certificateTables({ statements, seeds, delta }: CertificateSection): TableData[] {
  return [
    {
      caption: "What is certified about a fresh seed.",
      columns: ["Promise", "Broken by", "Probability at most", "Allowed", "Verdict"],
      rows: statements.map(({ label, failures, runs, upperBound, certified }) => ({
        label,
        cells: [
          `${countText(failures)} of ${countText(runs)}`,
          percentText(upperBound),
          chosenPercentText(delta),
          certified ? "certified" : "not certified",
        ],
      })),
    },
    {
      caption: "Seeds in the order of training.",
      columns: ["Seed", "Relative squared error", "Evidence so far"],
      rows: seeds.map(({ seed, relativeSquaredError, eValue }) => ({
        label: `${seed}`,
        cells: [
          relativeSquaredError === null ? "diverged" : significantText(relativeSquaredError),
          significantText(eValue),
        ],
      })),
    },
  ];
}

function inspectTable({ layers }: InspectSection): TableData {
  return {
    caption: "Prunable: columns that can go at a relative squared error of 0.1.",
    columns: ["Layer", "Columns", "Tail index", "Interval", "2 excluded", "Prunable"],
    rows: layers.map((layer) => ({
      label: layer.name,
      cells: [
        countText(layer.columns),
        decimalText(layer.tailIndex, 2),
        intervalText(layer.tailInterval, 2),
        layer.tailIndex === null ? "–" : layer.excludesTwo ? "yes" : "no",
        percentText(layer.prunedFractionAt10),
      ],
    })),
  };
}

function generalisationTables({ runs, guessError }: GeneralisationSection): TableData[] {
  return runs.map(({ label, points }) => {
    const bounded = points.some(({ bound }) => bound !== null);
    const errors = ["Units kept", "Training error", "Test error", "Gap"];
    return {
      caption: bounded ? `${label}; a bound of ${chosenPercentText(guessError)} or more is vacuous.` : `${label}.`,
      columns: bounded ? [...errors, "Bound", "Says", "Bits"] : errors,
      rows: points.map(({ keptColumns, keptFraction, trainError, testError, bound, bits }) => {
        const says = bound === null ? "–" : bound < guessError ? "something" : "nothing";
        return {
          label: `${countText(keptColumns)} (${percentText(keptFraction)})`,
          cells: [
            percentText(trainError),
            percentText(testError),
            `${decimalText(100 * (testError - trainError), 1)} points`,
            ...(bounded ? [percentText(bound), says, countText(bits)] : []),
          ],
        };
      }),
    };
  });
}
