/** @file What somebody may have meant by a name that does not exist. */

/**
 * The known name that takes the fewest edits to come from what was typed (Levenshtein 1966), the first of equals.
 * @param typed what was typed, in any case
 * @param names at least one name
 */
export function nearestName(typed: string, names: readonly string[]): string {
  const cost = (name: string): number => edits(typed.toLowerCase(), name.toLowerCase());
  return names.reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
