/** @file Accuracy and loss while training. */

import { useMemo } from "preact/hooks";
import { useRunLabel } from "../state/names.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import type { Palette } from "../state/theme.js";
import { Card } from "./Card.js";
import { Chart, type Line } from "./Chart.js";
import { percent, three } from "./format.js";
import { Legend } from "./Legend.js";

const heavy = ({ heavy }: Palette): string => heavy;
const plain = ({ plain }: Palette): string => plain;
const lines: readonly Line[] = [{ colour: heavy }, { colour: plain }];
const mostPoints = 600;

/** The card. */
export function CurvesCard() {
  const one = useStore(state, ({ runs }) => runs[0].history);
  const two = useStore(state, ({ runs }) => runs[1].history);
  const apart = useRunLabel("heavy");
  const steps = one.step.length > two.step.length ? one.step : two.step;
  const stride = Math.max(1, Math.ceil(steps.length / mostPoints));
  const column = (values: readonly number[]): (number | null)[] =>
    steps.flatMap((_, i) => (i % stride === 0 || i === steps.length - 1 ? [values[i] ?? null] : []));
  const accuracy = useMemo(() => [column(steps), column(one.testAccuracy), column(two.testAccuracy)], [one, two]);
  const loss = useMemo(() => [column(steps), column(one.trainLoss), column(two.trainLoss)], [one, two]);
  const last = (values: readonly number[], show: (value: number) => string): string => {
    const value = values.at(-1);
    return value === undefined ? "nothing yet" : show(value);
  };
  return (
    <Card title="Training" area="curves">
      <Legend />
      <h3>Test accuracy</h3>
      <Chart
        label={`Test accuracy by step; now ${last(one.testAccuracy, percent)} ${apart}, ${last(two.testAccuracy, percent)} plain.`}
        {...{ lines, data: accuracy, height: 205, xLabel: "step", percent: true }}
      />
      <h3>Training loss</h3>
      <Chart
        label={`Training loss by step; now ${last(one.trainLoss, three)} ${apart}, ${last(two.trainLoss, three)} plain.`}
        {...{ lines, data: loss, height: 185, xLabel: "step", logY: true }}
      />
    </Card>
  );
}
