// The view of kind "parts": a thing made of parts, to turn, to take apart, and to click on.

import { Matrix4, Mesh, MeshPhongMaterial, Raycaster, Scene, Vector2, Vector3, Box3 } from "three";
import { geometryOf } from "./bodies.js";
import { make } from "./data.js";
import { Light } from "./light.js";
import { Orbit } from "./orbit.js";
import { draw, has3d, join, request } from "./stage.js";
import { onTheme, themeOf } from "./theme.js";

const CLICK_PX = 5; // farther than this it was a turn
const HINT = "Click a part, or choose one from the list.";
const NO_3D = "This browser draws nothing in 3D (WebGL is off); the list works.";

export function mountParts(element, payload, host) {
  const view = new PartsView(element, payload, host);
  return () => view.destroy();
}

class PartsView {
  constructor(element, payload, host) {
    this.payload = payload;
    this.host = host;
    this.frames = 0;
    this.explode = 0;
    this.step = payload.steps.length; // all of it
    this.hidden = new Set(payload.hidden);
    this.selected = "";
    this.#layOut(element);
    this.#furnish();
    this.leave = join(this);
    this.endTheme = onTheme(() => this.paint());
    this.resized = new ResizeObserver(() => this.change());
    this.resized.observe(this.picture);
    this.paint();
    this.select("", false);
    this.element.dataset.ready = "true";
    host.onMessage(({ kind, part }) => kind === "select" && this.select(part, false));
  }

  /** Something is to be drawn anew. */
  change() {
    this.dirty = true;
    request();
  }

  paint() {
    this.theme = themeOf(this.element);
    this.element.classList.toggle("furuta-dark", this.theme.dark);
    this.light.paint(this.theme);
    this.colour();
  }

  /** Which parts are seen, and in which colours. */
  colour() {
    const { steps } = this.payload;
    const shown = steps[this.step]?.shown;
    const fresh = new Set(steps[this.step]?.new);
    for (const mesh of this.meshes) {
      const { instance, part, group, colour } = mesh.userData;
      mesh.visible = shown ? shown.includes(instance) : !this.hidden.has(group);
      const marked = this.selected ? part === this.selected : fresh.has(instance);
      const faint = !marked && (this.selected !== "" || fresh.size > 0);
      mesh.material.color.set(marked ? this.theme.main : colour);
      mesh.material.transparent = faint;
      mesh.material.opacity = faint ? 0.35 : 1;
      mesh.material.depthWrite = !faint;
      mesh.material.needsUpdate = true;
    }
    this.#place();
  }

  select(part, tell = true) {
    this.selected = part;
    this.list.value = part;
    const note = this.payload.parts[part];
    this.note.replaceChildren(...(note ? described(note) : [make("p", {}, HINT)]));
    this.element.dataset.selected = part;
    this.colour();
    if (tell) this.host.send({ kind: "part", part });
  }

  frame() {
    if (!this.dirty) return false;
    const scale = Math.min(2, devicePixelRatio || 1);
    const width = Math.round(this.picture.clientWidth * scale);
    const height = Math.round(this.picture.clientHeight * scale);
    if (!has3d()) return false;
    if (width === 0 || height === 0) return this.visible; // once more: see scene.js
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const camera = this.orbit.aim(width, height);
    this.context.clearRect(0, 0, width, height);
    draw(this.scene, camera, this.context);
    this.dirty = false;
    this.element.dataset.frames = ++this.frames;
    return false;
  }

  destroy() {
    this.leave();
    this.endTheme();
    this.resized.disconnect();
    for (const mesh of this.meshes) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
    this.element.remove();
  }

  #layOut(element) {
    const { payload } = this;
    this.canvas = make("canvas");
    this.context = this.canvas.getContext("2d");
    this.picture = make(
      "div",
      { class: "furuta-picture", tabindex: 0, role: "img", "aria-label": payload.label },
      has3d() ? this.canvas : make("p", {}, NO_3D),
    );
    const reset = make(
      "button",
      { type: "button", class: "furuta-reset", onclick: () => this.orbit.reset() },
      "reset view",
    );
    this.list = make(
      "select",
      { "aria-label": "part", onchange: () => this.select(this.list.value) },
      make("option", { value: "" }, "all parts"),
      ...Object.entries(payload.parts).map(([id, { title }]) => make("option", { value: id }, title)),
    );
    this.note = make("div", { class: "furuta-note", role: "status" });
    this.element = make(
      "div",
      { class: "furuta-view furuta-parts", role: "group", "data-lm-suppress-shortcuts": "true" },
      make(
        "div",
        { class: "furuta-parts-columns" },
        make("div", { class: "furuta-stage" }, this.picture, reset),
        make("div", { class: "furuta-side" }, this.list, this.note),
      ),
      make("div", { class: "furuta-controls" }, ...this.#apart(), ...this.#groups()),
      ...this.#steps(),
    );
    this.element.style.setProperty("--furuta-height", `${payload.height}px`);
    element.append(this.element);
    this.#listen();
  }

