// Axes on which one curve is drawn: with a mouse or a finger, or with the arrow keys, which move a
// pen: left and right draw, up and down set the pen higher or lower.

import { make } from "./data.js";

const WIDTH = 640;
const HEIGHT = 300;
const FRAME = { left: 58, right: 622, top: 14, bottom: 252 };
const STEPS = 20; // how often an arrow key goes into the height of the axes
const STRIDE = 2; // points that an arrow key draws

export function mountSketch(element, payload, host) {
  const points = payload.values.slice();
  const [low, high] = payload.y.range;
  let committed = payload.committed;
  let pen = { index: 0, y: (low + high) / 2 };

  const path = svg("path", { class: "furuta-sketch-curve" });
  const tip = svg("circle", { class: "furuta-sketch-pen", r: 6 });
  const board = svg("svg", {
    class: "furuta-sketch-board",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    tabindex: "0",
    role: "application",
    "aria-label": `${payload.label}. Draw with the mouse or the arrow keys: left and right draw, up and down move the pen.`,
  });
  board.append(...axes(payload), path, tip);
  const clear = make("button", { type: "button", onclick: () => erase() }, "Clear");
  const words = make("span", { role: "status" });
  const foot = make("div", { class: "furuta-sketch-foot" }, clear, words);
  const root = make("div", { class: "furuta-view furuta-sketch", "data-lm-suppress-shortcuts": "true" }, board, foot);
  element.append(root);

  const xOf = (index) => between(index / (points.length - 1), FRAME.left, FRAME.right);
  const yOf = (y) => between((y - low) / (high - low), FRAME.bottom, FRAME.top);
  const limited = (y) => Math.min(high, Math.max(low, y));

  function draw(said) {
    path.setAttribute("d", pathOf(points, xOf, yOf));
    tip.setAttribute("cx", xOf(pen.index));
    tip.setAttribute("cy", yOf(pen.y));
    words.textContent = said;
    clear.disabled = committed;
    root.classList.toggle("furuta-committed", committed);
    root.dataset.points = points.filter((y) => y !== null).length;
    root.dataset.committed = committed;
    root.dataset.ready = "true";
  }

  const hint = () => (committed ? "Committed." : "Draw with the mouse, a finger or the arrow keys.");
  const here = () => {
    const x = between(pen.index / (points.length - 1), ...payload.x.range);
    return `${payload.x.label} ${brief(x)}: ${payload.y.label} ${brief(pen.y)}`;
  };
  const send = () => host.send({ kind: "sketch", y: points });

  /** A straight line from the pen to another place; the pen goes there. */
  function drawTo(index, y) {
    const steps = Math.max(1, Math.abs(index - pen.index));
    for (let i = 0; i <= steps; i++) {
      points[Math.round(between(i / steps, pen.index, index))] = between(i / steps, pen.y, y);
    }
    pen = { index, y };
    draw(here());
  }

  function erase() {
    points.fill(null);
    pen = { index: 0, y: (low + high) / 2 };
    draw(hint());
    send();
  }

  function place(event) {
    const box = board.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const y = ((event.clientY - box.top) / box.height) * HEIGHT;
    const share = Math.min(1, Math.max(0, (x - FRAME.left) / (FRAME.right - FRAME.left)));
    const height = (FRAME.bottom - y) / (FRAME.bottom - FRAME.top);
    return { index: Math.round(share * (points.length - 1)), y: limited(between(height, low, high)) };
  }

  board.addEventListener("pointerdown", (event) => {
    if (committed || event.button !== 0) return;
    board.setPointerCapture(event.pointerId);
    pen = place(event);
    drawTo(pen.index, pen.y);
  });
  board.addEventListener("pointermove", (event) => {
    if (committed || !board.hasPointerCapture(event.pointerId)) return;
    const to = place(event);
    drawTo(to.index, to.y);
  });
  board.addEventListener("lostpointercapture", send);
  board.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-STRIDE, 0], ArrowRight: [STRIDE, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (committed || !move) return;
    event.preventDefault();
    const index = Math.min(points.length - 1, Math.max(0, pen.index + move[0]));
    const y = limited(pen.y + (move[1] * (high - low)) / STEPS);
    if (move[1]) pen = { index, y }; // a jump at one place is no slope: begin anew from here
    drawTo(index, y);
    send();
  });
  host.onPayload((next) => {
    if (next.committed === committed) return; // the kernel's echo of what was drawn here
    committed = next.committed;
    points.splice(0, points.length, ...next.values);
    draw(hint());
  });
  draw(hint());
  return () => root.remove();
}

function axes({ x, y }) {
  const parts = [
    svg("rect", {
      class: "furuta-sketch-frame",
      x: FRAME.left,
      y: FRAME.top,
      width: FRAME.right - FRAME.left,
      height: FRAME.bottom - FRAME.top,
    }),
  ];
  for (const tick of ticks(...x.range)) {
    const at = between((tick - x.range[0]) / (x.range[1] - x.range[0]), FRAME.left, FRAME.right);
    parts.push(svg("path", { class: "furuta-sketch-grid", d: `M${at} ${FRAME.top}V${FRAME.bottom}` }));
    parts.push(text(brief(tick), at, FRAME.bottom + 18, "middle"));
  }
  for (const tick of ticks(...y.range)) {
    const at = between((tick - y.range[0]) / (y.range[1] - y.range[0]), FRAME.bottom, FRAME.top);
    parts.push(svg("path", { class: "furuta-sketch-grid", d: `M${FRAME.left} ${at}H${FRAME.right}` }));
    parts.push(text(brief(tick), FRAME.left - 6, at + 5, "end"));
  }
  parts.push(text(x.label, (FRAME.left + FRAME.right) / 2, HEIGHT - 8, "middle"));
  const middle = (FRAME.top + FRAME.bottom) / 2;
  const name = text(y.label, 0, 0, "middle");
  name.setAttribute("transform", `translate(15 ${middle}) rotate(-90)`);
  return [...parts, name];
}

/** About five round numbers within a range. */
function ticks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function pathOf(points, xOf, yOf) {
  let drawn = "";
  points.forEach((y, i) => {
    if (y === null) return;
    const begin = i === 0 || points[i - 1] === null;
    drawn += `${begin ? "M" : "L"}${xOf(i).toFixed(1)} ${yOf(y).toFixed(1)}`;
  });
  return drawn;
}

function between(share, from, to) {
  return from + share * (to - from);
}

function brief(value) {
  const text = (value + 0).toLocaleString("en", { maximumSignificantDigits: 3 }); // + 0: no "-0"
  return text.replace("-", "−");
}

function text(words, x, y, anchor) {
  const made = svg("text", { x, y, "text-anchor": anchor });
  made.textContent = words;
  return made;
}

function svg(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
