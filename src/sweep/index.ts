/** @file The public names of `heavytail/sweep`: experiments, their cells, running and keeping them, their table. For Node. */

export {
  ALGORITHM_VERSION,
  type Cell,
  type CellResult,
  type CellSpec,
  type LevelRow,
  type PruneLevel,
} from "./cell.js";
export { type CellCheck, checkCell } from "./checkCell.js";
export { type Axes, defineExperiment, type Experiment, type Variant } from "./experiment.js";
export { type ExperimentOverrides, resolveExperiment } from "./resolveExperiment.js";
export { type CellControl, type CellOutcome, runCell } from "./runCell.js";
export { type RunCellsOptions, runCells, type SweepProgress } from "./runCells.js";
export { openStore, type Store, type StoredCell } from "./store.js";
export { summariseTable } from "./tables/summariseTable.js";
export { readTable, type TableRow, tableColumns } from "./tables/tidyTable.js";
export { queryTable, writeTables } from "./tables/writeTables.js";
