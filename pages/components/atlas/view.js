// Where the map is looked at from: a point in the middle, how near, and for three dimensions two
// angles. Places run from -1 to 1 in each direction; `frame` is the part of it that a picture fills.

const DEPTH = 0.22; // how much larger what lies a unit nearer is
const CLOSEST = 40; // times the whole map

function createView(changed) {
  const view = { x: 0, y: 0, zoom: 1, yaw: 0, pitch: 0, solid: false, width: 1, height: 1 };
  let frame = { x: 0, y: 0, half: [1, 1] };
  let flight = 0;
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Pixels a unit: the whole picture fits at zoom 1, with a rim for labels.
  const scale = () =>
    view.zoom * Math.min((view.width - 48) / 2 / frame.half[0], (view.height - 64) / 2 / frame.half[1]);

  // Rotation as nine numbers, column by column, as WebGL takes it.
  function turn() {
    if (!view.solid) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
    const [a, b] = [Math.cos(view.yaw), Math.sin(view.yaw)];
    const [c, d] = [Math.cos(view.pitch), Math.sin(view.pitch)];
    return [a, b * d, -b * c, 0, c, d, b, -a * d, a * c];
  }

  // A function from a place to [x, y] in pixels and how near it is.
  function projection() {
    const t = turn();
    const s = scale();
    const depth = view.solid ? DEPTH : 0;
    return (x, y, z, into) => {
      const near = 1 + depth * (t[2] * x + t[5] * y + t[8] * z);
      into[0] = view.width / 2 + ((t[0] * x + t[3] * y + t[6] * z) * near - view.x) * s;
      into[1] = view.height / 2 - ((t[1] * x + t[4] * y + t[7] * z) * near - view.y) * s;
      into[2] = near;
      return into;
    };
  }

  const bound = (value, most) => Math.min(most, Math.max(-most, value));
  function set(next) {
    Object.assign(view, next);
    view.zoom = Math.min(CLOSEST, Math.max(0.7, view.zoom));
    view.x = bound(view.x, 1.2);
    view.y = bound(view.y, 1.2);
    view.pitch = bound(view.pitch, Math.PI / 2);
    changed();
  }
  function stop() {
    cancelAnimationFrame(flight);
  }

  function pan(dx, dy) {
    stop();
    set({ x: view.x - dx / scale(), y: view.y + dy / scale() });
  }

  // Keeps what lies under a point of the screen where it is.
  function zoomAt(factor, px = view.width / 2, py = view.height / 2) {
    stop();
    const before = scale();
    const [right, up] = [px - view.width / 2, view.height / 2 - py];
    const [x, y] = [view.x + right / before, view.y + up / before];
    set({ zoom: view.zoom * factor });
    set({ x: x - right / scale(), y: y - up / scale() });
  }

  function rotate(dx, dy) {
    stop();
    set({ yaw: view.yaw + dx / 180, pitch: view.pitch + dy / 180 });
  }

  // Goes there in one smooth movement.
  function fly(target, time = 650) {
    stop();
    const from = { ...view };
    const keys = Object.keys(target);
    if (calm()) return set(target);
    const start = performance.now();
    const step = (now) => {
      const along = Math.min(1, Math.max(0, (now - start) / time));
      const eased = along < 0.5 ? 4 * along ** 3 : 1 - (2 - 2 * along) ** 3 / 2;
      const next = keys.map((key) => [key, from[key] + eased * (target[key] - from[key])]);
      set(Object.fromEntries(next));
      if (along < 1) flight = requestAnimationFrame(step);
    };
    flight = requestAnimationFrame(step);
  }

  // To a place, near enough to see what is around it.
  function flyTo(x, y, z, zoom = Math.max(view.zoom, 4)) {
    const { solid } = view;
    const t = turn();
    const near = 1 + (solid ? DEPTH : 0) * (t[2] * x + t[5] * y + t[8] * z);
    const there = {
      x: (t[0] * x + t[3] * y + t[6] * z) * near,
      y: (t[1] * x + t[4] * y + t[7] * z) * near,
    };
    fly({ ...there, zoom });
  }

  const home = () => fly({ x: frame.x, y: frame.y, zoom: 1, yaw: 0, pitch: 0 });
  const setFrame = (next) => (frame = next);
  return { view, set, setFrame, stop, pan, zoomAt, rotate, flyTo, home, turn, scale, projection, calm };
}

// A place that glides to where it is told to go: the visitor's, when ratings move it.
function createGlider(changed) {
  let place = null;
  let flight = 0;
  const stop = () => cancelAnimationFrame(flight);

  function move(target, smoothly) {
    stop();
    const to = target && [target[0], target[1], target[2] ?? 0];
    const from = place;
    if (!to || !from || !smoothly) {
      place = to;
      return;
    }
    const start = performance.now();
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - start) / 700));
      place = from.map((value, i) => value + (1 - (1 - part) ** 3) * (to[i] - value));
      changed();
      if (part < 1) flight = requestAnimationFrame(step);
    };
    flight = requestAnimationFrame(step);
  }
  return { place: () => place, move, stop };
}
