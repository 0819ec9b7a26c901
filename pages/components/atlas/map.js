// The map behind atlas_map.py: puts together store, view, points, labels, gestures and controls. What
// is asked of Python are another picture, an open title and what a selection is like; all else
// happens here, within a frame.

const NEAR = { mouse: 14, touch: 24 }; // px from a point that still mean it
const NO_WEBGL =
  "Your browser has no WebGL: the map is drawn in a simpler way and may move less smoothly.";
const HELP =
  "Drag to move, scroll or pinch to zoom, tap a point to open its title. " +
  "By keyboard: arrows move, + and − zoom, 0 shows all.";
const MORPH = 900; // ms from one picture to another
const maps = new WeakMap();

function atlasMap({ data, parentElement, setTriggerValue }) {
  if (!maps.has(parentElement)) {
    maps.set(parentElement, createMap(parentElement.querySelector(".atlas"), data.domain));
  }
  const map = maps.get(parentElement);
  map.update(data, (event) => setTriggerValue("event", { ...event, release: data.release }));
  return () => {
    map.close();
    maps.delete(parentElement);
  };
}

function createMap(root, domain) {
  const choices = element("div", "choices");
  const stage = element("div", "stage");
  const below = element("div", "below");
  const tools = element("div", "tools");
  root.replaceChildren(choices, stage, tools, below);
  const points = element("canvas", "points");
  const over = element("canvas", "over");
  const tip = element("p", "tip");
  const wait = element("p", "wait", "Laying out the titles …");
  tip.hidden = true;
  stage.append(points, over, tip, wait);
  over.tabIndex = 0;
  over.role = "application";
  over.setAttribute("aria-roledescription", "map");
  over.setAttribute("aria-describedby", "atlas-help");
  const help = element("p", "help", HELP);
  help.id = "atlas-help";
  const status = element("p", "status");
  status.role = "status";
  const legend = element("div", "legend");
  const list = createListing((title) => send({ type: "open", title }));
  below.append(status, legend, help, list.node);

  const store = atlasStore.settings;
  if (!store.has(domain)) {
    store.set(domain, { colour: "main", bySize: true, filter: NO_FILTER, camera: null });
  }
  const settings = store.get(domain);

  let [data, titles, places, shown] = [null, null, null, null]; // shown: the places drawn now
  let send = () => {};
  let [drawer, paint, filtered] = [null, null, null];
  let [along, morph] = [1, 0];
  let ink = null;
  let [hover, outline, tool] = [null, [], "move"];
  let [frame, resting] = [0, 0];
  let closed = false;
  let flown = undefined; // the open title that the map has flown to

  const camera = createView(redraw);
  const own = createGlider(redraw);
  let resumed = settings.camera; // where the visitor looked before going to another page

  function redraw() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  // --- what there is to draw -----------------------------------------------------------------

  function update(next, sender) {
    send = sender;
    const before = data;
    data = next;
    over.ariaLabel = `Map of ${data.n.toLocaleString("en")} titles`;
    own.move(data.own, before?.picture === data.picture && !camera.calm());
    gather(before);
  }

  function gather(before = data) {
    if (!data) return;
    const found = atlasStore.titles.get(data.release);
    const laid = atlasStore.places.get(`${data.release} ${data.picture}`);
    if (!found || !laid) return;
    const fresh = found !== titles;
    titles = found;
    wait.hidden = true;
    if (!drawer) open();
    if (laid !== shown) changePicture(laid, fresh);
    if (settings.release !== data.release) {
      Object.assign(settings, { release: data.release, colour: "main", filter: NO_FILTER });
    }
    const asked = data.colour && data.colour !== settings.asked;
    if (asked) settings.colour = data.colour;
    settings.asked = data.colour;
    if (settings.colour.startsWith("values") && !chosenValues()) settings.colour = "main";
    const options = JSON.stringify([data.release, data.pictures, data.values.map(({ name }) => name)]);
    if (asked || choices.dataset.options !== options) {
      choices.dataset.options = options; // else they stay, and so does the focus
      drawChoices(choices, { titles, data, settings, set, setPicture });
    }
    const changed = ["values", "selected"].some(
      (name) => JSON.stringify(before?.[name]) !== JSON.stringify(data[name]),
    );
    if (asked || fresh || !paint || changed) refilter();
    if (data.open !== flown) flyToOpen();
    redraw();
    settle();
  }

  function open() {
    drawer = createPoints(points, () => {
      if (closed) return;
      const plain = element("canvas", "points");
      points.replaceWith(plain);
      drawer = createPlainPoints(plain);
      resize();
      changePicture(shown, true);
      refilter();
    });
    stage.dataset.plain = drawer.plain;
    if (drawer.plain) below.append(element("p", "plain-word", NO_WEBGL));
  }

  function changePicture(laid, fresh) {
    const from = shown && !fresh ? current() : laid.xyz;
    const looked = shown && !fresh ? shown.frame : laid.frame;
    const whole = camera.view.zoom < 1.05;
    places = { ...laid, from };
    drawer.place(from, laid.xyz);
    camera.set({ solid: laid.dimensions === 3 });
    shown = laid;
    cancelAnimationFrame(morph);
    reframe(looked, laid.frame, 1, whole);
    if (from !== laid.xyz && !camera.calm()) {
      const start = performance.now();
      const step = (now) => {
        const linear = Math.min(1, Math.max(0, (now - start) / MORPH));
        reframe(looked, laid.frame, linear * linear * (3 - 2 * linear), whole);
        if (linear < 1) morph = requestAnimationFrame(step);
        else settle();
      };
      along = 0;
      morph = requestAnimationFrame(step);
    }
    if (paint) refilter();
    if (resumed) camera.set(resumed);
    resumed = null;
  }

  // Goes along from one picture's frame to another's; who saw the whole picture sees the whole.
  function reframe(from, to, part, whole) {
    along = part;
    const mix = (a, b) => a + part * (b - a);
    const frame = { x: mix(from.x, to.x), y: mix(from.y, to.y) };
    camera.setFrame({ ...frame, half: from.half.map((half, axis) => mix(half, to.half[axis])) });
    camera.set(whole ? frame : {});
  }

  const current = () => places.xyz.map((to, at) => places.from[at] + along * (to - places.from[at]));

  function set(change) {
    Object.assign(settings, change);
    refilter();
    redraw();
    settle();
  }

  function setPicture(picture) {
    send({ type: "picture", picture });
  }

  function refilter() {
    ink = inks(root);
    filtered = applyFilters(titles, shown.there, settings.filter);
    const colour = colouring(settings.colour, titles, chosenValues(), ink.scheme);
    const chosen = data.selected && new Set(data.selected);
    paint = painted(titles, shown.there, filtered.passing, chosen, colour.of, settings.bySize);
    drawer.paint(paint);
    drawLegend(legend, colour.legend);
    if (status.textContent !== filtered.words) status.textContent = filtered.words;
  }

  // The numbers that the titles are coloured by, if it is by numbers that Python sent.
  function chosenValues() {
    const found = data.values.find(({ name }) => `values ${name}` === settings.colour);
    return found && { ...found, of: bytes(found.bytes) };
  }

  // --- drawing -------------------------------------------------------------------------------

  function at(title) {
    const { xyz, from } = places;
    const mixed = (i) => from[i] + along * (xyz[i] - from[i]);
    return projected(mixed(3 * title), mixed(3 * title + 1), mixed(3 * title + 2), [0, 0, 0]);
  }
  let projected = camera.projection();

  function draw() {
    frame = 0;
    if (!drawer || !paint || !points.width) return;
    const { view } = camera;
    projected = camera.projection();
    const ratio = devicePixelRatio || 1;
    const grow = Math.min(2.6, view.zoom ** 0.4) * Math.min(1.15, Math.max(0.75, view.width / 700));
    const [turn, scale, project] = [camera.turn(), camera.scale(), projected];
    drawer.draw({ view, turn, scale, along, grow, ratio, project });
    drawLabels(over.getContext("2d"), {
      ratio,
      view,
      ink,
      at,
      project: projected,
      names: titles.names,
      byPopularity: titles.byPopularity,
      passing: filtered.passing,
      regions: along === 1 ? data.regions : [],
      rated: data.rated.filter(([title]) => shown.there[title]),
      highlighted: data.highlighted.filter((title) => shown.there[title]),
      own: along === 1 ? own.place() : null,
      open: data.open !== null && shown.there[data.open] ? data.open : null,
      hover,
      lasso: outline,
      morphing: along < 1,
    });
    if (!stage.dataset.drawn) stage.dataset.drawn = Math.round(performance.now());
    settings.camera = { x: view.x, y: view.y, zoom: view.zoom, yaw: view.yaw, pitch: view.pitch };
    settle();
  }

  function flyToOpen() {
    flown = data.open;
    if (data.open === null || !shown.there[data.open]) return;
    const { xyz } = shown;
    const [x, y] = at(data.open);
    const { view } = camera;
    // What was tapped on the map is where the visitor looks already.
    if (view.zoom > 2.5 && within(view, x, y, 40)) return;
    camera.flyTo(...xyz.subarray(3 * data.open, 3 * data.open + 3));
  }

  // --- the list: what lies in view, or was selected ------------------------------------------

  // Once the map rests: a list that changes with every frame would be no use to anybody.
  function settle() {
    clearTimeout(resting);
    resting = setTimeout(listTitles, 180);
  }

  function visible() {
    const { view } = camera;
    return titles.byPopularity.filter((title) => {
      if (!filtered.passing[title]) return false;
      const [x, y] = at(title);
      return within(view, x, y);
    });
  }

  function listTitles() {
    if (paint) list.show(titles, data.selected ?? visible(), data.selected !== null);
  }

  // --- pointing ------------------------------------------------------------------------------

  function nearest([px, py], reach) {
    let [best, least] = [null, reach];
    const spot = [0, 0, 0];
    for (const title of paint.order) {
      const i = 3 * title;
      projected(shown.xyz[i], shown.xyz[i + 1], shown.xyz[i + 2], spot);
      // What the filters left out is only meant by a pointer right on it.
      const off = Math.hypot(spot[0] - px, spot[1] - py) + (filtered.passing[title] ? 0 : reach / 2);
      if (off <= least) [best, least] = [title, off];
    }
    return best;
  }

  function pointAt(spot) {
    if (!paint || along < 1) return;
    const found = spot && tool === "move" ? nearest(spot, NEAR.mouse) : null;
    over.style.cursor = found === null ? "" : "pointer";
    if (found !== hover) redraw();
    hover = found;
    tip.hidden = found === null;
    if (found === null) return;
    const [x, y] = at(found);
    tip.textContent = described(titles, found);
    const width = tip.offsetWidth / 2 + 6;
    tip.style.left = `${Math.min(camera.view.width - width, Math.max(width, x))}px`;
    tip.style.top = `${y}px`;
    tip.dataset.below = y < 60;
  }

  listen(over, camera, {
    tool: () => tool,
    hover: pointAt,
    tap(spot, type) {
      const found = paint ? nearest(spot, NEAR[type] ?? NEAR.touch) : null;
      if (found !== null) send({ type: "open", title: found });
    },
    lasso(next) {
      outline = next;
      redraw();
    },
    doneLasso(shape) {
      const [xs, ys] = [shape.map(([x]) => x), shape.map(([, y]) => y)];
      const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      choose(
        visible().filter((title) => {
          const [x, y] = at(title);
          return x >= box[0] && x <= box[1] && y >= box[2] && y <= box[3] && inside(shape, x, y);
        }),
      );
      take("move");
    },
  });

  function choose(chosen) {
    if (chosen.length) list.node.open = true;
    send({ type: "select", titles: chosen });
  }

  // --- tools ---------------------------------------------------------------------------------

  const buttons = drawTools(tools, {
    zoom: (factor) => camera.zoomAt(factor),
    home: () => camera.home(),
    take: (wanted) => take(tool === wanted ? "move" : wanted),
    chooseView: () => paint && choose(visible()),
  });
  function take(next) {
    tool = next;
    over.dataset.tool = tool;
    for (const [name, button] of Object.entries(buttons)) button.ariaPressed = String(tool === name);
  }
  take("move");

  // --- size and theme ------------------------------------------------------------------------

  function resize() {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    if (!width || !height) return;
    for (const canvas of stage.querySelectorAll("canvas")) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    camera.set({ width, height });
    settle();
  }
  const observer = new ResizeObserver(resize);
  observer.observe(stage);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  // The theme's colours follow a moment after the system's.
  const recolour = () => setTimeout(() => paint && (refilter(), redraw()), 300);
  scheme.addEventListener("change", recolour);
  const arrived = () => gather();
  atlasStore.changed.addEventListener("change", arrived);

  function close() {
    closed = true;
    for (const request of [frame, morph]) cancelAnimationFrame(request);
    own.stop();
    clearTimeout(resting);
    camera.stop();
    observer.disconnect();
    scheme.removeEventListener("change", recolour);
    atlasStore.changed.removeEventListener("change", arrived);
    drawer?.close();
  }
  return { update, close };
}
