// The light of every scene: the sky's, and a sun from the upper left.

import { DirectionalLight, HemisphereLight } from "three";

export class Light {
  constructor() {
    this.ambient = new HemisphereLight("#ffffff", "#b9b2a6");
    this.sun = new DirectionalLight("#fff8ee", 2.2);
    this.sun.position.set(0.6, -0.8, 2);
  }

  paint(theme) {
    this.ambient.intensity = theme.dark ? 2.5 : 2.3;
  }
}
