// The motor's command as an arrow: an arc about an axis (turn), or straight along it (push).

import { BufferGeometry, ConeGeometry, DoubleSide, Float32BufferAttribute, Group, Mesh } from "three";
import { MeshBasicMaterial, Quaternion, Vector3 } from "three";

const LONGEST_ARC = (150 * Math.PI) / 180;
const SEGMENTS = 60;
const SIDES = 8;
const THICK = 0.06; // of the arrow's size

export class CommandArrow {
  constructor({ kind, position, axis, size_m: size }) {
    this.root = new Group();
    this.kind = kind;
    this.size = size;
    this.material = new MeshBasicMaterial({ side: DoubleSide });
    this.shaft = new Mesh(kind === "turn" ? arc(size) : rod(size), this.material);
    this.head = new Mesh(new ConeGeometry(0.17 * size, 0.36 * size, 20), this.material);
    this.root.position.fromArray(position);
    const along = new Vector3(...axis).normalize();
    this.turned = new Quaternion().setFromUnitVectors(new Vector3(0, 0, 1), along);
    this.root.quaternion.copy(this.turned);
    this.root.add(this.shaft, this.head);
  }

  paint(theme) {
    this.material.color.set(theme.command);
  }

  /** Show a command in [-1, 1]; none if it is null or nearly 0. */
  show(command) {
    const amount = Math.min(1, Math.abs(command ?? 0));
    this.root.visible = amount > 0.01;
    if (!this.root.visible) return;
    const sign = Math.sign(command);
    if (this.kind === "turn") this.#turn(amount * LONGEST_ARC, sign);
    else this.#push(amount * this.size, sign);
    this.root.updateMatrixWorld(true);
  }

  dispose() {
    this.shaft.geometry.dispose();
    this.head.geometry.dispose();
    this.material.dispose();
  }

  #turn(angle, sign) {
    const rings = Math.max(1, Math.round((angle / LONGEST_ARC) * SEGMENTS));
    this.shaft.geometry.setDrawRange(0, rings * SIDES * 6);
    const end = (rings / SEGMENTS) * LONGEST_ARC;
    this.head.position.set(this.size * Math.cos(end), this.size * Math.sin(end), 0);
    this.head.rotation.z = end;
    this.root.scale.set(1, sign, 1);
  }

  #push(length, sign) {
    this.shaft.scale.z = length / this.size;
    this.head.position.z = length;
    this.head.rotation.x = Math.PI / 2;
    this.root.scale.z = sign;
  }
}

/** A tube along an arc from the x axis, in rings one after the other, so that any first part of it
 * can be drawn. */
function arc(radius) {
  return tube((at) => {
    const angle = at * LONGEST_ARC;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return (out, up) => [radius * x * (1 + out), radius * y * (1 + out), radius * up];
  });
}

function rod(length) {
  return tube((at) => (out, up) => [length * out, length * up, length * at]);
}

function tube(frameAt) {
  const corners = [];
  const indices = [];
  for (let i = 0; i <= SEGMENTS; i++) {
    const corner = frameAt(i / SEGMENTS);
    for (let j = 0; j < SIDES; j++) {
      const angle = (2 * Math.PI * j) / SIDES;
      corners.push(...corner(THICK * Math.cos(angle), THICK * Math.sin(angle)));
      const [a, b] = [i * SIDES + j, i * SIDES + ((j + 1) % SIDES)];
      if (i < SEGMENTS) indices.push(a, b, a + SIDES, b, b + SIDES, a + SIDES);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new Float32BufferAttribute(corners, 3));
  geometry.setIndex(indices);
  return geometry;
}
