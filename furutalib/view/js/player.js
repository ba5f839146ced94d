// The clock of a recorded motion, and the buttons that move it.

import { make } from "./data.js";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2];

export class Player {
  /** `changed` is called whenever the time or the playing changes. */
  constructor(payload, changed) {
    this.changed = changed;
    this.speed = payload.speed;
    this.loop = payload.loop;
    this.playing = payload.autoplay && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.button = make("button", { type: "button", onclick: () => this.toggle() });
    this.slider = make("input", {
      type: "range",
      "aria-label": "time",
      oninput: () => this.seek(Number(this.slider.value)),
    });
    this.clock = make("output", { class: "furuta-clock" });
    this.controls = make(
      "div",
      { class: "furuta-controls" },
      this.button,
      this.slider,
      this.clock,
      this.#speeds(),
      this.#loop(),
    );
  }

  /** Play these tracks; the time goes on if it can. */
  load(tracks) {
    this.start = Math.min(...tracks.map((track) => track.times[0]));
    this.end = Math.max(...tracks.map((track) => track.times.at(-1)));
    this.time = Math.min(this.end, Math.max(this.start, this.time ?? this.start));
    const step = (this.end - this.start) / Math.max(1, tracks[0].times.length - 1);
    Object.assign(this.slider, { min: this.start, max: this.end, step: step || 1 });
    this.#show();
  }

  /** Let real time go by. */
  advance(seconds) {
    if (!this.playing) return;
    this.time += seconds * this.speed;
    if (this.time > this.end) {
      this.time = this.loop ? this.start : this.end;
      this.playing = this.loop && this.end > this.start;
    }
    this.#show();
  }

  toggle() {
    this.playing = !this.playing;
    if (this.playing && this.time >= this.end) this.time = this.start;
    this.#show();
    this.changed();
  }

  seek(time) {
    this.time = Math.min(this.end, Math.max(this.start, time));
    this.playing = false;
    this.#show();
    this.changed();
  }

  #show() {
    const name = this.playing ? "pause" : "play";
    if (this.button.title !== name) {
      this.button.title = name;
      this.button.setAttribute("aria-label", name);
      this.button.textContent = this.playing ? "❚❚" : "▶";
    }
    this.slider.value = this.time;
    this.slider.setAttribute("aria-valuetext", `${this.time.toFixed(2)} seconds`);
    this.clock.textContent = `${this.time.toFixed(2)} / ${this.end.toFixed(2)} s`;
  }

  #speeds() {
    const choices = SPEEDS.map((speed) => make("option", { value: speed }, `${speed}×`));
    const select = make(
      "select",
      { "aria-label": "speed", onchange: () => (this.speed = Number(select.value)) },
      ...choices,
    );
    select.value = this.speed;
    return select;
  }

  #loop() {
    const box = make("input", { type: "checkbox", onchange: () => (this.loop = box.checked) });
    box.checked = this.loop;
    return make("label", {}, box, "loop");
  }
}
