/** @file What the visitor takes along: the compact file, the data, and three ways to make it again. */

import { useState } from "preact/hooks";
import { digitFiles } from "../data/source.js";
import { ask } from "../state/conduct.js";
import { runLabel } from "../state/names.js";
import { commandLines, configJson, program, type Recipe } from "../state/reproduce.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import type { RunName } from "../work/protocol.js";
import { Card } from "./Card.js";
import { bytes, percent } from "./format.js";
import { saveFile } from "./saveFile.js";

/** The card. */
export function TakeHomeCard() {
  const [run, setRun] = useState<RunName>("heavy");
  const [said, setSaid] = useState("");
  const settings = useStore(state, ({ settings }) => settings);
  const units = useStore(state, ({ units }) => units);
  const refit = useStore(state, ({ refit }) => refit);
  // While the runs go on, the text changes now and then only.
  const step = useStore(state, ({ now, phase }) => (phase === "running" ? 100 * Math.ceil(now / 100) : now));
  const name = useStore(state, ({ ready }) => ready?.name ?? "data");
  const recipe: Recipe = { settings, run, step, units, refit, name };
  const attempt = (work: () => Promise<string>) => (): void => {
    setSaid("Working …");
    work().then(setSaid, (error: Error) => setSaid(error.message));
  };
  const saveModel = attempt(async () => {
    const made = await ask({ kind: "export", run });
    saveFile(`${name}-${run}-${made.units}.onnx`, made.bytes);
    return `Step ${made.step}: ${bytes(made.bytesBefore)} became ${bytes(made.bytes.length)}, test accuracy ${percent(made.accuracyBefore)} became ${percent(made.accuracy)}; ${percent(made.unchanged)} of the answers are the same. The file was loaded again and checked.`;
  });
  const saveTable = attempt(async () => {
    saveFile(`${name}.csv`, (await ask({ kind: "table" })).text);
    return `${name}.csv holds the rows that the runs learn from.`;
  });
  const copy = (text: string, what: string) =>
    attempt(async () => {
      await navigator.clipboard.writeText(text);
      return `${what} copied.`;
    });
  return (
    <Card
      title="Take it home"
      note="The compact network as an ONNX file for any runtime, and what makes it again from the same numbers."
      area="home"
    >
      <div class="row">
        <label>
          Run{" "}
          <select value={run} onChange={({ currentTarget }) => setRun(currentTarget.value as RunName)}>
            <option value="heavy">{runLabel("heavy", settings)}</option>
            <option value="plain">plain</option>
          </select>
        </label>
        <button type="button" class="primary" onClick={saveModel}>
          Compact model (.onnx)
        </button>
        <button type="button" onClick={() => saveFile("config.json", configJson({ ...recipe, step: state.get().now }))}>
          Configuration (.json)
        </button>
        {settings.data === "digits" ? (
          <span class="files">
            Data:{" "}
            {Object.values(digitFiles).map((file) => (
              <a key={file} href={`digits/${file}`} download={file}>
                {file.replace("-ubyte.gz", "")}
              </a>
            ))}
          </span>
        ) : (
          <button type="button" onClick={saveTable}>
            Data (.csv)
          </button>
        )}
        <button type="button" onClick={() => copy(location.href, "The address of this state is")()}>
          Copy link
        </button>
      </div>
      <p class="readout" role="status">
        {said}
      </p>
      <div class="recipes">
        <RecipeBox
          title="Command line"
          text={commandLines(recipe)}
          onCopy={copy(commandLines(recipe), "The command lines are")}
        />
        <RecipeBox title="TypeScript" text={program(recipe)} onCopy={copy(program(recipe), "The program is")} />
      </div>
    </Card>
  );
}

function RecipeBox({ title, text, onCopy }: { title: string; text: string; onCopy: () => void }) {
  return (
    <figure class="recipe">
      <figcaption>
        {title}
        <button type="button" class="link" onClick={onCopy} aria-label={`Copy: ${title}`}>
          Copy
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
