/** @file A line chart by uPlot in the page's colours, with words for those who do not see it. */

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useStore } from "../state/store.js";
import { type Palette, theme } from "../state/theme.js";
import { useSight } from "./useSight.js";

/** One line or set of points. */
export interface Line {
  readonly colour: (palette: Palette) => string;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** Points instead of a line. */
  readonly dots?: boolean;
  /** Fills towards the line after it, for bands. */
  readonly bandTo?: number;
}

/** A chart. */
export interface ChartProps {
  /** What it shows now, in a sentence. */
  readonly label: string;
  readonly lines: readonly Line[];
  /** x, then one column a line; null where there is no value. */
  readonly data: readonly (ArrayLike<number | null> | readonly (number | null)[])[];
  readonly height: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
  readonly xLabel: string;
  /** Fixed ends of an axis; else as the data have it. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  readonly percent?: boolean;
  /** A vertical line at this x. */
  readonly mark?: number;
}

/** The chart; made anew when its form or the colours change, fed when its data do. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const palette = useStore(theme, ({ palette }) => palette);
  const form = JSON.stringify([props.lines.length, props.logX, props.logY, props.xRange, props.yRange, props.height]);

  useEffect(() => {
    const made = new uPlot(optionsOf(latest, palette, box.current!.clientWidth), columnsOf(props), box.current!);
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const width = box.current?.clientWidth ?? 0;
      if (width > 0) made.setSize({ width, height: latest.current.height });
    });
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [palette, form]);
  const feed = (): void => plot.current?.setData(columnsOf(latest.current));
  const inSight = useSight(box, feed);
  useEffect(() => {
    if (inSight()) feed();
  }, [props.data, props.mark]);

  return <div class="chart" ref={box} role="img" aria-label={props.label} style={{ height: `${props.height}px` }} />;
}

function columnsOf({ data }: ChartProps): uPlot.AlignedData {
  return data as unknown as uPlot.AlignedData;
}

function optionsOf(latest: { readonly current: ChartProps }, palette: Palette, width: number): uPlot.Options {
  const { lines, height, logX, logY, xLabel, xRange, yRange, percent } = latest.current;
  const font = "11px system-ui, sans-serif";
  const axis = { stroke: palette.quiet, font, grid: { stroke: palette.line, width: 1 }, ticks: { show: false } };
  const scale = (log = false, fixed?: readonly [number, number]): uPlot.Scale => ({
    ...{ time: false, distr: log ? 3 : 1 },
    // Without data uPlot has no ends to go by.
    range: (_, low, high) => {
      if (fixed) return [fixed[0], fixed[1]];
      if (low === null || high === null) return log ? [1, 10] : [0, 1];
      return log ? uPlot.rangeLog(low, high, 10, false) : uPlot.rangeNum(low, high, 0.08, true);
    },
  });
  return {
    ...{ width: Math.max(width, 50), height },
    ...{ cursor: { show: false }, legend: { show: false }, padding: [8, 18, 0, 0] },
    scales: { x: scale(logX, xRange), y: scale(logY, yRange) },
    axes: [
      {
        ...axis,
        size: 20,
        label: xLabel,
        labelSize: 15,
        labelFont: font,
        labelGap: 0,
        gap: 3,
        space: 46,
        values: numbers,
      },
      { ...axis, size: 42, gap: 4, space: 26, values: percent ? percents : numbers },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const stroke = line.colour(palette);
        return {
          ...{ stroke, width: line.dots ? 0 : (line.width ?? 1.75), spanGaps: true },
          ...(line.dash && { dash: [...line.dash] }),
          points: line.dots ? { show: true, size: 4.5, fill: stroke, width: 0 } : { show: false },
        };
      }),
    ],
    bands: lines.flatMap(({ bandTo, colour }, i) =>
      bandTo === undefined
        ? []
        : [
            {
              series: [i + 1, bandTo + 1] as [number, number],
              fill: colour(palette).replace("rgb(", "rgba(").replace(")", ", 0.14)"),
            },
          ],
    ),
    hooks: {
      draw: [
        (plot) => {
          const { mark } = latest.current;
          if (mark === undefined) return;
          const x = Math.round(plot.valToPos(mark, "x", true));
          const { ctx, bbox } = plot;
          ctx.save();
          ctx.strokeStyle = palette.ink;
          ctx.lineWidth = 1.25 * devicePixelRatio;
          ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
          ctx.restore();
        },
      ],
    },
  };
}

function percents(_: uPlot, ticks: (number | null)[]): string[] {
  return ticks.map((tick) => (tick === null ? "" : `${Math.round(100 * tick)} %`));
}

function numbers(_: uPlot, ticks: (number | null)[]): string[] {
  return ticks.map((tick) => (tick === null ? "" : short(tick)));
}

function short(value: number): string {
  if (value >= 1e4) return `${Number((value / 1000).toPrecision(3))}k`;
  return `${Number(value.toPrecision(3))}`;
}
