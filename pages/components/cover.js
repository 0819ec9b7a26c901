// Draws the cover that cover.py describes: contour lines on coloured paper, with title, year and kind.

const SVG = "http://www.w3.org/2000/svg";

function drawCover({ id, cover, title, year, kind }, posters = "") {
  const node = element("div", "cover");
  node.ariaHidden = "true"; // the card says them as text
  node.style.backgroundColor = cover.background;
  node.style.color = cover.foreground;

  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 100 140");
  drawing.setAttribute("preserveAspectRatio", "xMidYMid slice");
  const [x, y] = cover.summit;
  cover.contours.forEach((colour, level) => {
    const contour = document.createElementNS(SVG, "path");
    contour.setAttribute("d", cover.outline);
    contour.setAttribute("fill", colour);
    const scale = cover.scales[level];
    contour.setAttribute("transform", `translate(${x} ${y}) scale(${scale}) rotate(${9 * level})`);
    drawing.append(contour);
  });

  const name = element("p", "cover-title", title);
  name.dataset.length = titleLength(title);
  node.append(drawing, name, element("p", "cover-facts", facts([year, kind])));
  if (posters) node.append(drawPoster(posters.replace("{id}", id)));
  return node;
}

// A picture that covers the cover once it is there; until then, and if there is none, it is nothing.
function drawPoster(address) {
  const picture = element("img", "poster");
  picture.loading = "lazy";
  picture.alt = ""; // the card says what it is of
  picture.addEventListener("load", () => picture.classList.add("there"));
  picture.addEventListener("error", () => picture.remove());
  picture.src = address;
  return picture;
}

const facts = (known) => known.filter(Boolean).join(" · ");

// How large a title may be set: by its longest word, which must not break, and by its lines.
function titleLength(title) {
  const longest = Math.max(...title.split(/[\s-]+/).map((word) => word.length));
  if (longest > 12 || title.length > 34) return "long";
  return longest > 9 || title.length > 18 ? "medium" : "short";
}
