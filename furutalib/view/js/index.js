// The one door of the bundle: `mount` shows a view of some kind in an element of the page.
//
// It is the same in a notebook (called by loader.js, `host` is the kernel) and in an exported page
// (called by pages.js, nobody listens).

import charts from "uplot/dist/uPlot.min.css";
import { mountParts } from "./parts.js";
import parts from "./parts.css";
import { mountPlot } from "./plot.js";
import { mountScene } from "./scene.js";
import { mountSketch } from "./sketch.js";
import sketches from "./sketch.css";
import { mountSteps } from "./steps.js";
import steps from "./steps.css";
import stops from "./stop.css";
import { mountStop } from "./stop.js";
import style from "./style.css";
import { mountTable } from "./table.js";
import tables from "./table.css";

const KINDS = {
  parts: mountParts,
  plot: mountPlot,
  scene: mountScene,
  sketch: mountSketch,
  steps: mountSteps,
  stop: mountStop,
  table: mountTable,
};
const ASKING = ["sketch", "steps", "stop"];

/** Show a view; returns a function that takes it away. */
export function mount(kind, element, payload, host) {
  addStyle();
  const show = KINDS[kind];
  if (!show) throw new Error(`no view of kind ${kind}; known: ${Object.keys(KINDS).join(", ")}`);
  return show(element, payload, host);
}

/** Bring to life every still picture of a page without a kernel. */
export function mountPage() {
  const host = { onPayload: () => {}, onMessage: () => {}, send: () => {} };
  for (const still of document.querySelectorAll("[data-furuta-payload]")) {
    const payload = JSON.parse(still.dataset.furutaPayload);
    const asks = payload.mode === "live" || ASKING.includes(still.dataset.furutaKind);
    if (asks) continue; // nobody answers here: the still picture says more
    const place = document.createElement("div");
    still.after(place);
    mount(still.dataset.furutaKind, place, payload, host);
    still.hidden = true;
  }
}

function addStyle() {
  const id = "furutalib-view-style";
  if (document.getElementById(id)) return;
  const sheet = document.createElement("style");
  sheet.id = id;
  sheet.textContent = charts + style + parts + sketches + steps + stops + tables;
  document.head.append(sheet);
}
