// A table: a click or the Enter key on a heading sorts by it, once more turns the order round.
//
// Which cells are the best of their column comes with the payload; unknown values stay last.

import { make } from "./data.js";

const LONG = 40; // characters; a longer text is wrapped

export function mountTable(element, payload, host) {
  // JupyterLab would take the Enter key for itself.
  const root = make("div", { class: "furuta-view furuta-table", "data-lm-suppress-shortcuts": "true" });
  element.append(root);
  let shown = payload;
  let order = null; // {key, descending}

  const draw = () => {
    const focused = root.contains(document.activeElement) && document.activeElement.dataset.key;
    root.replaceChildren(table(shown, order, sortBy), make("p", {}, shown.note));
    if (focused) root.querySelector(`button[data-key="${CSS.escape(focused)}"]`)?.focus();
    root.dataset.rows = shown.rows.length;
    root.dataset.sorted = order ? `${order.key} ${direction(order)}` : "";
    root.dataset.ready = "true";
  };
  const sortBy = (column) => {
    const again = order?.key === column.key;
    order = { key: column.key, descending: again ? !order.descending : column.better === "high" };
    draw();
  };
  draw();
  host.onPayload((next) => {
    shown = next;
    draw();
  });
  return () => root.remove();
}

function table(payload, order, sortBy) {
  const headings = payload.columns.map((column) => heading(column, order, sortBy));
  const rows = sorted(payload, order).map((index) =>
    make("tr", {}, ...payload.columns.map((column) => cell(payload, column, index))),
  );
  const caption = make("caption", {}, payload.label);
  const head = make("thead", {}, make("tr", {}, ...headings));
  const whole = make("table", {}, caption, head, make("tbody", {}, ...rows));
  // On a narrow page the table scrolls sideways, also by keyboard, and not the page.
  const frame = { class: "furuta-table-frame", tabindex: "0", role: "region", "aria-label": payload.label };
  return make("div", frame, whole);
}

function heading(column, order, sortBy) {
  const sort = order?.key === column.key ? direction(order) : "none";
  const arrow = { none: "", ascending: "\u2009▲", descending: "\u2009▼" }[sort];
  const title = column.unit ? `${column.title} (${column.unit})` : column.title;
  const button = make(
    "button",
    { type: "button", "data-key": column.key, onclick: () => sortBy(column) },
    title,
    make("span", { "aria-hidden": "true" }, arrow),
  );
  return make("th", { scope: "col", "aria-sort": sort }, button);
}

function cell(payload, column, index) {
  const value = payload.rows[index][column.key];
  if (typeof value === "string") {
    return make("td", value.length > LONG ? { class: "furuta-long" } : {}, value);
  }
  const text = value === null ? "–" : value.toFixed(column.places);
  if (!payload.best[column.key].includes(index)) return make("td", { class: "furuta-number" }, text);
  const unseen = make("span", { class: "furuta-unseen" }, " (best)");
  const best = { class: "furuta-number furuta-best", title: "the best of this column" };
  return make("td", best, text, unseen);
}

/** The indices of the rows in the order asked for. */
function sorted(payload, order) {
  const indices = payload.rows.map((_, index) => index);
  if (!order) return indices;
  const value = (index) => payload.rows[index][order.key];
  return indices.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return (left === null) - (right === null);
    return order.descending ? compare(right, left) : compare(left, right);
  });
}

function compare(left, right) {
  const numbers = typeof left === "number" && typeof right === "number";
  return numbers ? left - right : String(left).localeCompare(String(right));
}

function direction(order) {
  return order.descending ? "descending" : "ascending";
}
