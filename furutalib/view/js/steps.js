// The view of kind "steps": one step at a time, each with a tick that the kernel keeps on the disk.

import { make } from "./data.js";
import { onTheme, themeOf } from "./theme.js";

export function mountSteps(element, payload, host) {
  const root = make("div", {
    class: "furuta-view furuta-steps",
    role: "group",
    "aria-label": payload.label,
    "data-lm-suppress-shortcuts": "true",
  });
  element.append(root);
  let shown = payload;

  const go = (at) => {
    shown = { ...shown, at: Math.max(0, Math.min(shown.steps.length - 1, at)), picture: null };
    draw();
    host.send({ kind: "go", at: shown.at });
  };
  const draw = () => {
    const had = root.contains(document.activeElement) && document.activeElement.dataset.name;
    const step = shown.steps[shown.at];
    root.classList.toggle("furuta-dark", themeOf(root).dark);
    root.replaceChildren(
      progress(shown),
      chooser(shown, go),
      make("h4", {}, `${shown.at + 1}. ${step.title}`),
      body(step, shown.picture),
      tick(step, shown, host),
      make("p", { class: "furuta-steps-said", role: "status" }, shown.said),
    );
    if (had) root.querySelector(`[data-name="${CSS.escape(had)}"]`)?.focus();
    root.dataset.at = shown.at;
    root.dataset.done = Object.keys(shown.done).length;
    root.dataset.ready = "true";
  };
  const endTheme = onTheme(() => root.classList.toggle("furuta-dark", themeOf(root).dark));
  draw();
  host.onPayload((next) => {
    shown = next;
    draw();
  });
  return () => {
    endTheme();
    root.remove();
  };
}

function progress({ steps, done }) {
  const count = steps.filter(({ id }) => id in done).length;
  const share = (100 * count) / steps.length;
  const bar = make("div", { class: "furuta-steps-bar", "aria-hidden": "true" });
  bar.append(make("div", { style: `width: ${share}%` }));
  return make("div", { class: "furuta-controls" }, bar, `${count} of ${steps.length} done`);
}

function chooser({ steps, at, done }, go) {
  const button = (name, text, to) => {
    const one = make("button", { type: "button", "data-name": name, onclick: () => go(to) }, text);
    one.disabled = to < 0 || to >= steps.length;
    return one;
  };
  const stages = [...new Set(steps.map(({ stage }) => stage))];
  const options = stages.map((stage) =>
    make(
      "optgroup",
      { label: stage },
      ...steps.flatMap(({ id, title, stage: of }, i) =>
        of === stage ? [make("option", { value: i }, `${id in done ? "✔ " : ""}${i + 1}. ${title}`)] : [],
      ),
    ),
  );
  const list = make(
    "select",
    { "aria-label": "step", "data-name": "list", onchange: () => go(Number(list.value)) },
    ...options,
  );
  list.value = at;
  return make(
    "div",
    { class: "furuta-controls" },
    button("back", "◀ back", at - 1),
    list,
    button("next", "next ▶", at + 1),
  );
}

function body(step, picture) {
  const text = make("div", {}, make("p", { class: "furuta-steps-action" }, ...withCode(step.action)));
  for (const [what, items] of [
    ["Parts", step.parts],
    ["Tools", step.tools],
  ]) {
    if (items.length > 0) text.append(make("p", {}, make("b", {}, `${what}: `), items.join(", ")));
  }
  if (step.readings.length > 0) text.append(readings(step.readings));
  const details = make("details", {}, make("summary", {}, "What goes wrong"), make("p", {}, ...withCode(step.trouble)));
  text.append(details);
  const whole = make("div", { class: "furuta-steps-body" });
  if (picture) {
    whole.append(make("img", { src: `data:image/svg+xml;base64,${picture}`, alt: step.title }));
  }
  whole.append(text);
  return whole;
}

function readings(rows) {
  const row = (tag, cells) => make("tr", {}, ...cells.map((text) => make(tag, {}, text)));
  const head = row("th", ["between", "must be", "if not"]);
  const cells = rows.map((each) => row("td", each));
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...cells));
  return make("div", { class: "furuta-steps-readings" }, table);
}

function tick(step, { done }, host) {
  const box = make("input", {
    type: "checkbox",
    "data-name": "tick",
    onchange: () => host.send({ kind: "tick", id: step.id, done: box.checked }),
  });
  box.checked = step.id in done;
  const when = box.checked ? ` (ticked ${done[step.id]})` : "";
  const said = make("span", {}, ...withCode(step.check), when);
  return make("label", { class: "furuta-steps-tick" }, box, said);
}

/** A text in which what stands between two backticks is code. */
function withCode(text) {
  return text.split("`").map((piece, i) => (i % 2 === 1 ? make("code", {}, piece) : piece));
}
