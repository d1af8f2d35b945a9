/** @file How rows are shown: columns, their order, numbers and facts, for the terminal and for README.md. */

/** The columns of the table. */
export const head = [
  "",
  "ours: median (quartiles)",
  "against",
  "theirs",
  "ratio",
  "of minima",
  "of CPU time",
  "target",
  "met",
];

/** The order of the table: that of the targets. */
export const order = [
  "sampling",
  "step",
  "noisyStep",
  "width",
  "growth",
  "particles",
  "compact",
  "workers",
  "startUp",
  "data",
];

/** From so many cores kept busy by others on, wall-clock times are theirs as well. */
export const busyCores = 0.2;

/** A number with three digits. */
function digits(value) {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function spread(summary, unit) {
  if (!summary) return "";
  const { count, median, lowerQuartile, upperQuartile } = summary;
  const range = count > 1 ? ` (${digits(lowerQuartile)}–${digits(upperQuartile)})` : "";
  return `${digits(median)} ${unit}${range}`;
}

/** The row of a table for one case. */
export function cells({ label, unit, ours, against, theirs, ratio, ratioOfMinima, ratioOfCpu, target, met }) {
  const times = (value) => (value === null ? "" : `${digits(value)}×`);
  return [
    ...[label, spread(ours, unit), against, spread(theirs, unit)],
    ...[times(ratio), times(ratioOfMinima), times(ratioOfCpu), target ?? "", met ?? ""],
  ];
}

/** What others did meanwhile, where it matters. */
export function company({ othersCores }) {
  return othersCores > busyCores
    ? `Others kept ${digits(othersCores)} cores busy: the ratios of CPU time tell most.`
    : "";
}

/** Facts as one line. */
export function factsText(facts) {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
