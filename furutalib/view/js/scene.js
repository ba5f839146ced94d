// The view of kind "scene": bodies that move, recorded (mode "player") or as they come ("live").

import { asText, make, newest, signed } from "./data.js";
import { LiveTrack } from "./live.js";
import { keysTo } from "./keys.js";
import { Player } from "./player.js";
import { Plots, specsOf } from "./plots.js";
import { has3d, join, request } from "./stage.js";
import { onTheme, themeOf } from "./theme.js";
import { Track } from "./track.js";
import { MOST_POINTS } from "./trail.js";
import { World } from "./world.js";

const MOST_READOUTS = 6;
const BELOW = "#2f86d6";
const ARROWS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "Space" };

export function mountScene(element, payload, host) {
  const View = payload.mode === "live" ? LiveView : PlayerView;
  const view = new View(element, payload, host);
  return () => view.destroy();
}

/** What both modes share: the picture, the plots, the text, the frame. */
class SceneView {
  constructor(element, payload, host) {
    this.picture = make("div", { class: "furuta-picture", tabindex: 0, role: "img" });
    this.readout = make("div", { class: "furuta-readout" });
    this.plotted = make("div", { class: "furuta-plots" });
    this.legend = make("div", { class: "furuta-legend" });
    const stage = make("div", { class: "furuta-stage" }, this.picture, this.readout);
    const reset = make("button", { type: "button", class: "furuta-reset" }, "reset view");
    stage.append(reset);
    this.element = make(
      "div",
      { class: "furuta-view furuta-scene", role: "group", "data-lm-suppress-shortcuts": "true" },
      make("div", { class: "furuta-columns" }, stage, this.plotted),
      this.legend,
    );
    element.append(this.element);
    this.frames = 0;
    this.world = new World(this.picture, () => this.change());
    reset.addEventListener("click", () => this.world.orbit.reset());
    this.leave = join(this);
    this.endTheme = onTheme(() => this.show(this.payload));
    this.resized = new ResizeObserver(() => {
      this.plots?.resize();
      this.change();
    });
    this.resized.observe(this.plotted);
    this.resized.observe(this.picture);
    host.onPayload(newest((next) => this.show(next)));
  }

  /** Something is to be drawn anew. */
  change() {
    this.dirty = true;
    request();
  }

  show(payload) {
    this.payload = payload;
    this.theme = themeOf(this.element);
    this.element.setAttribute("aria-label", payload.label);
    this.picture.setAttribute("aria-label", payload.label);
    this.element.style.setProperty("--furuta-height", `${payload.height}px`);
    this.element.classList.toggle("furuta-dark", this.theme.dark);
    this.fill(payload);
    this.element.dataset.ready = "true";
    this.change();
  }

  frame(now) {
    const moving = this.advance((now - (this.before ?? now)) / 1000);
    this.before = moving ? now : undefined;
    if (moving || this.dirty) {
      this.dirty = false;
      this.draw();
    }
    // While JupyterLab changes its theme nothing has a size, and afterwards nobody says so.
    if (this.dirty && this.visible) request();
    return moving;
  }

  /** Draw figures at these states [{coordinates, ended, path}] and say what is shown. */
  drawStates(states, time, command) {
    states.forEach(({ coordinates, ended }, i) => this.world.pose(i, coordinates, ended));
    const drawn = this.world.draw(states.map(({ path }) => path), command);
    const { dataset } = this.element;
    dataset.frames = this.frames += drawn ? 1 : 0;
    this.dirty ||= !drawn && has3d();
    dataset.time = time.toFixed(3);
    dataset.state = JSON.stringify(states[0].coordinates.map((value) => Number(value.toFixed(6))));
    // the text says what was measured, as the plots do; between two samples the bodies move on
    const { coordinates, measured = coordinates } = states[0];
    this.readout.replaceChildren(...this.#numbers(measured, command));
  }

  destroy() {
    this.leave();
    this.endTheme();
    this.resized.disconnect();
    this.plots.destroy();
    this.world.destroy();
    this.element.remove();
  }

  #numbers(coordinates, command) {
    const named = this.payload.scene.coordinates.map(({ name, unit }, i) => [
      name,
      asText(coordinates[i], unit),
    ]);
    if (command !== null) named.push(["command", signed(command, 2)]);
    return named.slice(-MOST_READOUTS).map(([name, text]) => make("span", {}, `${name} ${text}`));
  }
}

