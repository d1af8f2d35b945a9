/**
 * @file Cells one after the other in a process of its own, without a queue: what bench/twoWorkers.js compares workers with. Its
 * argument is one JSON object, the spec of a cell; the seed counts up. Prints a line when a cell is done, until it is killed.
 */
import { loadCellData } from "../dist/sweep/cellData.js";
import { runCell } from "../dist/sweep/runCell.js";

const spec = JSON.parse(process.argv[2]);
const dataset = await loadCellData(spec.data);
for (let seed = 0; ; seed++) {
  const { result } = await runCell({ ...spec, train: { ...spec.train, seed } }, dataset);
  if (result.status !== "done") throw new Error(`a cell ${result.status}: ${result.error}`);
  console.log(seed);
}
