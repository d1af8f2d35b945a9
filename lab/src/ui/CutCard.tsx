/** @file The slider, and what is left after its cut: accuracy as it was cut and refitted, and bytes. */

import { useId } from "preact/hooks";
import { drawField } from "../draw/field.js";
import { look } from "../state/conduct.js";
import { runLabel, runTitle } from "../state/names.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { theme } from "../state/theme.js";
import { type RunName, runNames } from "../work/protocol.js";
import { Card } from "./Card.js";
import { bytes, percent, three, whole } from "./format.js";
import { Picture } from "./Picture.js";
import { SizesChart } from "./SizesChart.js";

/** The card. */
export function CutCard() {
  const inPlane = useStore(state, ({ ready }) => ready?.points != null);
  return (
    <Card
      title="Cut it"
      note="The units with the largest columns stay, the others are removed for good. A refit solves for the output layer again, in closed form and without labels. A small error of the weights is not yet a small error of the answers: look at both."
      area="cut"
    >
      <Slider />
      <div class={inPlane ? "after planar" : "after"}>
        <CutTable />
        {inPlane && runNames.map((name, r) => <CutField key={name} name={name} r={r as 0 | 1} />)}
        <SizesChart />
      </div>
    </Card>
  );
}

function Slider() {
  const id = useId();
  const width = useStore(state, ({ settings }) => settings.width);
  const units = useStore(state, ({ units }) => units);
  const refit = useStore(state, ({ refit }) => refit);
  return (
    <div class="slider">
      <label for={id}>
        Keep <output class="number">{whole(units)}</output> of {whole(width)} units
      </label>
      <input
        id={id}
        type="range"
        min={1}
        max={width}
        value={units}
        aria-valuetext={`${units} of ${width} units`}
        onInput={({ currentTarget }) => look({ units: Number(currentTarget.value) })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={refit}
          onChange={({ currentTarget }) => look({ refit: currentTarget.checked })}
        />
        Refit the output layer
      </label>
    </div>
  );
}

function CutTable() {
  const settings = useStore(state, ({ settings }) => settings);
  const cuts = useStore(state, ({ cuts }) => cuts);
  const runs = useStore(state, ({ runs }) => runs);
  const refit = useStore(state, ({ refit }) => refit);
  const rows: [title: string, chosen: boolean, cell: (r: 0 | 1) => string][] = [
    ["all units", false, (r) => maybe(runs[r].history.testAccuracy.at(-1), percent)],
    ["cut", !refit, (r) => maybe(cuts[r]?.raw, percent)],
    ["cut, refitted", refit, (r) => maybe(cuts[r]?.refitted, percent)],
    ["squared weight error", false, (r) => maybe(cuts[r]?.relativeSquaredError, three)],
    ["file before", false, (r) => maybe(cuts[r]?.bytesBefore, bytes)],
    ["file after", false, (r) => maybe(cuts[r]?.bytes, bytes)],
  ];
  const stale = useStore(state, ({ now, units, phase }) =>
    cuts.some(
      (cut, r) => cut?.units !== units || (phase !== "running" && cut.step !== runs[r]!.history.step.at(-1) && now > 0),
    ),
  );
  return (
    <table id="cut-table" aria-busy={stale}>
      <caption class="unseen">Test accuracy and size after the cut</caption>
      <thead>
        <tr>
          <td />
          {runNames.map((name) => (
            <th key={name} scope="col" class={name}>
              {runLabel(name, settings)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([title, chosen, cell]) => (
          <tr key={title} class={chosen ? "chosen" : ""}>
            <th scope="row">{title}</th>
            <td>{cell(0)}</td>
            <td>{cell(1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function maybe(value: number | undefined, show: (value: number) => string): string {
  return value === undefined ? "–" : show(value);
}

function CutField({ name, r }: { name: RunName; r: 0 | 1 }) {
  const palette = useStore(theme, ({ palette }) => palette);
  const ready = useStore(state, ({ ready }) => ready);
  const cut = useStore(state, ({ cuts }) => cuts[r]);
  const settings = useStore(state, ({ settings }) => settings);
  return (
    <figure class="small">
      <Picture
        label={`${runTitle(name, settings)}: the decision surface after the cut to ${cut?.units ?? "–"} units.`}
        ratio={1}
        draw={(context, width) => drawField(context, width, { field: cut?.field ?? null, ready, palette })}
      />
      <figcaption class={name}>{runLabel(name, settings)}, cut</figcaption>
    </figure>
  );
}
