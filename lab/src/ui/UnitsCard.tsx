/** @file All hidden units as images, by falling norm, greyed where the slider cuts them. */

import { drawMosaic } from "../draw/mosaic.js";
import { useRunLabel } from "../state/names.js";
import { state } from "../state/state.js";
import { useStore } from "../state/store.js";
import { theme } from "../state/theme.js";
import { type RunName, runNames } from "../work/protocol.js";
import { Card } from "./Card.js";
import { Picture } from "./Picture.js";

/** The card. */
export function UnitsCard() {
  const inPlane = useStore(state, ({ ready }) => ready?.points != null);
  return (
    <Card
      title="Hidden units"
      note={`${inPlane ? "Where in the plane each unit is active" : "Each unit's incoming weights as an image"}, largest column first, fainter the smaller it is; what the slider cuts is grey.`}
      area="units"
    >
      <div class="pair">
        {runNames.map((name, r) => (
          <Units key={name} name={name} r={r as 0 | 1} />
        ))}
      </div>
    </Card>
  );
}

function Units({ name, r }: { name: RunName; r: 0 | 1 }) {
  const palette = useStore(theme, ({ palette }) => palette);
  const tiles = useStore(state, ({ runs }) => runs[r].tiles);
  const units = useStore(state, ({ units }) => units);
  const text = useRunLabel(name);
  return (
    <figure>
      <Picture
        label={`Hidden units ${text}: ${tiles ? `${Math.min(units, tiles.count)} of ${tiles.count} stay` : "none yet"}.`}
        ratio={1}
        draw={(context, width, height) => {
          if (tiles) drawMosaic(context, [width, height], { tiles, kept: units, palette });
          else context.clearRect(0, 0, width, height);
        }}
      />
      <figcaption class={name}>{text}</figcaption>
    </figure>
  );
}
