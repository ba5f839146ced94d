import * as THREE from "three";
export function mountScene(element, payload, host) {
  const root = document.createElement("div");
  root.className = "furuta-view furuta-scene";
  root.textContent = "three " + THREE.REVISION + " " + JSON.stringify(payload);
  element.append(root);
  host.onPayload((p) => (root.textContent = JSON.stringify(p)));
  host.onMessage((m) => (root.dataset.message = JSON.stringify(m)));
  return () => root.remove();
}
