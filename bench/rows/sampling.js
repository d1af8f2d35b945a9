/** @file α-stable samples on one core: the noise kernel against scipy and the best vectorised NumPy. */
import { keyFromSeed } from "../../dist/math/random/key.js";
import { levyNoise } from "../../dist/noise/noise.js";
import { createKernels } from "../../dist/runtime/kernels/kernels.js";
import { ownParty, scaled, takeTurns, versus, within } from "../measure.js";
import { openPeer } from "../peer.js";

export const name = "sampling";
export const what = "α-stable samples, one core";
export const against = "scipy levy_stable.rvs; best vectorised NumPy; both with tuned malloc";
export const target = "≥ 30×; ≥ 4×; ≤ 2 ns a sample";

/** Entries in a row of the matrix to which noise is added, a data set's inputs. */
const columns = 140;
const alpha = 1.75;
const peers = [
  { against: "scipy levy_stable.rvs", sampler: "scipy", target: 30 },
  { against: "NumPy float64, in place", sampler: "float64", target: 4 },
  { against: "NumPy float32, in place", sampler: "float32", target: 4 },
];

/** Adds noise of one kind to a matrix; the time of reading and writing the matrix is in it. */
function sampler(kind, alpha, rows) {
  const kernels = createKernels({ bytes: 4 * rows * columns });
  const weight = kernels.allocate(rows * columns);
  const config = { kind, alpha, sigma: 1, convention: "unit" };
  const noise = levyNoise(config).increment(1, keyFromSeed(1));
  return ownParty(() => kernels.update(weight, null, { rows, learningRate: 0, noise }));
}

/** Ours and the peers, for one number of samples. */
async function comparison(rows, options) {
  const count = rows * columns;
  const opened = [];
  for (const peer of peers) {
    const party = await openPeer(peer.against, "stable.py", { sampler: peer.sampler, alpha, count });
    if (party) opened.push({ ...peer, party });
  }
  const [ours, ...theirs] = await takeTurns(
    [sampler("coordinate", alpha, rows), ...opened.map(({ party }) => party)],
    options,
  );
  for (const { party } of opened) await party.close();
  const unit = 1e9 / count;
  return opened.map(({ against, target }, i) =>
    versus({
      ...{ label: `type II, α = ${alpha}, ${count} samples`, unit: "ns", against, target, threads: 1 },
      ...{ ours: scaled(ours, unit), theirs: scaled(theirs[i], unit) },
    }),
  );
}

/** Every kind against the limit of 2 ns. */
async function kinds(rows, options) {
  const cases = [
    ...[0.5, 1, 1.5, 1.75, 2].map((alpha) => ["coordinate", alpha]),
    ...["isotropic", "node"].map((kind) => [kind, alpha]),
  ];
  const times = await takeTurns(
    cases.map(([kind, alpha]) => sampler(kind, alpha, rows)),
    options,
  );
  return cases.map(([kind, alpha], i) => {
    const ours = scaled(times[i], 1e9 / (rows * columns));
    return within({ label: `${kind}, α = ${alpha}, ns an entry`, unit: "ns", ours, atMost: 2 });
  });
}

/** Measures the row. */
export async function run({ quick }) {
  const options = { rounds: quick ? 3 : 9, turnSeconds: 0.1 };
  const sizes = quick ? [1000] : [1000, 7000];
  const cases = [];
  for (const rows of sizes) cases.push(...(await comparison(rows, options)));
  cases.push(...(await kinds(2000, options)));
  return { cases };
}
