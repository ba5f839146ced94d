// Rigid bodies of a scene description as three.js objects.

import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  CapsuleGeometry,
  CylinderGeometry,
  EqualStencilFunc,
  Group,
  IncrementStencilOp,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshPhongMaterial,
  Quaternion,
  SphereGeometry,
  Vector3,
} from "three";
import { unpack } from "./data.js";

const GEOMETRIES = {
  box: ([x, y, z]) => new BoxGeometry(x, y, z),
  cylinder: ([radius, length]) => new CylinderGeometry(radius, radius, length, 40).rotateX(Math.PI / 2),
  capsule: ([radius, length]) => new CapsuleGeometry(radius, length, 8, 24).rotateX(Math.PI / 2),
  sphere: ([radius]) => new SphereGeometry(radius, 28, 18),
  mesh: (_, vertices) => {
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(unpack(vertices), 3));
    geometry.computeVertexNormals();
    return geometry;
  },
};

export const COORDINATES = { fixed: 0, revolute: 1, prismatic: 1, free: 7 };

// The light comes from the upper left: x and y that a shadow moves by per metre of height.
const SHADOW = new Matrix4().set(1, 0, -0.12, 0, 0, 1, 0.2, 0, 0, 0, 0, 0, 0, 0, 0, 1);

/** The geometry of a shape of some kind. */
export function geometryOf({ kind, size, vertices }) {
  return GEOMETRIES[kind](size, vertices);
}

/** Geometries of all shapes, one array per body; every figure of a view uses them. */
export function geometriesOf(bodies) {
  return bodies.map((body) => body.shapes.map(geometryOf));
}

/** The bodies of one track: solid in their own colours, or a ghost in one colour. */
export class Figure {
  constructor(bodies, geometries, colour, ghost) {
    this.root = new Group();
    this.bodies = bodies;
    this.ghost = ghost;
    this.materials = new Map();
    this.groups = new Map([["", this.root]]);
    const still = new Set([""]); // a ghost of what never moves would only hide the solid one
    for (const [i, body] of bodies.entries()) {
      const group = new Group();
      if (body.joint === "fixed" && still.has(body.parent)) still.add(body.name);
      const shapes = ghost && still.has(body.name) ? [] : body.shapes;
      shapes.forEach((shape, j) => {
        const mesh = new Mesh(geometries[i][j], this.#material(colour ?? shape.colour));
        mesh.position.fromArray(shape.position);
        mesh.quaternion.copy(quaternion(shape.rotation));
        mesh.renderOrder = ghost ? 5 : 0;
        group.add(mesh);
      });
      this.groups.get(body.parent).add(group);
      this.groups.set(body.name, group);
    }
  }

  /** Move to these coordinates of the joints. */
  pose(coordinates) {
    let next = 0;
    for (const body of this.bodies) {
      const group = this.groups.get(body.name);
      const count = COORDINATES[body.joint];
      place(group, body, coordinates.slice(next, next + count));
      next += count;
    }
    this.root.updateMatrixWorld(true);
  }

  /** Where a point of a body is in the world. */
  point(name, position, into = new Vector3()) {
    return this.groups.get(name).localToWorld(into.fromArray(position));
  }

  /** Fainter, for a motion that has ended. */
  dim(ended) {
    for (const material of this.materials.values()) {
      const opacity = (this.ghost ? 0.42 : 1) * (ended ? 0.45 : 1);
      if (material.opacity === opacity) continue;
      material.opacity = opacity;
      material.transparent = opacity < 1;
      material.needsUpdate = true;
    }
  }

  dispose() {
    this.root.removeFromParent();
    for (const material of this.materials.values()) material.dispose();
  }

  #material(colour) {
    if (!this.materials.has(colour)) {
      const look = { color: colour, specular: 0x2a2a2a, shininess: 40 };
      const seen = this.ghost ? { transparent: true, opacity: 0.42 } : {};
      this.materials.set(colour, new MeshPhongMaterial({ ...look, ...seen }));
    }
    return this.materials.get(colour);
  }
}

/** What a figure's shadow covers of the floor: the same meshes, pressed flat. */
export class Shadow {
  constructor(figure) {
    this.root = new Group();
    this.root.matrixWorldAutoUpdate = false;
    // the floor leaves 1 in the stencil; every pixel is darkened once
    this.material = new MeshBasicMaterial({
      transparent: true,
      opacity: 0.2,
      depthWrite: false,
      stencilWrite: true,
      stencilFunc: EqualStencilFunc,
      stencilRef: 1,
      stencilZPass: IncrementStencilOp,
    });
    figure.root.traverse((mesh) => {
      if (!mesh.isMesh) return;
      const flat = new Mesh(mesh.geometry, this.material);
      flat.matrixWorldAutoUpdate = false;
      flat.frustumCulled = false;
      flat.source = mesh;
      this.root.add(flat);
    });
  }

  follow() {
    for (const flat of this.root.children) {
      flat.matrixWorld.multiplyMatrices(SHADOW, flat.source.matrixWorld);
    }
  }

  dispose() {
    this.root.removeFromParent();
    this.material.dispose();
  }
}

function place(group, body, values) {
  const base = quaternion(body.rotation);
  const shift = new Vector3();
  group.quaternion.copy(base);
  if (body.joint === "revolute") {
    const axis = new Vector3(...body.axis).normalize();
    group.quaternion.multiply(new Quaternion().setFromAxisAngle(axis, values[0]));
  } else if (body.joint === "prismatic") {
    shift.fromArray(body.axis).normalize().multiplyScalar(values[0]);
  } else if (body.joint === "free") {
    shift.fromArray(values);
    group.quaternion.multiply(quaternion(values.slice(3)).normalize());
  }
  group.position.fromArray(body.position).add(shift.applyQuaternion(base));
}

function quaternion([w, x, y, z]) {
  return new Quaternion(x, y, z, w);
}
