/** @file The figures of a sweep: accuracy against the fraction kept, and the share pruned against whatever was varied. */

import type { Summary } from "../math/stats/summary.js";
import { type BarPoint, type BarSeries, errorBarPanel } from "./figures/errorBars.js";
import { keysHtml } from "./figures/legend.js";
import { swatchHtml } from "./figures/series.js";
import type { ReportFigure } from "./html.js";
import { noiseLabel, type SweepGroup } from "./sweepData.js";

/** Panels of one figure; more would be too small a part of a page each. */
const MOST_PANELS = 8;

/**
 * Makes the figures.
 * @param groups all groups of the sweep
 * @returns accuracy against the kept fraction; and the pruned fraction against α, the width and every other number that varies
 */
export async function sweepFigures(groups: readonly SweepGroup[]): Promise<ReportFigure[]> {
  const shown = groups.filter(({ kept }) => kept !== null);
  if (shown.length === 0) return [];
  const figures = [await accuracyFigure(shown)];
  // A level that says how many units stay has nothing to show there.
  const free = shown.filter(({ level }) => !/^(keptFraction|units) /.test(level ?? ""));
  for (const field of varied(free)) figures.push(await prunedFigure(free, field));
  return figures;
}

async function accuracyFigure(groups: readonly SweepGroup[]): Promise<ReportFigure> {
  const legend = alphaLegend(groups);
  const panels = panelsOf(groups, { byKind: true, byLevel: false });
  return {
    title: "Accuracy after the cut against the fraction kept",
    legend: legend.html,
    panels: await draw(panels, (members) => ({
      x: { label: "hidden units kept", share: true },
      yLabel: "test accuracy after the cut",
      series: seriesOf(members, legend.labels, alphaText, ({ kept, metrics }) => ({
        x: kept,
        y: metrics.testAccuracyAfter!,
      })),
    })),
    caption: `Up and to the left is better: fewer units, more accuracy. ${bars}${omitted(panels.length)}`,
  };
}

async function prunedFigure(groups: readonly SweepGroup[], field: string): Promise<ReportFigure> {
  const byAlpha = field === "α";
  const legend = byAlpha ? legendOf(groups, ({ noise }) => noise.kind) : alphaLegend(groups);
  const labelOf = byAlpha ? ({ noise }: SweepGroup): string => noise.kind : alphaText;
  const panels = panelsOf(groups, { byKind: !byAlpha, byLevel: true, axis: field });
  return {
    title: `Pruned fraction against ${field}`,
    legend: legend.html,
    panels: await draw(panels, (members) => ({
      x: { label: field, share: false },
      yLabel: "hidden units removed",
      series: seriesOf(members, legend.labels, labelOf, (group) => ({
        x: numberOf(group, field),
        y: group.metrics.prunedFraction!,
      })),
    })),
    caption: `${bars} A dashed line is the level of runs for which ${field} has no meaning.${omitted(panels.length)}`,
  };
}

const bars = "A symbol is the median over seeds, its bars reach from the lower to the upper quartile.";

function omitted(panels: number): string {
  return panels > MOST_PANELS ? ` ${panels - MOST_PANELS} more panels were left out.` : "";
}

interface PanelGroups {
  readonly title: string;
  readonly members: SweepGroup[];
}

/** What tells panels apart: the kind of noise, all settings but the one on the axis, the level. */
interface PanelKeys {
  readonly byKind: boolean;
  readonly byLevel: boolean;
  readonly axis?: string;
}

/** Groups in panels; runs without noise stand in every panel whose settings are theirs as far as they have them. */
function panelsOf(groups: readonly SweepGroup[], { byKind, byLevel, axis }: PanelKeys): PanelGroups[] {
  const severalLevels = new Set(groups.map(({ level }) => level)).size > 1;
  const title = (group: SweepGroup): string => {
    const parts = [byKind && group.noise.kind, ...settingTexts(group, axis), byLevel && severalLevels && group.level];
    return parts.filter(Boolean).join(", ");
  };
  const isBaseline = ({ noise }: SweepGroup): boolean => noise.kind === "none";
  const noisy = groups.filter((group) => !isBaseline(group));
  if (noisy.length === 0) return [{ title: "", members: [...groups] }];
  const panels = new Map<string, SweepGroup[]>();
  for (const group of noisy) panels.set(title(group), [...(panels.get(title(group)) ?? []), group]);
  const fits = (baseline: SweepGroup, member: SweepGroup): boolean =>
    (!byLevel || baseline.level === member.level) &&
    Object.entries(baseline.settings).every(
      ([name, value]) => name === axis || value === null || value === member.settings[name],
    );
  return [...panels].map(([title, members]) => {
    const baselines = groups.filter((group) => isBaseline(group) && fits(group, members[0]!));
    return { title, members: [...baselines, ...members] };
  });
}

function draw(
  panels: readonly PanelGroups[],
  contents: (members: readonly SweepGroup[]) => Omit<Parameters<typeof errorBarPanel>[0], "title">,
): Promise<string[]> {
  return Promise.all(
    panels.slice(0, MOST_PANELS).map(({ title, members }) => errorBarPanel({ title, ...contents(members) })),
  );
}

function seriesOf(
  members: readonly SweepGroup[],
  labels: readonly string[],
  labelOf: (group: SweepGroup) => string,
  point: (group: SweepGroup) => { x: number | Summary | null; y: Summary },
): BarSeries[] {
  const series = labels.map((label, index) => {
    const points = members.filter((group) => labelOf(group) === label).map(point);
    const placed = points.filter((at): at is BarPoint => at.x !== null);
    return { label, index, points: placed, level: points.find(({ x }) => x === null)?.y ?? null };
  });
  return series.filter(({ points, level }) => points.length > 0 || level);
}

function alphaText({ noise }: SweepGroup): string {
  return noise.alpha === null ? "no noise" : `α = ${noise.alpha}`;
}

function alphaLegend(groups: readonly SweepGroup[]): { labels: string[]; html: string } {
  return legendOf(groups, alphaText);
}

function legendOf(
  groups: readonly SweepGroup[],
  labelOf: (group: SweepGroup) => string,
): { labels: string[]; html: string } {
  const labels = [...new Set(groups.map(labelOf))];
  return { labels, html: keysHtml(labels.map((label, index) => ({ swatch: swatchHtml(index), label }))) };
}

/** Fields with at least two numbers among the groups, α first. */
function varied(groups: readonly SweepGroup[]): string[] {
  const names = ["α", ...new Set(groups.flatMap(({ settings }) => Object.keys(settings)))];
  return names.filter((name) => {
    const numbers = groups.map((group) => numberOf(group, name)).filter((value) => value !== null);
    return new Set(numbers).size > 1;
  });
}

function numberOf({ noise, settings }: SweepGroup, field: string): number | null {
  const value = field === "α" ? noise.alpha : settings[field];
  return typeof value === "number" ? value : null;
}

/** Settings in words, but for one of them; those that a group does not have are left out. */
function settingTexts({ settings }: SweepGroup, without?: string): string[] {
  return Object.entries(settings)
    .filter(([name, value]) => name !== without && value !== null)
    .map(([name, value]) => (name === "variant" ? `${value}` : `${name} ${value}`));
}

/**
 * A group in words: its noise, its settings, its level.
 * @param group the group
 */
export function groupLabel(group: SweepGroup): string {
  return [noiseLabel(group.noise), ...settingTexts(group)].join(", ");
}
