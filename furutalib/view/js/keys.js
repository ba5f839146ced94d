// Keys that a view hands on to the kernel while it has the focus.

/** Report presses and releases of the named keys; returns a function that ends this. */
export function keysTo(element, names, host) {
  const held = new Set();
  let sent = 0;
  const report = (key, down) => {
    if (down) held.add(key);
    else held.delete(key);
    host.send({ kind: "key", key, down, stamp: Date.now() });
    element.dataset.keys = ++sent;
  };
  const onKey = (event) => {
    if (!names.includes(event.key) || event.shiftKey) return;
    event.preventDefault(); // the page must not scroll
    const down = event.type === "keydown";
    if (down !== held.has(event.key)) report(event.key, down);
  };
  const releaseAll = () => held.forEach((key) => report(key, false));
  element.addEventListener("keydown", onKey);
  element.addEventListener("keyup", onKey);
  element.addEventListener("focusout", releaseAll);
  return releaseAll;
}
