// Plots beside a scene: one time axis for all, and a cursor that the player moves.

import uPlot from "uplot";
import { decode, make, signed, withGaps } from "./data.js";
import { WINDOW_S } from "./live.js";

const AXIS_PX = 46;
const TITLE_PX = 20; // see style.css
const TIMES_PX = 24;
const FONT = "13px system-ui, sans-serif";

/** Axis options in the colours of the page. */
export function axis(theme, more = {}) {
  return {
    stroke: theme.text,
    font: FONT,
    labelFont: FONT,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { stroke: theme.grid, width: 1, size: 4 },
    ...more,
  };
}

export class Plots {
  /** `onScrub(time)` is called while the user drags over a plot; null if time cannot be chosen. */
  constructor(element, onScrub) {
    this.element = element;
    this.onScrub = onScrub;
    this.plots = [];
  }

  /** Show these plots: [{title, series: [{track, values, colour, ghost}]}]. */
  show(specs, theme) {
    const looks = JSON.stringify([specs.map(lookOf), theme]);
    if (looks !== this.looks) this.#make(specs, theme);
    else specs.forEach((spec, i) => this.#refill(this.plots[i], spec));
    this.looks = looks;
    this.resize();
  }

  /** Recorded series keep their data, live ones get new data all the time: curves of each plot. */
  feed(times, columns) {
    this.range = [Math.max(0, times.at(-1) - WINDOW_S), Math.max(WINDOW_S, times.at(-1))];
    for (const [i, { chart, value }] of this.plots.entries()) {
      chart.setData([times, ...columns[i]]);
      value.textContent = signed(columns[i].at(-1).at(-1), 2);
    }
  }

  cursor(time) {
    for (const { chart, now, value, first } of this.plots) {
      now.style.left = `${chart.valToPos(time, "x")}px`;
      if (!first) continue;
      const i = first.track.index(time);
      value.textContent = Number.isFinite(first.values[i]) ? signed(first.values[i], 2) : "";
    }
  }

  resize() {
    // While JupyterLab changes its theme nothing has a size, and afterwards nobody says so.
    this.width = this.element.clientWidth || this.width;
    this.height = this.element.clientHeight || this.height;
    const spare = this.height - this.plots.length * TITLE_PX - TIMES_PX;
    const each = Math.floor(spare / this.plots.length);
    for (const [i, { chart }] of this.plots.entries()) {
      const foot = i === this.plots.length - 1 ? TIMES_PX : 0;
      if (this.width) chart.setSize({ width: this.width, height: each + foot });
    }
  }

  destroy() {
    for (const { chart } of this.plots) chart.destroy();
    this.plots = [];
    this.element.replaceChildren();
  }

  #make(specs, theme) {
    this.destroy();
    this.range = null;
    this.element.hidden = specs.length === 0;
    this.element.style.setProperty("--furuta-plots", specs.length);
    this.plots = specs.map((spec, i) => this.#plot(spec, theme, i === specs.length - 1));
  }

  #refill(plot, { series }) {
    if (!series[0].track) return; // live data come through `feed`
    plot.first = series[0];
    plot.chart.setData(table(series));
  }

  #plot(spec, theme, last) {
    const value = make("span", { class: "furuta-value" });
    const title = make("div", { class: "furuta-title" }, spec.title, value);
    const box = make("div", {}, title);
    this.element.append(box);
    const options = {
      width: 300,
      height: 100,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: (u, low, high) => this.range ?? [low, high] } },
      axes: [
        axis(theme, { size: last ? TIMES_PX + 6 : 6, values: last ? seconds : () => [] }),
        axis(theme, { size: AXIS_PX, space: 20 }),
      ],
      series: [
        {},
        ...spec.series.map(({ colour, ghost }) => ({
          stroke: colour,
          width: ghost ? 1.5 : 2,
          points: { show: false },
        })),
      ],
    };
    const chart = new uPlot(options, table(spec.series), box);
    const now = make("div", { class: "furuta-now" });
    if (this.onScrub) {
      chart.over.append(now);
      this.#scrubBy(chart);
    }
    return { chart, value, now, first: spec.series[0] };
  }

  #scrubBy(chart) {
    const to = (event) => {
      const left = event.clientX - chart.over.getBoundingClientRect().left;
      this.onScrub(chart.posToVal(left, "x"));
    };
    chart.over.addEventListener("pointerdown", (event) => {
      chart.over.setPointerCapture(event.pointerId);
      to(event);
    });
    chart.over.addEventListener("pointermove", (event) => event.buttons && to(event));
  }
}

/** Series with times of their own, joined to one table; live ones have no data yet. */
function table(series) {
  if (!series[0].track) return [[], ...series.map(() => [])];
  return uPlot.join(
    series.map(({ track, values }) => [Array.from(track.times), withGaps(values)]),
  );
}

/** What of a plot cannot be changed without making it anew. */
function lookOf({ title, series }) {
  return [title, series.map(({ colour, ghost }) => [colour, ghost])];
}

function seconds(_, ticks) {
  return ticks.map((tick) => `${tick} s`);
}

/** The plots of a payload, ready for `show`. */
export function specsOf(payload, tracks, colours) {
  return payload.plots.map((plot) => ({
    title: plot.title,
    series: plot.series.map(({ track, values }) => ({
      track: tracks[track],
      values: decode(values),
      colour: colours[track],
      ghost: track > 0,
    })),
  }));
}
