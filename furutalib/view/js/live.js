// A motion that is under way: the states of the last seconds, as they come from the kernel.

export const WINDOW_S = 10;
const MOST_STATES = 4000;

export class LiveTrack {
  constructor() {
    this.states = []; // [number, time, coordinates, command, plot values]
    this.received = 0;
    this.lost = 0;
  }

  /** Take in new states; what is older than the plots show is forgotten. */
  add(states) {
    for (const state of states) {
      const last = this.states.at(-1);
      if (last) this.lost += Math.max(0, state[0] - last[0] - 1);
      if (last && state[1] < last[1]) this.states = []; // the clock was set back: a new episode
      this.states.push(state);
      this.received++;
    }
    if (this.states.length > 2 * MOST_STATES) this.states = this.states.slice(-MOST_STATES);
    const start = this.states.findIndex((state) => state[1] >= this.time - WINDOW_S);
    if (start > this.states.length / 2) this.states = this.states.slice(start);
  }

  get time() {
    return this.states.at(-1)?.[1] ?? 0;
  }

  /** The states of the last `seconds`. */
  last(seconds) {
    const start = this.states.findIndex((state) => state[1] >= this.time - seconds);
    return start < 0 ? [] : this.states.slice(start);
  }
}
