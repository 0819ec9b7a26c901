// What fingers, mouse and keys do to the map: move, zoom, turn, point, choose, draw a lasso or a box.

const STILL = 6; // px a pointer may move and still be a tap
const STEP = 60; // px that an arrow key moves the map

function listen(stage, camera, { tool, hover, tap, lasso, doneLasso }) {
  const pointers = new Map();
  let start = null;
  let last = null;
  let outline = [];
  const spot = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    const here = spot(event);
    pointers.set(event.pointerId, here);
    hover(null);
    if (pointers.size === 1) {
      start = here;
      last = here;
      outline = tool() === "move" ? [] : [here];
    } else {
      start = null; // two fingers are no tap, and no lasso
      outline = [];
      lasso([]);
    }
  });

  stage.addEventListener("pointermove", (event) => {
    const here = spot(event);
    if (!pointers.has(event.pointerId)) {
      if (event.pointerType === "mouse") hover(here);
      return;
    }
    const before = [...pointers.values()];
    pointers.set(event.pointerId, here);
    if (pointers.size === 2) return pinch(before, [...pointers.values()]);
    if (outline.length) {
      outline = tool() === "box" ? corners(outline[0], here) : [...outline, here];
      return lasso(outline);
    }
    if (!last || (start && distance(start, here) < STILL)) return;
    start = null;
    const [dx, dy] = [here[0] - last[0], here[1] - last[1]];
    last = here;
    if (camera.view.solid && !event.shiftKey) camera.rotate(dx, dy);
    else camera.pan(dx, dy);
  });

  function pinch([a, b], [c, d]) {
    const [before, now] = [middle(a, b), middle(c, d)];
    camera.pan(now[0] - before[0], now[1] - before[1]);
    camera.zoomAt(distance(c, d) / Math.max(1, distance(a, b)), ...now);
  }

  function release(event) {
    if (!pointers.delete(event.pointerId)) return;
    const here = spot(event);
    if (outline.length > 1 && extent(outline) > STILL && event.type === "pointerup") doneLasso(outline);
    else if (start && event.type === "pointerup") tap(here, event.pointerType);
    outline = [];
    lasso([]);
    start = null;
    last = [...pointers.values()][0] ?? null;
  }
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  stage.addEventListener("pointerleave", () => hover(null));

  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      camera.zoomAt(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0018)), ...spot(event));
    },
    { passive: false },
  );

  const arrows = {
    ArrowLeft: [STEP, 0],
    ArrowRight: [-STEP, 0],
    ArrowUp: [0, STEP],
    ArrowDown: [0, -STEP],
  };
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrows[event.key]) {
      const [dx, dy] = arrows[event.key];
      if (camera.view.solid && !event.shiftKey) camera.rotate(-dx / 4, -dy / 4);
      else camera.pan(dx, dy);
    } else if (event.key === "+" || event.key === "=") camera.zoomAt(1.4);
    else if (event.key === "-") camera.zoomAt(1 / 1.4);
    else if (event.key === "0") camera.home();
    else return;
    event.preventDefault();
  });
}

const distance = ([a, b], [c, d]) => Math.hypot(a - c, b - d);
const middle = ([a, b], [c, d]) => [(a + c) / 2, (b + d) / 2];
const corners = ([a, b], [c, d]) => [[a, b], [c, b], [c, d], [a, d]];
const extent = (points) => Math.max(...points.map((point) => distance(points[0], point)));

// Whether a point lies inside an outline: a ray from it crosses the outline an odd number of times.
function inside(outline, x, y) {
  let odd = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [outline[i], outline[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}
