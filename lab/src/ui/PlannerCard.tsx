/** @file The planner beside the measurement: the weight error that noise alone would leave, and the one that is there. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Settings } from "../state/settings.js";
import { type Prediction, state } from "../state/state.js";
import { useStore } from "../state/store.js";
import type { Palette } from "../state/theme.js";
import { askTheory } from "../state/theory.js";
import type { TheoryAnswers } from "../work/theoryProtocol.js";
import { Card } from "./Card.js";
import { Chart, type Line } from "./Chart.js";
import { three, whole } from "./format.js";
import { Legend } from "./Legend.js";

const heavy = ({ heavy }: Palette): string => heavy;
const plain = ({ plain }: Palette): string => plain;
const ink = ({ ink }: Palette): string => ink;
const lines: readonly Line[] = [
  { colour: heavy, width: 2 },
  { colour: plain, width: 2 },
  { colour: ink, dash: [5, 4], width: 1.25 },
  { colour: heavy, width: 0, bandTo: 4 },
  { colour: heavy, width: 0 },
];
const keptFractions = [0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.42, 0.56, 0.72, 0.88];
/** Squared error of the promise whose width is asked for: the paper's. */
const promised = 0.1;

/** The card. */
export function PlannerCard() {
  const one = useStore(state, ({ runs }) => runs[0].errors);
  const two = useStore(state, ({ runs }) => runs[1].errors);
  const units = useStore(state, ({ units }) => units);
  const width = useStore(state, ({ settings }) => settings.width);
  const prediction = useStore(state, ({ prediction }) => prediction);
  usePrediction();
  const data = useMemo(() => merged(one, two, width, prediction), [one, two, width, prediction]);
  const [measured, expected] = [one?.[units], nearest(prediction, units / width)];
  return (
    <Card
      title="Predicted beside measured"
      note="Squared error of the weights after the cut. The planner knows α, σ and the time, and nothing of the data: gradients are what it leaves out."
      area="planner"
    >
      <Legend
        more={[
          { kind: "band", text: "predicted, 5 to 95 %" },
          { kind: "dashed ink", text: "median" },
        ]}
      />
      <Chart
        label={`Relative squared weight error by share of units kept. At the slider measured ${measured === undefined ? "nothing yet" : three(measured)}, predicted median ${expected === null ? "nothing" : three(expected)}.`}
        {...{
          lines,
          data,
          height: 210,
          xLabel: "share of units kept",
          xRange: [0, 1],
          yRange: [0, 1],
          mark: units / width,
        }}
      />
      <Needed />
    </Card>
  );
}

/** Asks for a prediction when the runs begin, and again when they have gone on for a while or wait. */
function usePrediction(): void {
  const settings = useStore(state, ({ settings }) => settings);
  const inputs = useStore(state, ({ ready }) => ready?.features ?? 0);
  // The prediction changes slowly with time: doublings of the step are enough, and the step at which the runs wait.
  const moment = useStore(state, ({ now, phase }) =>
    phase === "waiting" || phase === "finished" ? now : now > 0 ? 2 ** Math.floor(Math.log2(now)) : 0,
  );
  useEffect(() => {
    if (!hasTail(settings)) state.set({ prediction: null });
    if (!hasTail(settings) || moment < 1 || inputs === 0) return;
    let wanted = true;
    askTheory({ kind: "errors", ...settings, inputs, step: moment, keptFractions }).then(
      (errors) => wanted && state.set({ prediction: { keptFractions, errors } }),
      () => wanted && state.set({ prediction: null }),
    );
    return () => {
      wanted = false;
    };
  }, [settings, inputs, moment]);
}

/** Whether the planner has a law to go by. */
function hasTail({ noise, alpha, sigma, initTail }: Settings): boolean {
  return initTail === 0 && noise !== "none" && noise !== "gaussian" && sigma > 0 && alpha < 2;
}

/** All columns over the kept fractions of both the measurement and the prediction. */
function merged(
  one: Float64Array | null,
  two: Float64Array | null,
  width: number,
  prediction: Prediction | null,
): (number | null)[][] {
  const stride = Math.max(1, Math.ceil(width / 200));
  const measuredAt = Array.from({ length: Math.floor(width / stride) + 1 }, (_, i) => i * stride);
  const rows = measuredAt.map((k): (number | null)[] => [
    k / width,
    one?.[k] ?? null,
    two?.[k] ?? null,
    null,
    null,
    null,
  ]);
  prediction?.keptFractions.forEach((kept, i) => {
    const [low, median, high] = prediction.errors[i]!;
    rows.push([kept, null, null, median, high, low]);
  });
  rows.sort((a, b) => a[0]! - b[0]!);
  return [0, 1, 2, 3, 4, 5].map((column) => rows.map((row) => row[column]!));
}

function nearest(prediction: Prediction | null, kept: number): number | null {
  if (!prediction) return null;
  const distances = prediction.keptFractions.map((at) => Math.abs(at - kept));
  return prediction.errors[distances.indexOf(Math.min(...distances))]![1];
}

/** The width that the promise at the slider needs, asked for when the runs wait. */
function Needed() {
  const settings = useStore(state, ({ settings }) => settings);
  const units = useStore(state, ({ units }) => units);
  const inputs = useStore(state, ({ ready }) => ready?.features ?? 0);
  const step = useStore(state, ({ phase, now }) => (phase === "waiting" || phase === "finished" ? now : 0));
  const [answer, setAnswer] = useState<TheoryAnswers["width"] | "asking" | null>(null);
  const keptFraction = units / settings.width;
  useEffect(() => {
    setAnswer(null);
    if (step < 1 || inputs === 0 || keptFraction >= 1 || !hasTail(settings)) return;
    let wanted = true;
    const timer = setTimeout(() => {
      setAnswer("asking");
      const question = {
        kind: "width",
        ...settings,
        inputs,
        step,
        keptFraction,
        relativeSquaredError: promised,
      } as const;
      askTheory(question).then(
        (width) => wanted && setAnswer(width),
        () => wanted && setAnswer(null),
      );
    }, 400);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [settings, units, inputs, step]);
  if (settings.initTail > 0)
    return (
      <p class="readout">A heavy-tailed start gives every unit a law of its own, which the planner does not know.</p>
    );
  if (!hasTail(settings))
    return <p class="readout">Without a heavy tail no width helps, and there is nothing to predict.</p>;
  if (keptFraction >= 1) return <p class="readout">Nothing is cut.</p>;
  const promise = `Keeping ${three(100 * keptFraction)} % at a squared error of ${promised}, 95 times in 100`;
  if (answer === null) return <p class="readout">{promise}: pause, and the planner says how wide the layer must be.</p>;
  if (answer === "asking") return <p class="readout">{promise}: the planner is at work …</p>;
  return (
    <p class="readout">
      {promise}, takes{" "}
      {answer.width === null ? <b>10^{answer.log10Width.toFixed(0)} units</b> : <b>{whole(answer.width)} units</b>}
      {answer.status === "trivial" && ", and a Gaussian layer would do it too"}.
    </p>
  );
}
