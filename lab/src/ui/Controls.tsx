/** @file All settings, each with its sentence. */

import type { NoiseKind } from "heavytail";
import { useId } from "preact/hooks";
import { change } from "../state/conduct.js";
import { noiseNames } from "../state/settings.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { DataPicker } from "./DataPicker.js";
import { NumberField } from "./NumberField.js";

const noises: Readonly<Record<NoiseKind, { title: string; help: string }>> = {
  isotropic: { title: "isotropic (type III)", help: "A unit's weights jump together, in a direction drawn at random." },
  radial: {
    title: "radial",
    help: "A unit's weights jump along their own direction: its size changes, not what it has learned.",
  },
  node: { title: "node (type I)", help: "One draw a unit, the same for all its incoming weights." },
  coordinate: { title: "coordinate (type II)", help: "Each weight jumps on its own." },
  gaussian: { title: "gaussian", help: "Each weight moves on its own, without a heavy tail: the comparison." },
  none: { title: "none", help: "Plain gradient descent: without a heavy-tailed start both runs are the same." },
};

/** The column of settings. */
export function Controls() {
  const noise = useStore(state, ({ settings }) => settings.noise);
  const even = useStore(state, ({ settings }) => settings.initTail === 0);
  return (
    <aside class="controls card" aria-label="Settings">
      <DataPicker />
      <fieldset>
        <legend>Noise</legend>
        <NoiseField />
        <NumberField
          name="alpha"
          title={<>α, tail index</>}
          help="How heavy the tail is: the lower, the rarer and larger the jumps; 2 is Gaussian."
          disabled={noise === "none" || noise === "gaussian"}
        />
        <NumberField
          name="sigma"
          title={<>σ, scale</>}
          help="How strong the noise is: a step of rate η adds noise of scale σ·η^(1/α)."
          disabled={noise === "none"}
        />
      </fieldset>
      <fieldset>
        <legend>Start</legend>
        <NumberField
          name="initTail"
          title="Tail index of sizes"
          help="0: all units start alike. Else a few start large and the others smaller and smaller: large ones learn, small ones can go."
        />
        <NumberField
          name="initUnits"
          title="Units at full size"
          help="How many start large, before the tail begins."
          disabled={even}
        />
      </fieldset>
      <fieldset>
        <legend>Network and training</legend>
        <NumberField name="width" title="Width" help="Hidden units to begin with: the wider, the more can go." />
        <NumberField name="learningRate" title="Learning rate, η" help="How far a step goes down the gradient." />
        <NumberField name="batch" title="Batch" help="Rows that each step looks at." />
        <NumberField
          name="seed"
          title="Seed"
          help="Decides everything random: the same seed gives the same run, here and on the command line."
        />
      </fieldset>
    </aside>
  );
}

function NoiseField() {
  const id = useId();
  const noise = useStore(state, ({ settings }) => settings.noise);
  return (
    <div class="field">
      <label for={id}>Kind</label>
      <select
        id={id}
        aria-describedby={`${id}-help`}
        value={noise}
        onChange={({ currentTarget }) => change({ noise: currentTarget.value as NoiseKind })}
      >
        {noiseNames.map((name) => (
          <option key={name} value={name}>
            {noises[name].title}
          </option>
        ))}
      </select>
      <p class="help" id={`${id}-help`}>
        {noises[noise].help}
      </p>
    </div>
  );
}
