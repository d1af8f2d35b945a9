/**
 * @file Fewer points where more would not be seen, so that a long training or a million columns stay a small file.
 */

/**
 * Picks at most `limit` items at even distances, the first and the last among them.
 * @param items in their order
 * @param limit at least 2
 * @returns the items themselves if there are no more than `limit`
 */
export function thinEvenly<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, i) => items[Math.round((i * (items.length - 1)) / (limit - 1))]!);
}

/**
 * Ranks 1 … count at even distances of their logarithm, at most `limit`: all of the first few, ever fewer later on.
 * @param count how many ranks there are
 * @param limit at least 2
 * @returns ascending ranks without repeats, 1 and `count` among them
 */
export function thinRanks(count: number, limit: number): number[] {
  if (count <= limit) return Array.from({ length: count }, (_, i) => i + 1);
  const ranks = new Set<number>();
  for (let i = 0; i < limit; i++) ranks.add(Math.round(count ** (i / (limit - 1))));
  return [...ranks];
}
