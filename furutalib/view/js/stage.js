// One WebGL context for the whole page, since browsers give only about 16.
//
// Every view has a canvas of its own, onto which its picture is copied. Only views that can be seen
// and that have changed are drawn.

import { WebGLRenderer } from "three";

const views = new Set();
let renderer;
let frameRequest = 0;

/** Take a view into the loop: `frame(now_ms)` draws it and says whether it goes on moving. */
export function join(view) {
  view.visible = false;
  const observer = new IntersectionObserver(([entry]) => {
    view.visible = entry.isIntersecting;
    if (view.visible) request();
  });
  observer.observe(view.element);
  views.add(view);
  return () => {
    observer.disconnect();
    views.delete(view);
  };
}

/** Something has changed: draw soon. */
export function request() {
  frameRequest ||= requestAnimationFrame((now) => {
    frameRequest = 0;
    let moving = false;
    for (const view of views) {
      if (view.visible) moving = view.frame(now) || moving;
      else if (!view.frames) view.frame(now); // so that it is not empty when it comes into sight
    }
    if (moving) request();
  });
}

/** Whether this browser draws in 3D at all. */
export function has3d() {
  return sharedRenderer() !== null;
}

/** Draw a three.js scene over what is on a 2D canvas, whose size says how many pixels. */
export function draw(scene, camera, context) {
  const { width, height } = context.canvas;
  const shared = sharedRenderer();
  const canvas = shared.domElement;
  if (canvas.width < width || canvas.height < height) {
    shared.setSize(Math.max(canvas.width, width), Math.max(canvas.height, height), false);
  }
  shared.setViewport(0, 0, width, height);
  shared.setScissor(0, 0, width, height);
  shared.render(scene, camera);
  context.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width, height);
}

function sharedRenderer() {
  if (renderer === undefined) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("webgl2", { antialias: true, stencil: true });
    renderer = context ? new WebGLRenderer({ canvas, context }) : null;
    renderer?.setClearAlpha(0);
    renderer?.setScissorTest(true);
  }
  return renderer;
}
