/** @file The path of two weights under the noise alone: a Lévy flight, beside the Gaussian one of the same scale. */

import { useEffect, useRef, useState } from "preact/hooks";
import { drawFlight } from "../draw/flight.js";
import { stillness } from "../state/conduct.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { theme } from "../state/theme.js";
import { askTheory } from "../state/theory.js";
import { Card } from "./Card.js";
import { Picture } from "./Picture.js";
import { saveFile } from "./saveFile.js";

/** Steps of the path, and seconds that drawing it takes. */
const steps = 5000;
const seconds = 25;
/** Least time between two pictures, in milliseconds. */
const interval = 45;

/** The card. */
export function FlightCard() {
  const palette = useStore(theme, ({ palette }) => palette);
  const settings = useStore(state, ({ settings }) => settings);
  const [paths, setPaths] = useState<{ heavy: Float32Array; gaussian: Float32Array } | null>(null);
  const [shown, setShown] = useState(0);
  const { noise, alpha, sigma, learningRate, seed } = settings;
  useEffect(() => {
    let wanted = true;
    const ask = (kind: typeof noise) =>
      askTheory({ kind: "flight", noise: kind, alpha, sigma, learningRate, seed, steps });
    Promise.all([ask(noise), ask("gaussian")]).then(
      ([heavy, gaussian]) => wanted && setPaths({ heavy, gaussian }),
      () => wanted && setPaths(null),
    );
    return () => {
      wanted = false;
    };
  }, [noise, alpha, sigma, learningRate, seed]);
  useDrawing(paths, setShown);
  const save = async (): Promise<void> => {
    if (!paths) return;
    const { npy } = await askTheory({ kind: "npy", values: paths.heavy, columns: 2 });
    saveFile(`noise-${noise}-seed${seed}.npy`, npy);
  };
  return (
    <Card
      title="One unit under noise alone"
      note="Two weights of a unit, the path of their noise without any gradient. A Gaussian one of the same σ stays near; a heavy-tailed one waits, and jumps."
      area="flight"
    >
      <Picture
        label={`The paths of two weights over ${shown} steps: ${noise} noise beside Gaussian noise.`}
        ratio={0.72}
        draw={(context, width, height) => {
          context.clearRect(0, 0, width, height);
          if (paths) drawFlight(context, [width, height], { ...paths, shown, palette });
        }}
      />
      <p class="readout">
        <i class="swatch heavy" /> {noise === "none" ? "no noise" : noise} <i class="swatch plain" /> Gaussian, step{" "}
        {shown.toLocaleString("en")} of {steps.toLocaleString("en")}.{" "}
        <button type="button" class="link" onClick={() => void save()} disabled={!paths}>
          Save the draws (.npy)
        </button>
      </p>
    </Card>
  );
}

/** Lets the path grow, frame by frame; all at once where less is to move. */
function useDrawing(paths: object | null, setShown: (steps: number) => void): void {
  const frame = useRef(0);
  useEffect(() => {
    cancelAnimationFrame(frame.current);
    if (!paths) return;
    if (stillness.matches) return setShown(steps);
    const started = performance.now();
    let last = -interval;
    const grow = (now: number): void => {
      const share = Math.min(1, Math.max(0, now - started) / 1000 / seconds);
      if (now - last >= interval || share === 1) {
        setShown(Math.max(1, Math.round(share * steps)));
        last = now;
      }
      if (share < 1) frame.current = requestAnimationFrame(grow);
    };
    frame.current = requestAnimationFrame(grow);
    return () => cancelAnimationFrame(frame.current);
  }, [paths]);
}
