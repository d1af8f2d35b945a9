/**
 * @file Numbers as a reader wants them: percentages, file sizes, milliseconds. What is missing or not finite is an
 * en dash, never "NaN". Unit and number are joined by a no-break space.
 */

const MISSING = "–";
const SPACE = "\u00a0";

function isMissing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || !Number.isFinite(value);
}

/**
 * A fraction as a percentage with one decimal, or with two significant digits where one decimal would read 0.0.
 * @param fraction such as 0.978
 * @returns such as "97.8 %"
 */
export function percentText(fraction: number | null | undefined): string {
  if (isMissing(fraction)) return MISSING;
  const percent = 100 * fraction;
  const digits =
    percent !== 0 && Math.abs(percent) < 0.05 ? String(Number(percent.toPrecision(2))) : percent.toFixed(1);
  return `${digits}${SPACE}%`;
}

/**
 * A fraction that somebody chose, as a percentage with no more digits than it has.
 * @param fraction such as 0.95
 * @returns such as "95 %"
 */
export function chosenPercentText(fraction: number | null | undefined): string {
  return isMissing(fraction) ? MISSING : `${Number((100 * fraction).toPrecision(6))}${SPACE}%`;
}

/**
 * A file size in kB or MB, powers of 1000.
 * @param bytes a count
 * @returns such as "76.2 kB"
 */
export function bytesText(bytes: number | null | undefined): string {
  if (isMissing(bytes)) return MISSING;
  if (bytes < 1e3) return `${bytes}${SPACE}B`;
  return bytes < 999_500 ? `${significantText(bytes / 1e3)}${SPACE}kB` : `${significantText(bytes / 1e6)}${SPACE}MB`;
}

/**
 * A whole number with its thousands apart.
 * @returns such as "1,234,567"
 */
export function countText(count: number | null | undefined): string {
  return isMissing(count) ? MISSING : count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/**
 * A number to three significant digits, in plain notation between 0.001 and 100,000 and as a power of ten beyond.
 * @returns such as "0.0998", "12.3" or "4.56e+7"
 */
export function significantText(value: number | null | undefined): string {
  if (isMissing(value)) return MISSING;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2);
  return size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/**
 * A number with a fixed count of decimals and a true minus sign; what rounds to zero has no sign.
 * @param digits decimals
 * @returns such as "−0.503"
 */
export function decimalText(value: number | null | undefined, digits: number): string {
  if (isMissing(value)) return MISSING;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/**
 * Both ends of an interval, with `decimalText`.
 * @returns such as "−0.51 to −0.49"
 */
export function intervalText(interval: readonly [number, number] | null | undefined, digits: number): string {
  return interval?.every(Number.isFinite)
    ? `${decimalText(interval[0], digits)} to ${decimalText(interval[1], digits)}`
    : MISSING;
}

/**
 * A width given by its logarithm: plain up to ten million, to three digits and upwards so that it is enough; a power of ten beyond.
 * @param log10 −Infinity where any width does, Infinity where none does
 * @returns such as "16,700", "10^14.3", "any", "none"
 */
export function widthText(log10: number | null | undefined): string {
  if (log10 === Number.POSITIVE_INFINITY) return "none";
  if (log10 !== null && log10 !== undefined && log10 <= 0) return "any";
  if (isMissing(log10)) return MISSING;
  if (log10 >= 7) return `10^${log10.toFixed(1)}`;
  const unit = 10 ** Math.max(0, Math.floor(log10) - 2);
  // What the logarithm's rounding puts just above a number is that number.
  return countText(Math.ceil((10 ** log10 / unit) * (1 - 1e-9)) * unit);
}
