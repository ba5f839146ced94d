// A recorded motion: its state at any time, between the samples as well.

import { decode } from "./data.js";
import { COORDINATES } from "./bodies.js";

export class Track {
  constructor(payload, bodies) {
    this.name = payload.name;
    this.colour = payload.colour;
    this.times = decode(payload.times);
    this.values = decode(payload.coordinates);
    this.command = payload.command && decode(payload.command);
    this.size = this.values.length / this.times.length;
    this.kinds = bodies.flatMap((body) => Array(COORDINATES[body.joint]).fill(body.joint));
    this.end = this.times.length - 1; // the last sample that is known
    while (this.end > 0 && !Number.isFinite(this.values[this.end * this.size])) this.end--;
  }

  /** Index of the last known sample up to a time (s). */
  index(time) {
    let [low, high] = [0, this.end];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.times[middle] <= time + 1e-6) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The coordinates of a sample. */
  sample(i) {
    return Array.from(this.values.subarray(i * this.size, (i + 1) * this.size));
  }

  /** The coordinates at a time; before the start and after the end those of start and end. */
  at(time) {
    const i = this.index(time);
    const before = this.sample(i);
    if (i === this.end) return before;
    const after = this.sample(i + 1);
    const step = this.times[i + 1] - this.times[i];
    const part = Math.min(1, Math.max(0, (time - this.times[i]) / step));
    if (part < 1e-4) return before;
    // a turn by the shorter way: the angle may have been wrapped; quaternions are close together
    return before.map((value, j) => {
      let change = after[j] - value;
      if (this.kinds[j] === "revolute") change -= 2 * Math.PI * Math.round(change / (2 * Math.PI));
      return value + part * change;
    });
  }

  /** Whether it ended before this time. */
  over(time) {
    return time > this.times[this.end] + 1e-6;
  }

  commandAt(time) {
    return this.command ? this.command[this.index(time)] : null;
  }
}
