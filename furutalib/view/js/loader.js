// What every widget brings along: a few lines that find the one bundle of the page.
//
// The bundle (three.js, uPlot and our views, half a megabyte) is the state of one `Library` model.
// Sending it with each widget would cost that much per widget; asking the kernel for it would not
// work from a busy cell. Models hold their state in the page, so neither is needed.

const bundles = (globalThis.furutalibBundles ??= new Map());
const MOST_MESSAGES = 2000;

function load(id, library) {
  if (!bundles.has(id)) {
    const url = URL.createObjectURL(
      new Blob([library.get("code")], { type: "text/javascript" }),
    );
    bundles.set(id, import(/* webpackIgnore: true */ url));
  }
  return bundles.get(id);
}

/** One per model. A busy cell sends messages before any view of the model is on the page, and the
 * page would drop them: they are kept here, from the model's first moment on, for every view. */
export default () => {
  const messages = [];
  const listeners = new Set();

  function initialize({ model }) {
    model.on("msg:custom", (message) => {
      if (messages.length >= MOST_MESSAGES) messages.splice(0, MOST_MESSAGES / 2);
      messages.push(message);
      for (const listener of listeners) listener(message);
    });
  }

  async function render({ model, el }) {
    const library = await model.widget_manager.get_model(model.get("library"));
    const { mount } = await load(library.get("version"), library);
    const mine = [];
    const unmount = mount(model.get("kind"), el, model.get("payload"), {
      onPayload: (callback) => model.on("change:payload", () => callback(model.get("payload"))),
      onMessage: (callback) => {
        messages.forEach(callback);
        listeners.add(callback);
        mine.push(callback);
      },
      send: (message) => model.send(message),
      /** Ask the server to interrupt the kernel; false where that is not known how. */
      interrupt: () => {
        const { kernel } = model.widget_manager;
        kernel?.interrupt?.();
        return Boolean(kernel?.interrupt);
      },
    });
    return () => {
      for (const callback of mine) listeners.delete(callback);
      unmount();
    };
  }

  return { initialize, render };
};
