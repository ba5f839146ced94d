// The view of kind "stop": one big button. It acts when it is pressed down, not when it is let go.
//
// The kernel answers from another thread than the one that runs cells. If it does not answer at
// once, the page has it interrupted as well, which ends the cell by another way.

import { make } from "./data.js";

const PATIENCE_MS = 500;

export function mountStop(element, payload, host) {
  const said = make("div", { class: "furuta-stop-said", role: "status" }, payload.hint);
  const button = make("button", { type: "button", class: "furuta-stop-button" }, payload.label);
  const root = make(
    "div",
    { class: "furuta-view furuta-stop", role: "group", "data-lm-suppress-shortcuts": "true" },
    button,
    said,
  );
  element.append(root);
  let pressed = 0;
  let waiting = 0;

  const press = () => {
    host.send({ kind: "stop" });
    said.textContent = "stopping …";
    root.dataset.pressed = ++pressed;
    waiting ||= setTimeout(interrupt, PATIENCE_MS);
  };
  const interrupt = () => {
    root.dataset.interrupted = "true";
    said.textContent = host.interrupt?.()
      ? "the kernel did not answer: its cell is being interrupted"
      : "the kernel does not answer: press ■ at the top of the notebook, or pull the plug";
  };
  button.addEventListener("pointerdown", press);
  button.addEventListener("click", (event) => event.detail === 0 && press()); // by keyboard
  host.onMessage(({ kind, text }) => {
    if (kind !== "stopped") return;
    clearTimeout(waiting);
    waiting = 0;
    said.textContent = text;
    root.dataset.answer = text;
  });
  root.dataset.ready = "true";
  return () => {
    clearTimeout(waiting);
    root.remove();
  };
}
