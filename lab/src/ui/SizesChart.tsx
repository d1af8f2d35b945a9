/** @file Test accuracy against the number of units kept: as cut, dashed, and refitted. */

import { useMemo } from "preact/hooks";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import type { Palette } from "../state/theme.js";
import type { SizePoint } from "../work/protocol.js";
import { Chart, type Line } from "./Chart.js";
import { Legend } from "./Legend.js";

const heavy = ({ heavy }: Palette): string => heavy;
const plain = ({ plain }: Palette): string => plain;
const lines: readonly Line[] = [
  { colour: heavy, width: 2 },
  { colour: plain, width: 2 },
  { colour: heavy, dash: [4, 4] },
  { colour: plain, dash: [4, 4] },
];

/** The chart. */
export function SizesChart() {
  const sizes = useStore(state, ({ sizes }) => sizes);
  const units = useStore(state, ({ units }) => units);
  const width = useStore(state, ({ settings }) => settings.width);
  const data = useMemo(() => {
    const all = [...new Set(sizes.flatMap((points) => points.map(({ units }) => units)))].sort((a, b) => a - b);
    const column = (points: readonly SizePoint[], of: "raw" | "refitted") =>
      all.map((units) => points.find((point) => point.units === units)?.[of] ?? null);
    const [one, two] = sizes;
    return [all, column(one, "refitted"), column(two, "refitted"), column(one, "raw"), column(two, "raw")];
  }, [sizes]);
  return (
    <div class="sizes">
      <Legend more={[{ kind: "dashed", text: "not refitted" }]} />
      <Chart
        label={`Test accuracy by units kept, from 1 to ${width}, both runs, as cut and refitted.`}
        {...{ lines, data, height: 190, xLabel: "units kept", logX: true, percent: true, mark: units }}
        xRange={[1, width]}
      />
    </div>
  );
}
