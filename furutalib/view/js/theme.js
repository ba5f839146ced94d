// Colours of the page: JupyterLab's theme, or a browser's light or dark mode.

/** Whether the page is dark, and its text and line colours, taken from an element on it. */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const dark = luminance(style.backgroundColor) < 0.4;
  return {
    dark,
    text: style.color,
    halo: dark ? "#1b2128b0" : "#f2f5f7b0",
    grid: dark ? "#ffffff1f" : "#0000001a",
    floor: dark ? "#2a333d" : "#e6ecf1",
    forbidden: dark ? "#57322f" : "#f6d9cf",
    tick: dark ? "#75838f" : "#9fb0bd",
    shadow: dark ? "#05080b" : "#34424f",
    command: dark ? "#4cc9b0" : "#12806f",
    main: dark ? "#f58a52" : "#d4581c",
  };
}

/** Calls back when the theme changes; returns a function that ends this. */
export function onTheme(callback) {
  const observer = new MutationObserver(callback);
  for (const target of [document.documentElement, document.body]) {
    observer.observe(target, {
      attributeFilter: ["class", "data-jp-theme-name", "data-jp-theme-light", "data-theme"],
    });
  }
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", callback);
  };
}

function luminance(colour) {
  const [red, green, blue] = (colour.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
