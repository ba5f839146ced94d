// The floor: a disc with a scale of the angle about the z axis, and the sector that is forbidden.

import {
  AlwaysStencilFunc,
  BufferGeometry,
  CircleGeometry,
  Float32BufferAttribute,
  Group,
  Mesh,
  MeshBasicMaterial,
  ReplaceStencilOp,
  Vector3,
} from "three";

const RADIANS = Math.PI / 180;
const LABELS = { 0: "0°", 90: "90°", 180: "±180°", "-90": "−90°" };

export class Floor {
  constructor({ radius_m: radius, limit_rad: limit }) {
    this.root = new Group();
    this.radius = radius;
    // drawn first, one over the other, below everything: no depth is needed
    this.disc = this.#layer(-9, new CircleGeometry(radius, 96), {
      stencilWrite: true,
      stencilFunc: AlwaysStencilFunc,
      stencilRef: 1,
      stencilZPass: ReplaceStencilOp,
    });
    const sweep = limit === null ? 0 : 2 * (Math.PI - limit);
    this.sector = this.#layer(-8, new CircleGeometry(radius, 48, limit ?? 0, sweep));
    this.ticks = this.#layer(-7, scaleOf(radius));
  }

  paint(theme) {
    this.disc.color.set(theme.floor);
    this.sector.color.set(theme.forbidden);
    this.ticks.color.set(theme.tick);
  }

  /** The names of the angles, written onto the picture. */
  label(context, camera, theme, scale) {
    context.font = `${13 * scale}px system-ui, sans-serif`;
    context.fillStyle = theme.text;
    context.strokeStyle = theme.halo; // keeps the text readable in front of a body
    context.lineWidth = 4 * scale;
    context.lineJoin = "round";
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const [degrees, text] of Object.entries(LABELS)) {
      const angle = degrees * RADIANS;
      const place = new Vector3(Math.cos(angle), Math.sin(angle), 0);
      place.multiplyScalar(1.2 * this.radius).project(camera);
      const { width, height } = context.canvas;
      const at = [((place.x + 1) / 2) * width, ((1 - place.y) / 2) * height];
      context.strokeText(text, ...at);
      context.fillText(text, ...at);
    }
  }

  dispose() {
    for (const mesh of this.root.children) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
  }

  #layer(order, geometry, options = {}) {
    const mesh = new Mesh(geometry, new MeshBasicMaterial({ depthWrite: false, ...options }));
    mesh.renderOrder = order;
    this.root.add(mesh);
    return mesh.material;
  }
}

/** Ticks every 10 degrees, longer ones every 30 and 90, as flat quads. */
function scaleOf(radius) {
  const corners = [];
  for (let degrees = 0; degrees < 360; degrees += 10) {
    const length = degrees % 90 === 0 ? 0.13 : degrees % 30 === 0 ? 0.08 : 0.04;
    const [x, y] = [Math.cos(degrees * RADIANS), Math.sin(degrees * RADIANS)];
    const corner = (along, across) => [
      radius * (along * x - across * y),
      radius * (along * y + across * x),
      0,
    ];
    const [a, b] = [corner(1 - length, -0.006), corner(1, -0.006)];
    const [c, d] = [corner(1, 0.006), corner(1 - length, 0.006)];
    corners.push(...a, ...b, ...c, ...a, ...c, ...d);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(corners, 3));
  return geometry;
}
