// What the map draws, kept while the tab is open: the facts of the titles once a release, the places
// once a picture, and the visitor's settings. Both kinds of data come in a mount of their own.

const atlasStore = (globalThis.tastemapAtlas ??= {
  titles: new Map(), // release -> facts
  places: new Map(), // "release picture" -> places
  settings: new Map(), // domain -> settings
  changed: new EventTarget(),
});

const NOWHERE = 65535; // a coordinate of a title without a place

function atlasTitles({ data }) {
  keep(atlasStore.titles, data.release, () => unpackTitles(data));
}

function atlasPlaces({ data }) {
  keep(atlasStore.places, `${data.release} ${data.picture}`, () => unpackPlaces(data));
}

async function keep(kept, key, unpack) {
  if (kept.has(key)) return;
  kept.set(key, null); // on its way
  kept.set(key, await unpack());
  atlasStore.changed.dispatchEvent(new Event("change"));
}

function bytes(text) {
  return Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

// What `packed` in atlas_map.py made, as bytes.
async function inflate(text) {
  const plain = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
const shorts = async (text) => new Uint16Array((await inflate(text)).buffer);

// A text column per fact; genres are bits, so many bytes a title as it takes.
async function unpackTitles(data) {
  const names = new TextDecoder().decode(await inflate(data.titles)).split("\n");
  const masks = await inflate(data.masks);
  const width = masks.length / names.length;
  const has = (at, genre) => (masks[at * width + (genre >> 3)] >> (genre & 7)) & 1;
  const ratings = await shorts(data.ratings);
  const byPopularity = Array.from(names.keys()).sort((a, b) => ratings[b] - ratings[a] || a - b);
  const years = await shorts(data.years);
  const known = years.filter(Boolean);
  const least = (a, b) => Math.min(a, b);
  const greatest = (a, b) => Math.max(a, b);
  return {
    names,
    has,
    ratings,
    years,
    byPopularity,
    genres: data.genres,
    kinds: data.kinds,
    kind: await inflate(data.kind),
    mean: await inflate(data.mean), // 0 without ratings, else 1..255 along the scale
    span: known.length ? [known.reduce(least), known.reduce(greatest)] : null,
    scale: data.scale,
    most: ratings.reduce(greatest, 1),
    main: mainGenres(data.genres, names.length, has),
  };
}

// Three coordinates a title, -1..1; `there` says which titles have a place.
async function unpackPlaces(data) {
  const values = await shorts(data.coordinates);
  const n = values.length / data.dimensions;
  const xyz = new Float32Array(3 * n);
  const there = new Uint8Array(n);
  for (let at = 0; at < n; at++) {
    if (values[at * data.dimensions] === NOWHERE) continue;
    there[at] = 1;
    for (let axis = 0; axis < data.dimensions; axis++) {
      xyz[3 * at + axis] = values[at * data.dimensions + axis] / 32767 - 1;
    }
  }
  return { xyz, there, dimensions: data.dimensions, frame: frameOf(xyz, there, data.dimensions) };
}

// The part of the map that a picture fills; in three dimensions a ball, whichever way it is turned,
// but for the few titles that lie far off.
function frameOf(xyz, there, dimensions) {
  const low = [1, 1];
  const high = [-1, -1];
  const radii = [];
  for (let at = 0; at < there.length; at++) {
    if (!there[at]) continue;
    const place = xyz.subarray(3 * at, 3 * at + 3);
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis], place[axis]);
      high[axis] = Math.max(high[axis], place[axis]);
    }
    radii.push(Math.hypot(...place));
  }
  if (!radii.length) return { x: 0, y: 0, half: [1, 1] };
  if (dimensions === 3) {
    const radius = Math.max(0.05, radii.sort((a, b) => a - b)[Math.floor(0.98 * (radii.length - 1))]);
    return { x: 0, y: 0, half: [radius, radius] };
  }
  const half = [0, 1].map((axis) => Math.max(0.05, (high[axis] - low[axis]) / 2));
  return { x: (low[0] + high[0]) / 2, y: (low[1] + high[1]) / 2, half };
}

// The genre that a title is coloured by: of its genres among the commonest few the rarest, which
// says most; the last colour is for all others.
const COLOURED = 7;
function mainGenres(genres, n, has) {
  const counts = genres.map(() => 0);
  for (let at = 0; at < n; at++) {
    for (let genre = 0; genre < genres.length; genre++) counts[genre] += has(at, genre);
  }
  const shown = [...genres.keys()].sort((a, b) => counts[b] - counts[a]).slice(0, COLOURED);
  const rarestFirst = [...shown.keys()].reverse();
  const of = new Uint8Array(n).fill(shown.length);
  for (let at = 0; at < n; at++) {
    const found = rarestFirst.find((place) => has(at, shown[place]));
    if (found !== undefined) of[at] = found;
  }
  return { of, names: shown.map((genre) => genres[genre]) };
}