  #apart() {
    this.slider = make("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.01,
      value: 0,
      "aria-label": "take apart",
      oninput: () => {
        this.explode = Number(this.slider.value);
        this.#place();
      },
    });
    return [make("label", { class: "furuta-wide" }, "take apart ", this.slider)];
  }

  #groups() {
    const names = [...new Set(this.payload.instances.map(({ group }) => group))];
    return names.map((name) => {
      const box = make("input", {
        type: "checkbox",
        onchange: () => {
          this.hidden[box.checked ? "delete" : "add"](name);
          this.colour();
        },
      });
      box.checked = !this.hidden.has(name);
      return make("label", {}, box, name);
    });
  }

  #steps() {
    const { steps } = this.payload;
    if (steps.length === 0) return [];
    const said = make("output", { class: "furuta-step" });
    const slider = make("input", {
      type: "range",
      min: 0,
      max: steps.length,
      step: 1,
      value: steps.length,
      "aria-label": "step of the guide",
      oninput: () => show(Number(slider.value)),
    });
    const show = (step) => {
      this.step = step;
      said.textContent = steps[step]?.title ?? "the whole robot";
      this.element.dataset.step = step;
      if (this.selected) this.select("");
      else this.colour();
    };
    said.textContent = "the whole robot";
    return [
      make(
        "div",
        { class: "furuta-controls" },
        make("label", { class: "furuta-wide" }, "build it, step by step ", slider),
        said,
      ),
    ];
  }

  #listen() {
    let start = null;
    this.picture.addEventListener("pointerdown", (event) => (start = [event.clientX, event.clientY]));
    this.picture.addEventListener("pointerup", (event) => {
      if (!start) return;
      const far = Math.hypot(event.clientX - start[0], event.clientY - start[1]);
      start = null;
      if (far < CLICK_PX) this.select(this.#partAt(event));
    });
  }

  #partAt(event) {
    const box = this.picture.getBoundingClientRect();
    const x = (2 * (event.clientX - box.left)) / box.width - 1;
    const y = 1 - (2 * (event.clientY - box.top)) / box.height;
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2(x, y), this.orbit.aim(box.width, box.height));
    const [hit] = ray.intersectObjects(this.meshes.filter((mesh) => mesh.visible), false);
    return hit?.object.userData.part ?? "";
  }

  #furnish() {
    const geometries = new Map(
      Object.entries(this.payload.meshes).map(([name, vertices]) => [
        name,
        geometryOf({ kind: "mesh", vertices }),
      ]),
    );
    this.scene = new Scene();
    this.light = new Light();
    this.scene.add(this.light.ambient, this.light.sun);
    this.meshes = this.payload.instances.map((one) => {
      const look = { color: one.colour, specular: 0x2a2a2a, shininess: 40 };
      const mesh = new Mesh(geometries.get(one.mesh), new MeshPhongMaterial(look));
      mesh.userData = { ...one, home: new Matrix4().set(...one.matrix) };
      mesh.matrixAutoUpdate = false;
      mesh.geometry.computeBoundingBox();
      this.scene.add(mesh);
      return mesh;
    });
    this.orbit = new Orbit(this.picture, () => this.change());
    this.orbit.home = this.payload.camera;
    this.orbit.reset();
  }

  /** Move every part to where the slider says, and look at all that is seen. */
  #place() {
    const all = new Box3();
    for (const mesh of this.meshes) {
      const { home, explode } = mesh.userData;
      const shift = new Vector3(...explode).multiplyScalar(this.explode);
      mesh.matrix.makeTranslation(shift).multiply(home);
      mesh.matrixWorldNeedsUpdate = true;
      if (mesh.visible) all.union(mesh.geometry.boundingBox.clone().applyMatrix4(mesh.matrix));
    }
    this.scene.updateMatrixWorld(true);
    const radius = Math.max(all.getSize(new Vector3()).length() / 2, 0.01);
    const frame = 2.3 * radius; // all of it, from wherever one looks
    Object.assign(this.orbit, {
      home: {
        ...this.payload.camera,
        target: all.isEmpty() ? [0, 0, 0] : all.getCenter(new Vector3()).toArray(),
        distance_m: 6 * radius,
        frame_m: [frame, frame],
      },
    });
    this.element.dataset.explode = this.explode;
    this.element.dataset.shown = this.meshes.filter((mesh) => mesh.visible).length;
    this.change();
  }
}

/** A part's note: its title, then a line for each thing that is known. */
function described({ title, lines }) {
  const rows = lines.flatMap(([what, text]) => [make("dt", {}, what), make("dd", {}, text)]);
  return [make("h4", {}, title), make("dl", {}, ...rows)];
}
