// Small things that every view needs: arrays, elements, numbers as text.

/** Base64 of little-endian float32, as tracks.encode writes it. */
export function decode(text) {
  return new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
}

/** Corners of triangles, as mesh_packing.packed writes them. */
export function unpack({ unit, values }) {
  const bytes = Uint8Array.from(atob(values), (c) => c.charCodeAt(0));
  return Float32Array.from(new Int16Array(bytes.buffer), (whole) => whole * unit);
}

/** uPlot takes null for a gap, our arrays have NaN. */
export function withGaps(values) {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

// JupyterLab takes the keys of whatever has the focus (x cuts out the cell!) unless that very
// element carries this attribute; on a parent it is not enough.
const KEEPS_KEYS = "data-lm-suppress-shortcuts";
const FOCUSABLE = ["button", "input", "select"];

/** An element with attributes and children; `on...` attributes are listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (FOCUSABLE.includes(tag) || "tabindex" in attributes) element.setAttribute(KEEPS_KEYS, "true");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A coordinate with its unit, as a person reads it. */
export function asText(value, unit) {
  if (unit !== "rad") return signed(value, 2) + (unit && `\u2009${unit}`);
  const turns = Math.round(value / (2 * Math.PI));
  return `${signed(((value - 2 * Math.PI * turns) * 180) / Math.PI, 0)}°`;
}

/** A number with its sign, so that text does not jump. */
export function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? "−" : "+") + text;
}

/** Calls back with the newest of many values, once per picture of the page. */
export function newest(callback) {
  let value;
  let waiting = false;
  return (next) => {
    value = next;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      callback(value);
    });
  };
}
