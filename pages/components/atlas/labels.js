// What is written and drawn over the points: regions, the best known titles in view, the visitor's
// rated titles and place, the title under the pointer, the lasso. Text has a rim of the paper's colour.

function drawLabels(context, scene) {
  const { ratio, view, ink, at } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  context.lineJoin = "round";
  const taken = [];
  if (scene.own) drawOwn(context, scene, taken);
  drawRings(context, scene, taken);
  if (scene.open !== null) drawOpen(context, scene, taken);
  drawRegions(context, scene, taken);
  drawTitles(context, scene, taken);
  if (scene.hover !== null) {
    const [x, y] = at(scene.hover);
    circle(context, x, y, 7, ink.text, 1.5);
  }
  if (scene.lasso?.length > 1) drawLasso(context, scene.lasso, ink);
}

// Draws a text where it lies on no other; says whether it did.
function write(context, text, x, y, how) {
  const { taken, size = 12, weight = 550, colour, ink, opacity = 1, force } = how;
  context.font = `${weight} ${size}px ${ink.font}`;
  const width = context.measureText(text).width + 8;
  const box = [x - width / 2, y - size * 0.75, x + width / 2, y + size * 0.75];
  const apart = (other) =>
    box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1];
  const free = taken.every(apart);
  if (!free && !force) return false;
  taken.push(box);
  context.globalAlpha = opacity;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = ink.paper;
  context.strokeText(text, x, y);
  context.fillStyle = colour ?? ink.text;
  context.fillText(text, x, y);
  context.globalAlpha = 1;
  return true;
}

const within = ({ width, height }, x, y, margin = 0) =>
  x > margin && x < width - margin && y > margin && y < height - margin;

// The middle of a text near x that does not run out of the map; letters are about half as wide as high.
function kept({ width }, text, x, size) {
  const half = 0.29 * size * text.length + 4;
  return Math.min(width - half, Math.max(half, x));
}

function circle(context, x, y, radius, colour, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

function drawRings(context, { rated, highlighted, view, ink, at }, taken) {
  for (const title of highlighted) {
    const [x, y] = at(title);
    circle(context, x, y, 7, ink.accent, 2);
  }
  for (const [title, rating] of rated) {
    const [x, y] = at(title);
    if (!within(view, x, y)) continue;
    circle(context, x, y, 8, ink.paper, 4);
    circle(context, x, y, 8, ink.star, 2.5);
    write(context, `★ ${rating}`, x, y - 17, { taken, weight: 700, colour: ink.star, ink });
  }
}

function drawOwn(context, { own, project, ink }, taken) {
  const [x, y] = project(own[0], own[1], own[2], [0, 0, 0]);
  for (const [radius, colour, width] of [[15, ink.paper, 5], [15, ink.accent, 2.5]]) {
    circle(context, x, y, radius, colour, width);
  }
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = ink.accent;
  context.fill();
  const loud = { size: 14, weight: 750, colour: ink.accent, force: true };
  write(context, "You", x, y - 27, { taken, ink, ...loud });
}

function drawOpen(context, { open, names, at, ink, view }, taken) {
  const [x, y] = at(open);
  if (!within(view, x, y)) return;
  circle(context, x, y, 10, ink.paper, 6);
  circle(context, x, y, 10, ink.text, 3);
  write(context, short(names[open]), x, y + 22, { taken, size: 14, weight: 700, ink, force: true });
}

// The words for regions give way as one comes near, where titles are named instead.
function drawRegions(context, { regions, view, project, ink }, taken) {
  const opacity = Math.min(1, Math.max(0, 2.2 - view.zoom / 3));
  if (!opacity) return;
  const spot = [0, 0, 0];
  for (const region of regions) {
    const [x, y, z = 0] = region.place;
    project(x, y, z, spot);
    const size = view.width < 500 ? 12 : 15;
    if (!within(view, spot[0], spot[1], 8)) continue;
    const middle = kept(view, region.text, spot[0], size);
    write(context, region.text, middle, spot[1], { taken, size, weight: 700, ink, opacity });
  }
}

// The better known first, as many as there is room for without crowding.
function drawTitles(context, scene, taken) {
  const { names, byPopularity, passing, open, view, at, ink, regions } = scene;
  if (scene.morphing) return;
  const room = (view.width * view.height) / 26000;
  const most = Math.round(room * Math.min(1.6, (regions.length ? 0.3 : 0.5) + view.zoom / 8));
  let drawn = 0;
  let looked = 0;
  for (const title of byPopularity) {
    if (drawn >= most || looked > 400) break;
    if (!passing[title] || title === open) continue;
    const [x, y] = at(title);
    if (!within(view, x, y, 4)) continue;
    looked++;
    const name = short(names[title]);
    const middle = kept(view, name, x, 12);
    if (write(context, name, middle, y - 13, { taken, colour: ink.muted, ink })) drawn++;
  }
}

function drawLasso(context, lasso, ink) {
  context.beginPath();
  lasso.forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = ink.accent;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.strokeStyle = ink.accent;
  context.stroke();
  context.setLineDash([]);
}

const short = (name) => (name.length > 26 ? `${name.slice(0, 25).trimEnd()}…` : name);
