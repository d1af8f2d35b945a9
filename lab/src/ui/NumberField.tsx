/** @file A number among the settings: a slider over its marks where it has them, and a box for any value. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { change } from "../state/conduct.js";
import { domains, inDomain, type NumberName } from "../state/settings.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";

interface NumberFieldProps {
  readonly name: NumberName;
  readonly title: ComponentChildren;
  /** One sentence. */
  readonly help: ComponentChildren;
  readonly disabled?: boolean;
}

/** The field. */
export function NumberField({ name, title, help, disabled = false }: NumberFieldProps) {
  const id = useId();
  const value = useStore(state, ({ settings }) => settings[name]);
  const { values, ...domain } = domains[name];
  const take = (input: HTMLInputElement): void => {
    const wanted = input.value === "" ? Number.NaN : Number(input.value);
    if (inDomain(domain, wanted)) change({ [name]: wanted });
    else input.value = String(state.get().settings[name]);
  };
  return (
    <div class="field">
      <label for={`${id}-box`}>{title}</label>
      <input
        id={`${id}-box`}
        aria-describedby={`${id}-help`}
        type="number"
        inputMode="decimal"
        min={domain.least}
        max={domain.most}
        step={domain.whole ? 1 : "any"}
        value={value}
        disabled={disabled}
        onChange={({ currentTarget }) => take(currentTarget)}
      />
      {values && (
        <input
          type="range"
          aria-label={`${name === "learningRate" ? "learning rate" : name}, slider`}
          aria-valuetext={String(value)}
          min={0}
          max={values.length - 1}
          step={1}
          value={nearest(values, value)}
          disabled={disabled}
          onInput={({ currentTarget }) => change({ [name]: values[Number(currentTarget.value)]! })}
        />
      )}
      <p class="help" id={`${id}-help`}>
        {help}
      </p>
    </div>
  );
}

/** The index of the mark nearest to a value. */
function nearest(values: readonly number[], value: number): number {
  let best = 0;
  values.forEach((mark, i) => {
    if (Math.abs(mark - value) < Math.abs(values[best]! - value)) best = i;
  });
  return best;
}
