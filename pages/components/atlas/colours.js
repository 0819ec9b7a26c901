// Colours of the points. Classes have the eight of Okabe and Ito (2008), told apart by colour-blind
// people, darker on light paper; numbers run through a ramp that is even in OKLab (Ottosson 2020) and
// stands out the more the higher they are.

const CLASSES = {
  light: ["#0072b2", "#d55e00", "#007d5c", "#b3457f", "#b8860b", "#3b9fd1", "#5b4ba0"],
  dark: ["#56b4e9", "#f2843a", "#2fc49a", "#e08fbd", "#f0e442", "#7f9cf5", "#c8a15a"],
};
const OTHERS = { light: "#8b9794", dark: "#71807c" };
const RAMPS = {
  light: ["#c3cdb0", "#5fb39a", "#1f7f9c", "#31458f", "#3d0f57"],
  dark: ["#33404f", "#256a80", "#2f9d80", "#9fcc4f", "#fff29b"],
};

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const toLinear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const toSrgb = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

function toOklab(hex) {
  const [r, g, b] = rgb(hex).map((value) => toLinear(value / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => Math.round(255 * toSrgb(Math.min(1, Math.max(0, value)))));
}

// 256 colours from the lowest to the highest.
function ramp(scheme) {
  const stops = RAMPS[scheme].map(toOklab);
  return Array.from({ length: 256 }, (_, at) => {
    const along = (at / 255) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(along));
    return fromOklab(stops[from].map((low, i) => low + (along - from) * (stops[from + 1][i] - low)));
  });
}

// How to colour: a function from a title to [r, g, b], and the legend that says what it means.
function colouring(by, titles, values, scheme) {
  const classes = CLASSES[scheme].map(rgb);
  const others = rgb(OTHERS[scheme]);
  const even = ramp(scheme);
  const number = (of, low, high, note) => ({
    of: (at) => {
      const value = of(at);
      return value === null ? others : even[Math.round(255 * Math.min(1, Math.max(0, value)))];
    },
    legend: { even, low, high, note },
  });
  const [kind, which] = by.split(" ");
  if (kind === "genre") {
    const genre = Number(which);
    return {
      of: (at) => (titles.has(at, genre) ? classes[1] : others),
      legend: { classes: [[classes[1], titles.genres[genre]], [others, "All others"]] },
    };
  }
  if (kind === "kind") {
    return named(titles.kinds, titles.kind, classes, others);
  }
  if (kind === "year") {
    const [first, last] = titles.span;
    // Most titles are young: half of the ramp for the last fifth of the time.
    const along = (year) => ((year - first) / Math.max(1, last - first)) ** 3;
    const of = (at) => (titles.years[at] ? along(titles.years[at]) : null);
    return number(of, first, last, "year unknown");
  }
  if (kind === "popularity") {
    const most = Math.log1p(titles.most);
    const high = `${titles.most.toLocaleString("en")} ratings`;
    return number((at) => Math.log1p(titles.ratings[at]) / most, "0", high);
  }
  if (kind === "mean") {
    const ends = meanEnds(titles);
    const along = (value) => (value - ends[0]) / Math.max(1, ends[1] - ends[0]);
    const { low, high } = titles.scale;
    const said = (value) => (low + ((value - 1) / 254) * (high - low)).toFixed(1);
    const few = `fewer than ${RATED} ratings`;
    const of = (at) => (titles.ratings[at] >= RATED ? along(titles.mean[at]) : null);
    return number(of, `${said(ends[0])} or less`, `${said(ends[1])} or more`, few);
  }
  if (kind === "values" && values) {
    return number((at) => values.of[at] / 255, values.low, values.high);
  }
  return named(titles.main.names, titles.main.of, classes, others);
}

// Mean ratings of few people say little; the ramp spans the middle nine tenths of the others.
const RATED = 5;
function meanEnds({ mean, ratings }) {
  const known = mean.filter((value, at) => ratings[at] >= RATED).sort();
  if (!known.length) return [1, 255];
  return [0.05, 0.95].map((share) => known[Math.floor(share * (known.length - 1))]);
}

function named(names, of, classes, others) {
  const last = Math.min(names.length, classes.length);
  const shown = names.slice(0, last).map((name, at) => [classes[at], name]);
  return {
    of: (at) => (of[at] < last ? classes[of[at]] : others),
    legend: { classes: of.some((at) => at >= last) ? [...shown, [others, "Other"]] : shown },
  };
}

// The theme's colours as a canvas takes them, and whether its paper is dark.
function inks(root) {
  const style = getComputedStyle(root);
  const of = (name) => style.getPropertyValue(name).trim();
  const probe = element("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = of("--st-background-color");
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return {
    scheme: r + g + b < 384 ? "dark" : "light",
    text: of("--st-text-color"),
    muted: of("--st-gray-text-color"),
    accent: of("--st-primary-color"),
    star: of("--st-yellow-color"),
    paper: of("--st-background-color"),
    font: of("--st-font") || "sans-serif",
  };
}
