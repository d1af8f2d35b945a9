/** @file Column norms, sorted, on logarithmic axes, with the fitted tail and the slider's place. */

import { useMemo } from "preact/hooks";
import { useRunLabel } from "../state/names.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import type { Palette } from "../state/theme.js";
import type { RunNews } from "../work/protocol.js";
import { Card } from "./Card.js";
import { Chart, type Line } from "./Chart.js";
import { Legend } from "./Legend.js";

const heavy = ({ heavy }: Palette): string => heavy;
const plain = ({ plain }: Palette): string => plain;
const lines: readonly Line[] = [
  { colour: heavy, width: 2 },
  { colour: plain, width: 2 },
  { colour: heavy, dash: [5, 4], width: 1.25 },
  { colour: plain, dash: [5, 4], width: 1.25 },
];

/** The card. */
export function NormsCard() {
  const one = useStore(state, ({ runs }) => runs[0].norms);
  const two = useStore(state, ({ runs }) => runs[1].norms);
  const units = useStore(state, ({ units }) => units);
  const width = useStore(state, ({ settings }) => settings.width);
  const apart = useRunLabel("heavy");
  const tails = [state.get().runs[0].tail, state.get().runs[1].tail] as const;
  const data = useMemo(() => {
    const ranks = Float64Array.from({ length: (one ?? two)?.length ?? 0 }, (_, i) => i + 1);
    return [ranks, positive(one), positive(two), fitted(one, tails[0]), fitted(two, tails[1])];
  }, [one, two]);
  const index = (tail: RunNews["tail"]): string => (tail ? tail.index.toFixed(1) : "–");
  return (
    <Card
      title="Column norms"
      note="A unit's column is its incoming weights. If a few are much larger than the rest, the rest can go."
      area="norms"
    >
      <Legend more={[{ kind: "dashed", text: "power law of the largest 5 %" }]} />
      <Chart
        label={`Column norms from the largest on, both axes logarithmic. Fitted tail index ${index(tails[0])} ${apart}, ${index(tails[1])} plain.`}
        {...{
          lines,
          data,
          height: 262,
          xLabel: "rank of the unit",
          logX: true,
          logY: true,
          mark: units,
          xRange: [1, width],
        }}
      />
      <p class="readout">
        Tail index of the norms, Hill: <b class="heavy">{index(tails[0])}</b> {apart},{" "}
        <b class="plain">{index(tails[1])}</b> plain. The lower, the heavier.
      </p>
    </Card>
  );
}

/** A logarithm has no place for zeros. */
function positive(norms: Float32Array | null): (number | null)[] {
  return norms ? Array.from(norms, (norm) => (norm > 0 ? norm : null)) : [];
}

/** The power law through the (k + 1)-th norm, X_(k+1)·(r/(k + 1))^(−1/α), drawn over ranks up to four times that. */
function fitted(norms: Float32Array | null, tail: RunNews["tail"]): (number | null)[] {
  if (!norms || !tail) return norms ? Array.from(norms, () => null) : [];
  const from = tail.count + 1;
  return Array.from(norms, (_, i) => (i < 4 * from ? norms[from - 1]! * ((i + 1) / from) ** (-1 / tail.index) : null));
}