class PlayerView extends SceneView {
  constructor(element, payload, host) {
    super(element, payload, host);
    this.player = new Player(payload, () => this.change());
    this.plots = new Plots(this.plotted, (time) => this.player.seek(time));
    this.element.append(this.player.controls);
    this.picture.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.player.toggle();
    });
    this.show(payload);
  }

  fill(payload) {
    const { scene, tracks } = payload;
    this.tracks = tracks.map((track) => new Track(track, scene.bodies));
    const colours = tracks.map(({ colour }) => colour);
    const inks = colours.map((colour) => colour ?? this.theme.main);
    this.world.build(scene, colours, this.theme);
    this.paths = this.tracks.map(() => []);
    this.plots.show(specsOf(payload, this.tracks, inks), this.theme);
    this.player.load(this.tracks);
    this.legend.hidden = tracks.length < 2;
    this.legend.replaceChildren(...tracks.map(({ name }, i) => entry(name, inks[i])));
    this.element.dataset.ghosts = tracks.length - 1;
  }

  advance(seconds) {
    this.player.advance(seconds);
    this.element.dataset.playing = this.player.playing;
    return this.player.playing;
  }

  draw() {
    const { time } = this.player;
    const states = this.tracks.map((track, i) => ({
      coordinates: track.at(time),
      measured: track.sample(track.index(time)),
      ended: track.over(time),
      path: this.#pathTo(track, this.paths[i], time),
    }));
    this.plots.cursor(time);
    this.drawStates(states, time, this.tracks[0].commandAt(time));
  }

  /** The trail's points up to a time; each is worked out once. */
  #pathTo(track, known, time) {
    if (!this.payload.scene.trail || this.payload.trail_s === 0) return [];
    const first = track.index(time - this.payload.trail_s);
    const last = track.index(time);
    for (let i = first; i <= last; i++) known[i] ??= this.world.tip(track.sample(i));
    return known.slice(first, last + 1).flat();
  }
}

class LiveView extends SceneView {
  constructor(element, payload, host) {
    super(element, payload, host);
    this.live = new LiveTrack();
    this.plots = new Plots(this.plotted, null);
    this.endKeys = keysTo(this.element, payload.keys, host);
    this.show(payload);
    host.onMessage((message) => this.#receive(message));
  }

  fill(payload) {
    this.world.build(payload.scene, [null], this.theme);
    this.plots.show(
      payload.plots.map(({ title, curves }) => ({ title, series: inksOf(curves, this.theme) })),
      this.theme,
    );
    this.fresh = true;
    this.element.dataset.ghosts = 0;
    this.legend.hidden = payload.keys.length === 0;
    const names = payload.keys.map((key) => ARROWS[key] ?? key).join("  ");
    this.legend.replaceChildren(`Click into the picture, then use the keys  ${names}`);
  }

  advance() {
    return false;
  }

  draw() {
    const state = this.live.states.at(-1);
    if (!state) return;
    const [, time, coordinates, command] = state;
    const past = this.payload.scene.trail ? this.live.last(this.payload.trail_s) : [];
    const path = past.slice(-MOST_POINTS).flatMap(([, , each]) => this.world.tip(each));
    this.#plot();
    this.drawStates([{ coordinates, ended: false, path }], time, command);
  }

  destroy() {
    this.endKeys();
    clearTimeout(this.waiting);
    super.destroy();
  }

  #plot() {
    // plots cost more than the scene and change less: ten pictures a second will do
    if (this.waiting || !this.fresh) return;
    this.fresh = false;
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      if (this.fresh) this.change();
    }, 100);
    const { states } = this.live;
    let first = 0;
    const columns = this.payload.plots.map(({ curves }) => {
      const places = Array.from({ length: curves }, (_, i) => first + i);
      first += curves;
      return places.map((place) => states.map((state) => state[4][place]));
    });
    if (columns.length > 0) this.plots.feed(states.map((state) => state[1]), columns);
  }

  #receive({ states }) {
    this.live.add(states);
    this.fresh = true;
    this.element.dataset.received = this.live.received;
    this.element.dataset.lost = this.live.lost;
    this.change();
  }
}

/** The last curve of a live plot is the main one, those before it lie under it. */
function inksOf(curves, theme) {
  const below = { colour: BELOW, ghost: false };
  return [...Array(curves - 1).fill(below), { colour: theme.main, ghost: true }];
}

function entry(name, colour) {
  const swatch = make("i", { "aria-hidden": "true", style: `background:${colour}` });
  return make("span", {}, swatch, name);
}
