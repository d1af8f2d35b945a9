/**
 * @file The criteria that can be chosen by name.
 */

import { contribution } from "./contribution.js";
import type { Criterion } from "./criterion.js";
import { norm } from "./norm.js";

/** Every criterion by the name that the command line and config files use. */
export const criteria = { norm, contribution } satisfies Record<string, Criterion>;

/** The name of a criterion. */
export type CriterionName = keyof typeof criteria;
