// The controls around the map, plain HTML: choices above it, tools on it, the legend below. They only
// report what the visitor wants; the map does it.

function select(label, options, value, onChange) {
  const node = element("label", "choice");
  const input = element("select");
  input.append(...options.map((one) => (Array.isArray(one) ? choice(...one) : group(one))));
  input.ariaLabel = label;
  input.value = value;
  input.addEventListener("change", () => onChange(input.value));
  node.append(element("span", "", label), input);
  return node;
}

function choice(value, text) {
  const node = element("option", "", text);
  node.value = value;
  return node;
}

function group({ label, options }) {
  const node = element("optgroup");
  node.label = label;
  node.append(...options.map(([value, text]) => choice(value, text)));
  return node;
}

function year(label, titles, value, onChange) {
  const node = element("label", "choice year");
  const input = element("input");
  const [first, last] = titles.span;
  const placeholder = label === "From" ? first : last;
  Object.assign(input, { type: "number", min: first, max: last, placeholder, value });
  input.ariaLabel = `${label} year`;
  input.addEventListener("input", () => onChange(input.value));
  node.append(element("span", "", label), input);
  return node;
}

function press(text, label, onClick) {
  const node = element("button", "tool", text);
  node.type = "button";
  node.ariaLabel = label;
  node.title = label;
  node.addEventListener("click", onClick);
  return node;
}

// Above the map: picture, colour, size, and the filters in a drawer.
function drawChoices(node, { titles, data, settings, set, setPicture }) {
  const open = node.querySelector("details")?.open ?? false;
  const pictures = data.pictures.map(({ name, label }) => [name, label]);
  const values = data.values.map(({ name, label }) => [`values ${name}`, label]);
  const colours = [
    ["main", "Main genre"],
    ...(titles.kinds.length > 1 ? [["kind", "Kind"]] : []),
    ...(titles.span ? [["year", "Year"]] : []),
    ["popularity", "Popularity"],
    ["mean", "Mean rating"],
    ...values,
    { label: "One genre", options: titles.genres.map((name, at) => [`genre ${at}`, name]) },
  ];
  const size = element("label", "check");
  const box = element("input");
  Object.assign(box, { type: "checkbox", checked: settings.bySize });
  box.addEventListener("change", () => set({ bySize: box.checked }));
  size.append(box, element("span", "", "Size by popularity"));

  const filter = (change) => set({ filter: { ...settings.filter, ...change } });
  const drawer = element("details", "filters");
  drawer.open = open;
  const fields = element("div", "fields");
  const anything = ["", "All"];
  const genres = titles.genres.map((name, at) => [String(at), name]);
  const ofGenre = (genre) => filter({ genre });
  fields.append(select("Genre", [anything, ...genres], settings.filter.genre, ofGenre));
  if (titles.kinds.length > 1) {
    const kinds = titles.kinds.map((name, at) => [String(at), name]);
    const ofKind = (kind) => filter({ kind });
    fields.append(select("Kind", [anything, ...kinds], settings.filter.kind, ofKind));
  }
  if (titles.span) {
    fields.append(
      year("From", titles, settings.filter.from, (from) => filter({ from })),
      year("To", titles, settings.filter.to, (to) => filter({ to })),
    );
  }
  const steps = [5, 20, 50, 100, 500, 1000, 5000].filter((least) => least < titles.most);
  const least = [["", "Any"], ...steps.map((step) => [String(step), step.toLocaleString("en")])];
  const atLeast = (value) => filter({ least: value });
  fields.append(select("Ratings, at least", least, settings.filter.least, atLeast));
  const clear = element("button", "plain", "Show all");
  clear.type = "button";
  clear.addEventListener("click", () => {
    set({ filter: NO_FILTER });
    drawChoices(node, { titles, data, settings, set, setPicture });
    node.querySelector("summary").focus();
  });
  fields.append(clear);
  drawer.append(element("summary", "", "Filter"), fields);

  node.replaceChildren(
    select("Picture", pictures, data.picture, setPicture),
    select("Colour", colours, settings.colour, (colour) => set({ colour })),
    size,
    drawer,
  );
}

// On the map. Returns the two buttons that stay pressed.
function drawTools(node, { zoom, home, take, chooseView }) {
  const lasso = press("Lasso", "Select titles with a lasso", () => take("lasso"));
  const box = press("Box", "Select titles with a box", () => take("box"));
  node.append(
    press("+", "Zoom in", () => zoom(1.5)),
    press("−", "Zoom out", () => zoom(1 / 1.5)),
    press("All", "Show the whole map", home),
    lasso,
    box,
    press("In view", "Select the titles in view", chooseView),
  );
  return { lasso, box };
}

function drawLegend(node, legend) {
  const entry = (colour, text) => {
    const item = element("li", "", text);
    item.style.setProperty("--colour", `rgb(${colour.join(" ")})`);
    return item;
  };
  if (legend.classes) {
    const list = element("ul", "classes");
    list.role = "list";
    list.append(...legend.classes.map(([colour, text]) => entry(colour, text)));
    return node.replaceChildren(list);
  }
  const bar = element("span", "ramp");
  const stops = [0, 64, 128, 191, 255].map((at) => `rgb(${legend.even[at].join(" ")})`);
  bar.style.backgroundImage = `linear-gradient(to right, ${stops.join(", ")})`;
  const line = element("p", "even");
  line.append(element("span", "", String(legend.low)), bar, element("span", "", String(legend.high)));
  if (legend.note) line.append(element("span", "note", `grey: ${legend.note}`));
  node.replaceChildren(line);
}
