// What is seen of a scene: floor, bodies, ghosts, trails, the arrow of the command; and its canvas.

import { Scene } from "three";
import { CommandArrow } from "./arrow.js";
import { Figure, Shadow, geometriesOf } from "./bodies.js";
import { make } from "./data.js";
import { Floor } from "./floor.js";
import { Light } from "./light.js";
import { Orbit } from "./orbit.js";
import { draw, has3d } from "./stage.js";
import { TrailRibbon } from "./trail.js";

const NO_3D = "This browser draws nothing in 3D (WebGL is off); plots and controls work.";

export class World {
  /** `changed` is called when the user moves the camera. */
  constructor(element, changed) {
    this.element = element;
    this.canvas = make("canvas");
    element.append(has3d() ? this.canvas : make("p", {}, NO_3D));
    this.context = this.canvas.getContext("2d");
    this.orbit = new Orbit(element, changed);
    this.figures = [];
    this.trails = [];
  }

  /** Show the bodies of this description, once per colour; the first solid, the others ghosts. */
  build(description, colours, theme) {
    const text = JSON.stringify(description);
    const look = JSON.stringify([text, colours, theme]);
    if (look === this.look) return; // new materials take a slow computer half a second
    this.look = look;
    if (text !== this.text) this.#furnish(description);
    this.text = text;
    this.#clear();
    this.figures = colours.map(
      (colour, i) => new Figure(description.bodies, this.geometries, colour, i > 0),
    );
    this.shadow = new Shadow(this.figures[0]);
    this.trails = colours.map(
      (colour, i) => new TrailRibbon(colour ?? theme.main, (i > 0 ? 0.006 : 0.01) * this.reach),
    );
    this.scene.add(this.shadow.root, ...this.figures.map((figure) => figure.root));
    this.scene.add(...this.trails.map((trail) => trail.mesh));
    if (this.arrow) this.figures[0].groups.get(description.arrow.body).add(this.arrow.root);
    this.paint(theme);
  }

  paint(theme) {
    this.theme = theme;
    this.floor?.paint(theme);
    this.arrow?.paint(theme);
    this.shadow.material.color.set(theme.shadow);
    this.shadow.material.opacity = theme.dark ? 0.45 : 0.18;
    this.light.paint(theme);
  }

  /** Where the trail's point is in a state. */
  tip(state) {
    const { body, position } = this.description.trail;
    this.figures[0].pose(state);
    return this.figures[0].point(body, position).toArray();
  }

  pose(i, coordinates, ended) {
    this.figures[i].pose(coordinates);
    this.figures[i].dim(ended);
    if (i === 0) this.shadow.follow();
  }

  /** Draw; returns whether there was anything to draw on. */
  draw(paths, command) {
    const scale = Math.min(2, devicePixelRatio || 1);
    const width = Math.round(this.element.clientWidth * scale);
    const height = Math.round(this.element.clientHeight * scale);
    if (!has3d() || width === 0 || height === 0) return false;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const camera = this.orbit.aim(width, height);
    this.arrow?.show(command);
    for (const [i, trail] of this.trails.entries()) trail.show(paths[i] ?? [], camera.position);
    this.context.clearRect(0, 0, width, height);
    draw(this.scene, camera, this.context);
    this.floor?.label(this.context, camera, this.theme, scale);
    return true;
  }

  destroy() {
    this.#clear();
    this.#unfurnish();
  }

  #furnish(description) {
    this.#unfurnish();
    this.description = description;
    this.reach = Math.max(...description.camera.frame_m);
    this.geometries = geometriesOf(description.bodies);
    this.scene = new Scene();
    this.light = new Light();
    this.scene.add(this.light.ambient, this.light.sun);
    this.floor = description.floor && new Floor(description.floor);
    if (this.floor) this.scene.add(this.floor.root);
    this.arrow = description.arrow && new CommandArrow(description.arrow);
    this.orbit.describe(description.camera);
  }

  #unfurnish() {
    for (const geometry of (this.geometries ?? []).flat()) geometry.dispose();
    this.floor?.dispose();
    this.arrow?.dispose();
  }

  #clear() {
    this.arrow?.root.removeFromParent();
    this.shadow?.dispose();
    for (const part of [...this.figures, ...this.trails]) part.dispose();
  }
}
