/** @file The data sets as pictures to choose from, and the visitor's own files. */

import { useEffect, useRef, useState } from "preact/hooks";
import { chosenFiles, type DroppedFile, droppedFiles } from "../data/droppedFiles.js";
import { chooseData, takeTable } from "../state/conduct.js";
import type { DataName } from "../state/settings.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";

const sets: readonly { name: DataName; title: string; help: string }[] = [
  { name: "moons", title: "Moons", help: "Two half-moons, 800 points." },
  { name: "circles", title: "Circles", help: "A ring around a disc, 800 points." },
  { name: "spirals", title: "Spirals", help: "Two arms, 800 points: the hardest of the four." },
  { name: "blobs", title: "Blobs", help: "Four Gaussians, 800 points." },
  { name: "digits", title: "Digits", help: "3,000 digits of MNIST, 14 × 14 pixels." },
  { name: "file", title: "Yours", help: "A table (CSV, label last) or images, read in this page; nothing leaves it." },
];

/** The choice; files may be dropped anywhere on the page. */
export function DataPicker() {
  const data = useStore(state, ({ settings }) => settings.data);
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (given: DroppedFile[] | Promise<DroppedFile[]>): Promise<void> => {
    setProblem(null);
    try {
      const { readDropped } = await import("../data/dropped.js");
      takeTable(await readDropped(await given));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      void take(droppedFiles(event.dataTransfer));
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
  return (
    <fieldset class="data">
      <legend>Data</legend>
      <div class="choices">
        {sets.map(({ name, title }) => (
          <label key={name} class={name === data ? "chosen" : ""}>
            <input
              class="unseen"
              type="radio"
              name="data"
              value={name}
              checked={name === data}
              onChange={() => chooseData(name)}
            />
            <Thumbnail name={name} />
            {title}
          </label>
        ))}
      </div>
      <p class="help">{sets.find(({ name }) => name === data)!.help}</p>
      {data === "file" && (
        <button type="button" onClick={() => input.current?.click()}>
          Choose files …
        </button>
      )}
      <input
        ref={input}
        class="unseen"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="A table or images of yours"
        accept=".csv,.tsv,.txt,image/*"
        onChange={({ currentTarget }) => void take(chosenFiles(currentTarget.files))}
      />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

/** Small drawings, the classes in their colours. */
function Thumbnail({ name }: { name: DataName }) {
  const [one, two] = ["class-1", "class-2"];
  return (
    <svg viewBox="0 0 40 40" aria-hidden="true">
      {name === "moons" && (
        <>
          <path class={one} d="M6 22a11 11 0 0 1 22 0" />
          <path class={two} d="M14 19a11 11 0 0 0 22 0" />
        </>
      )}
      {name === "circles" && (
        <>
          <circle class={one} cx="20" cy="20" r="4.5" />
          <circle class={two} cx="20" cy="20" r="13" />
        </>
      )}
      {name === "spirals" && (
        <>
          <path class={one} d="M20 20c4-3 8 2 5 7s-13 4-15-4 5-16 15-14" />
          <path class={two} d="M20 20c-4 3-8-2-5-7s13-4 15 4-5 16-15 14" />
        </>
      )}
      {name === "blobs" &&
        [
          [12, 12],
          [28, 12],
          [28, 28],
          [12, 28],
        ].map(([x, y], i) => <circle key={x! + y!} class={`class-${i + 1} blob`} cx={x} cy={y} r="3" />)}
      {name === "digits" && <path class="ink" d="M13 10h14L17 31" />}
      {name === "file" && <path class="ink" d="M20 28V11m-7 7 7-7 7 7M9 32h22" />}
    </svg>
  );
}
