/** @file One of the two runs: its accuracy, and its network as a decision surface or as its hidden units. */

import { drawField } from "../draw/field.js";
import { drawGallery } from "../draw/gallery.js";
import { drawMosaic } from "../draw/mosaic.js";
import { runTitle } from "../state/names.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { theme } from "../state/theme.js";
import { type Ready, type RunName, runNames } from "../work/protocol.js";
import { Card } from "./Card.js";
import { percent, three } from "./format.js";
import { Picture } from "./Picture.js";

/** The run's card. */
export function RunCard({ name }: { name: RunName }) {
  const r = runNames.indexOf(name) as 0 | 1;
  const title = useStore(state, ({ settings }) => runTitle(name, settings));
  const [first, ...rest] = title.split(" ");
  return (
    <Card
      title={
        <span class={name}>
          {first} <small>{rest.join(" ")}</small>
        </span>
      }
      area={`run ${name}`}
    >
      <Numbers r={r} name={name} />
      <Network r={r} title={title} />
      <Trouble r={r} />
    </Card>
  );
}

function Numbers({ r, name }: { r: 0 | 1; name: RunName }) {
  const history = useStore(state, ({ runs }) => runs[r].history);
  const test = history.testAccuracy.at(-1);
  const train = history.trainAccuracy.at(-1);
  const loss = history.trainLoss.at(-1);
  return (
    <dl class="numbers">
      <div class="large">
        <dt>test accuracy</dt>
        <dd id={`accuracy-${name}`}>{test === undefined ? "–" : percent(test)}</dd>
      </div>
      <div>
        <dt>training</dt>
        <dd>{train === undefined ? "–" : percent(train)}</dd>
      </div>
      <div>
        <dt>loss</dt>
        <dd>{loss === undefined ? "–" : three(loss)}</dd>
      </div>
    </dl>
  );
}

function Network({ r, title }: { r: 0 | 1; title: string }) {
  const palette = useStore(theme, ({ palette }) => palette);
  const ready = useStore(state, ({ ready }) => ready);
  const field = useStore(state, ({ runs }) => runs[r].field);
  const tiles = useStore(state, ({ runs }) => runs[r].tiles);
  const answers = useStore(state, ({ runs }) => runs[r].answers);
  const label =
    ready === null || ready.points
      ? `${title}: which class the network gives to each point of the plane, with the data on it.`
      : ready.gallery
        ? `${title}: test pictures; ${wrongAnswers(ready, answers)} of ${answers?.length ?? 0} are answered wrongly and marked with the answer.`
        : `${title}: the first layer's weights of all hidden units as tiles, by falling norm.`;
  return (
    <Picture
      label={label}
      ratio={1}
      draw={(context, width, height) => {
        if (ready === null || ready.points) drawField(context, width, { field, ready, palette });
        else if (ready.gallery) drawGallery(context, width, { ready, answers, palette });
        else if (tiles) drawMosaic(context, [width, height], { tiles, kept: tiles.count, palette });
        else context.clearRect(0, 0, width, height);
      }}
    />
  );
}

function wrongAnswers({ labels, trainRows }: Ready, answers: Uint8Array | null): number {
  return answers?.reduce((wrong, answer, row) => wrong + Number(answer !== labels[trainRows + row]), 0) ?? 0;
}

function Trouble({ r }: { r: 0 | 1 }) {
  const trouble = useStore(state, ({ runs }) => runs[r].trouble);
  return trouble ? <p class="problem">This run ended: {trouble}</p> : null;
}
