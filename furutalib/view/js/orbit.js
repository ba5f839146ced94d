// The camera of a view: turned with the mouse or with Shift and the arrow keys.

import { PerspectiveCamera, Vector3 } from "three";

const RADIANS = Math.PI / 180;
const STEP_DEG = 5;
const NEAREST = 0.4;
const FARTHEST = 3;
const FILLED = 0.86; // of the described frame, which leaves room for text

export class Orbit {
  /** Looks as the description says; calls `changed` whenever the user moves it. */
  constructor(element, changed) {
    this.camera = new PerspectiveCamera();
    this.camera.up.set(0, 0, 1);
    this.changed = changed;
    element.addEventListener("pointerdown", (event) => this.#grab(element, event));
    element.addEventListener("wheel", (event) => this.#wheel(element, event), { passive: false });
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  describe(description) {
    this.home = description;
    this.reset();
  }

  reset() {
    this.azimuth = this.home.azimuth_deg;
    this.elevation = this.home.elevation_deg;
    this.zoom = 1;
    this.changed();
  }

  /** The camera for a picture of this shape. */
  aim(width, height) {
    const { target, distance_m: distance, frame_m: frame } = this.home;
    const [azimuth, elevation] = [this.azimuth * RADIANS, this.elevation * RADIANS];
    const aspect = width / height;
    const tall = Math.max(frame[1], frame[0] / aspect) * FILLED;
    this.camera.fov = (2 * Math.atan(tall / 2 / distance)) / RADIANS;
    this.camera.aspect = aspect;
    this.camera.near = distance / 50;
    this.camera.far = distance * 10;
    const aimed = new Vector3(...target);
    const away = new Vector3(
      Math.cos(elevation) * Math.cos(azimuth),
      Math.cos(elevation) * Math.sin(azimuth),
      Math.sin(elevation),
    );
    this.camera.position.copy(aimed).addScaledVector(away, distance * this.zoom);
    this.camera.lookAt(aimed);
    this.camera.updateProjectionMatrix();
    this.camera.updateMatrixWorld();
    return this.camera;
  }

  turn(right_deg, up_deg) {
    this.azimuth += right_deg;
    this.elevation = Math.min(89, Math.max(0, this.elevation + up_deg));
    this.changed();
  }

  scale(factor) {
    this.zoom = Math.min(FARTHEST, Math.max(NEAREST, this.zoom * factor));
    this.changed();
  }

  #grab(element, start) {
    if (start.button !== 0) return;
    let [x, y] = [start.clientX, start.clientY];
    const follow = (event) => {
      this.turn((x - event.clientX) * 0.4, (event.clientY - y) * 0.4);
      [x, y] = [event.clientX, event.clientY];
    };
    const release = () => element.removeEventListener("pointermove", follow);
    element.setPointerCapture(start.pointerId);
    element.addEventListener("pointermove", follow);
    element.addEventListener("lostpointercapture", release, { once: true });
  }

  #wheel(element, event) {
    // else the page could not be scrolled over the view
    if (!event.ctrlKey && document.activeElement !== element) return;
    event.preventDefault();
    this.scale(Math.exp(event.deltaY * 0.001));
  }

  #key(event) {
    const moves = {
      ArrowLeft: () => event.shiftKey && this.turn(-STEP_DEG, 0),
      ArrowRight: () => event.shiftKey && this.turn(STEP_DEG, 0),
      ArrowUp: () => event.shiftKey && this.turn(0, STEP_DEG),
      ArrowDown: () => event.shiftKey && this.turn(0, -STEP_DEG),
      "+": () => this.scale(1 / 1.1) ?? true,
      "-": () => this.scale(1.1) ?? true,
      0: () => this.reset() ?? true,
    };
    const move = moves[event.key];
    if (move && move() !== false) event.preventDefault();
  }
}
