// What every widget brings along: a few lines that find the one bundle of the page.
//
// The bundle (three.js, uPlot and our views, half a megabyte) is the state of one `Library` model.
// Sending it with each widget would cost that much per widget; asking the kernel for it would not
// work from a busy cell. Models hold their state in the page, so neither is needed.

const bundles = (globalThis.furutalibBundles ??= new Map());

function load(id, library) {
  if (!bundles.has(id)) {
    const url = URL.createObjectURL(
      new Blob([library.get("code")], { type: "text/javascript" }),
    );
    bundles.set(id, import(/* webpackIgnore: true */ url));
  }
  return bundles.get(id);
}

async function render({ model, el }) {
  const id = model.get("library");
  const library = await model.widget_manager.get_model(id);
  const { mount } = await load(library.get("version"), library);
  return mount(model.get("kind"), el, model.get("payload"), {
    onPayload: (callback) => model.on("change:payload", () => callback(model.get("payload"))),
    onMessage: (callback) => model.on("msg:custom", callback),
    send: (message) => model.send(message),
  });
}

export default { render };
