// The path of a point over the last moments: a ribbon that faces the viewer and fades.

import { BufferAttribute, BufferGeometry, DoubleSide, Mesh, MeshBasicMaterial, Vector3 } from "three";

export const MOST_POINTS = 160;

export class TrailRibbon {
  /** A ribbon of a colour (as CSS writes it), `width` metres wide at its young end. */
  constructor(colour, width) {
    this.width = width;
    this.positions = new Float32Array(MOST_POINTS * 6);
    const shades = new Float32Array(MOST_POINTS * 8).fill(1);
    const indices = [];
    for (let i = 0; i + 1 < MOST_POINTS; i++) {
      const [a, b, c, d] = [2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 3];
      indices.push(a, b, c, b, d, c);
    }
    this.geometry = new BufferGeometry();
    this.geometry.setAttribute("position", new BufferAttribute(this.positions, 3));
    this.geometry.setAttribute("color", new BufferAttribute(shades, 4));
    this.geometry.setIndex(indices);
    this.mesh = new Mesh(
      this.geometry,
      new MeshBasicMaterial({
        color: colour,
        vertexColors: true,
        transparent: true,
        side: DoubleSide,
        depthWrite: false,
      }),
    );
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 4;
  }

  /** Draw through points [x, y, z, ...], the oldest first. */
  show(points, eye) {
    const count = Math.min(MOST_POINTS, points.length / 3);
    const first = points.length / 3 - count;
    const at = (i) => new Vector3().fromArray(points, 3 * (first + i));
    const shades = this.geometry.attributes.color;
    for (let i = 0; i < count; i++) {
      const here = at(i);
      const along = at(Math.min(i + 1, count - 1)).sub(at(Math.max(i - 1, 0)));
      const side = along.cross(here.clone().sub(eye)).normalize();
      const age = (i + 1) / count;
      side.multiplyScalar((this.width / 2) * (0.3 + 0.7 * age));
      here.clone().add(side).toArray(this.positions, 6 * i);
      here.sub(side).toArray(this.positions, 6 * i + 3);
      shades.setW(2 * i, 0.75 * age * age);
      shades.setW(2 * i + 1, 0.75 * age * age);
    }
    this.geometry.setDrawRange(0, 6 * Math.max(0, count - 1));
    this.geometry.attributes.position.needsUpdate = true;
    shades.needsUpdate = true;
  }

  dispose() {
    this.mesh.removeFromParent();
    this.geometry.dispose();
    this.mesh.material.dispose();
  }
}
