/** @file Draw a digit, and the dense and the compact network answer side by side. */

import { useEffect, useRef, useState } from "preact/hooks";
import { digitOf, showDigit } from "../draw/digit.js";
import { ask, chooseData } from "../state/conduct.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import type { Answer, Answers } from "../work/protocol.js";
import { Card } from "./Card.js";
import { bytes, percent } from "./format.js";

const padSide = 112;
const stroke = 9;

/** The card. */
export function DigitCard() {
  const data = useStore(state, ({ settings }) => settings.data);
  return (
    <Card
      title="Draw a digit"
      note="The network with the heavy tail answers twice: as it is, and as the slider has cut it."
      area="digit"
    >
      {data === "digits" ? (
        <Pad />
      ) : (
        <p class="empty">
          These runs have not seen digits.
          <button type="button" onClick={() => chooseData("digits")}>
            Train on digits
          </button>
        </p>
      )}
    </Card>
  );
}

function Pad() {
  const pad = useRef<HTMLCanvasElement>(null);
  const row = useRef(-1);
  const busy = useRef(false);
  const again = useRef<Float32Array | null>(null);
  const [label, setLabel] = useState<string | null>(null);
  const [answers, setAnswers] = useState<Answers["classify"] | null>(null);
  const units = useStore(state, ({ units }) => units);
  const now = useStore(state, ({ now, phase }) => (phase === "running" ? Math.floor(now / 50) : now));
  const [values, setValues] = useState<Float32Array | null>(null);

  const clear = (): void => {
    const context = pad.current!.getContext("2d", { willReadFrequently: true })!;
    context.fillStyle = "#000";
    context.fillRect(0, 0, padSide, padSide);
    setLabel(null);
    setAnswers(null);
    setValues(null);
  };
  /** One question at a time; of those that come meanwhile the last. */
  const classify = async (asked: Float32Array): Promise<void> => {
    again.current = asked;
    if (busy.current) return;
    busy.current = true;
    try {
      while (again.current) {
        const next: Float32Array = again.current;
        again.current = null;
        setAnswers(await ask({ kind: "classify", values: next }));
      }
    } catch {
      setAnswers(null);
    } finally {
      busy.current = false;
    }
  };
  useEffect(clear, []);
  useEffect(() => {
    if (values) void classify(values);
  }, [values, units, now]);

  const drawTo = (event: PointerEvent): void => {
    const box = pad.current!.getBoundingClientRect();
    const scale = padSide / box.width;
    const context = pad.current!.getContext("2d")!;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    if (event.type === "pointerdown") {
      pad.current!.setPointerCapture(event.pointerId);
      if (label !== null) clear();
      Object.assign(context, { lineWidth: stroke, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
      context.beginPath();
      context.moveTo(x, y);
    } else if (event.buttons === 0) return;
    context.lineTo(x, y);
    context.stroke();
    setValues(digitOf(pad.current!));
  };
  const showNext = async (): Promise<void> => {
    row.current++;
    const next = await ask({ kind: "testRow", row: row.current });
    showDigit(pad.current!, next.values);
    setLabel(next.label);
    setValues(next.values);
  };
  return (
    <div class="digits">
      <div>
        <canvas
          ref={pad}
          class="pad"
          width={padSide}
          height={padSide}
          role="img"
          aria-label={
            label === null
              ? "A pad to draw a digit on; without a pointer take a test digit."
              : `A test digit, labelled ${label}.`
          }
          onPointerDown={drawTo}
          onPointerMove={drawTo}
        />
        <div class="row">
          <button type="button" onClick={() => void showNext().catch(() => {})}>
            Test digit
          </button>
          <button type="button" onClick={clear}>
            Clear
          </button>
        </div>
      </div>
      <div class="answers" aria-live="polite">
        <AnswerBars title="dense" answer={answers?.dense ?? null} />
        <AnswerBars title="compact" answer={answers?.compact ?? null} />
      </div>
    </div>
  );
}

function AnswerBars({ title, answer }: { title: string; answer: Answer | null }) {
  const probabilities = answer ? [...answer.probabilities] : Array.from({ length: 10 }, () => 0);
  const best = answer ? probabilities.indexOf(Math.max(...probabilities)) : null;
  return (
    <section class="answer" aria-label={`${title} network`}>
      <p>
        <b>{title}</b> {answer ? `${answer.units} units, ${bytes(answer.bytes)}` : ""}
      </p>
      <div class="bars" aria-hidden="true">
        {probabilities.map((share, digit) => (
          <span key={String(digit)} class={digit === best ? "best" : ""}>
            <i style={{ height: `${Math.max(1, 100 * share)}%` }} />
            {digit}
          </span>
        ))}
      </div>
      <p class="readout">
        {best === null ? (
          "draw"
        ) : (
          <>
            <b>{best}</b> at {percent(probabilities[best]!)}, {answer!.milliseconds.toFixed(3)} ms
          </>
        )}
      </p>
    </section>
  );
}
