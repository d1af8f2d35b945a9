/**
 * @file Two classes out of many.
 */

import { ParameterError } from "../errors.js";
import type { Dataset, Split } from "./dataset.js";

/**
 * Turns a data set into one class against the rest: index 1 is that class, index 0 all others. The features are
 * shared, not copied.
 * @param dataset the data set
 * @param label the class as the source calls it, one of `dataset.classNames`
 * @throws ParameterError listing the classes if there is no such class.
 */
export function positiveClass(dataset: Dataset, label: string): Dataset {
  const positive = dataset.classNames.indexOf(label);
  if (positive < 0) {
    throw new ParameterError({
      where: `positive class of ${dataset.name}`,
      expected: `one of ${dataset.classNames.slice(0, 20).join(", ")}${dataset.classes > 20 ? ", …" : ""}`,
      got: label,
    });
  }
  const twoClasses = (split: Split): Split => ({
    ...split,
    labels: split.labels.map((index) => (index === positive ? 1 : 0)),
  });
  return {
    ...dataset,
    classes: 2,
    classNames: [`not ${label}`, label],
    train: twoClasses(dataset.train),
    test: twoClasses(dataset.test),
  };
}
