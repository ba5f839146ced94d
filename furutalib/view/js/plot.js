// The view of kind "plot": curves, bands, marks and a picture over one x.

import uPlot from "uplot";
import { decode, make, newest, withGaps } from "./data.js";
import { axis } from "./plots.js";
import { onTheme, themeOf } from "./theme.js";

const PALETTE = ["#d4581c", "#2f86d6", "#13a07a", "#c76ba0", "#8a70d6", "#b08a1e"];
const LINE_PX = 20;

export function mountPlot(element, payload, host) {
  const view = new PlotView(element, host);
  view.show(payload);
  return () => view.destroy();
}

class PlotView {
  constructor(element, host) {
    this.title = make("div", { class: "furuta-title" });
    this.place = make("div", { class: "furuta-chart" });
    this.legend = make("div", { class: "furuta-legend" });
    this.element = make(
      "div",
      { class: "furuta-view furuta-plot", role: "img", tabindex: 0 },
      this.title,
      this.place,
      this.legend,
    );
    this.element.setAttribute("data-lm-suppress-shortcuts", "true");
    element.append(this.element);
    this.updates = 0;
    this.endTheme = onTheme(() => this.draw());
    this.resized = new ResizeObserver(() => this.resize());
    this.resized.observe(this.place);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    host.onPayload(newest((payload) => this.show(payload)));
  }

  show(payload) {
    this.payload = payload;
    this.x = Array.from(decode(payload.x.values));
    this.curves = payload.series.map((curve, i) => ({
      ...curve,
      colour: curve.colour ?? PALETTE[i % PALETTE.length],
      values: withGaps(decode(curve.values)),
    }));
    this.element.setAttribute("aria-label", payload.label);
    this.title.textContent = payload.title;
    this.title.hidden = !payload.title;
    this.#load(payload.image);
    this.draw();
    this.#expose();
  }

  draw() {
    this.chart?.destroy();
    this.theme = themeOf(this.element);
    this.element.classList.toggle("furuta-dark", this.theme.dark);
    const bands = this.payload.bands.flatMap((band) => [
      withGaps(decode(band.high)),
      withGaps(decode(band.low)),
    ]);
    const data = [this.x, ...bands, ...this.curves.map((curve) => curve.values)];
    this.chart = new uPlot(this.#options(), data, this.place);
    this.#legend();
    this.resize();
  }

  resize() {
    // While JupyterLab changes its theme nothing has a width, and afterwards nobody says so.
    this.width = this.place.clientWidth || this.width;
    if (this.width) this.chart.setSize({ width: this.width, height: this.payload.height });
  }

  destroy() {
    this.chart.destroy();
    this.endTheme();
    this.resized.disconnect();
    this.element.remove();
  }

  #options() {
    const { x, y, bands, image } = this.payload;
    const span = (given) => (u, low, high) => given ?? [low, high];
    return {
      width: 300,
      height: this.payload.height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: span(image?.x) },
        y: y.range || image ? { range: y.range ?? image.y } : {},
      },
      axes: [
        axis(this.theme, { label: x.label, size: 30, labelSize: 18 }),
        axis(this.theme, { label: y.label || null, size: 50, labelSize: 18 }),
      ],
      series: [{}, ...bands.flatMap(() => [hidden(), hidden()]), ...this.curves.map(lineOf)],
      bands: bands.map(({ colour }, i) => ({
        series: [2 * i + 1, 2 * i + 2],
        fill: `${colour}40`,
      })),
      hooks: {
        drawClear: [(chart) => this.#picture(chart)],
        draw: [(chart) => this.#marks(chart)],
        setCursor: [(chart) => this.#values(chart.cursor.idx)],
      },
    };
  }

  #load(image) {
    if (image?.url === this.image?.src) return;
    this.image = null;
    if (!image) return;
    this.image = new Image();
    this.image.onload = () => this.chart.redraw(false);
    this.image.src = image.url;
  }

  #picture(chart) {
    if (!this.image?.complete) return;
    const { x, y } = this.payload.image;
    const [left, right] = x.map((value) => chart.valToPos(value, "x", true));
    const [bottom, top] = y.map((value) => chart.valToPos(value, "y", true));
    chart.ctx.drawImage(this.image, left, top, right - left, bottom - top);
  }

  #marks({ ctx, bbox, valToPos }) {
    const scale = devicePixelRatio || 1;
    ctx.save();
    ctx.font = `${13 * scale}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.lineWidth = 1.5 * scale;
    ctx.setLineDash([5 * scale, 4 * scale]);
    for (const mark of this.payload.marks) {
      ctx.strokeStyle = ctx.fillStyle = mark.colour;
      ctx.beginPath();
      if (mark.x !== null) {
        const at = valToPos(mark.x, "x", true);
        ctx.moveTo(at, bbox.top);
        ctx.lineTo(at, bbox.top + bbox.height);
        ctx.fillText(mark.name, at + 4 * scale, bbox.top + 12 * scale);
      } else {
        const at = valToPos(mark.y, "y", true);
        ctx.moveTo(bbox.left, at);
        ctx.lineTo(bbox.left + bbox.width, at);
        ctx.fillText(mark.name, bbox.left + 6 * scale, at - 4 * scale);
      }
      ctx.stroke();
    }
    ctx.restore();
  }

  #legend() {
    this.readouts = this.curves.map(() => make("span", { class: "furuta-value" }));
    this.legend.replaceChildren(
      ...this.curves.flatMap(({ name, colour, style, listed }, i) => {
        if (listed === false) return [];
        const swatch = make("i", { "aria-hidden": "true", class: `furuta-${style}` });
        swatch.style.color = colour;
        return [make("span", {}, swatch, name, this.readouts[i])];
      }),
    );
  }

  /** Values at a point of x behind the names; the last ones where there is no cursor. */
  #values(i) {
    this.curves.forEach(({ values }, k) => {
      const value = i == null ? null : values[i];
      this.readouts[k].textContent = value == null ? "" : value.toPrecision(4);
    });
  }

  /** Left and right move the cursor from point to point. */
  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const last = this.x.length - 1;
    this.at = Math.min(last, Math.max(0, (this.at ?? (step > 0 ? -1 : last + 1)) + step));
    this.chart.setCursor({ left: this.chart.valToPos(this.x[this.at], "x"), top: 20 });
  }

  #expose() {
    const last = this.curves.map(({ name, values }) => [name, values.findLast((v) => v !== null)]);
    Object.assign(this.element.dataset, {
      points: this.x.length,
      last: JSON.stringify(Object.fromEntries(last)),
      updates: ++this.updates,
      ready: "true",
    });
  }
}

function lineOf({ colour, style, width }) {
  if (style === "points") {
    return { stroke: colour, paths: () => null, points: { show: true, size: 3 * width, fill: colour } };
  }
  const dash = style === "dash" ? [6, 5] : undefined;
  return { stroke: colour, width, dash, points: { show: false } };
}

function hidden() {
  return { stroke: "transparent", width: 0, points: { show: false } };
}
