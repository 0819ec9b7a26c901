// Draws the cover that cover.py describes: contour lines on coloured paper, with title, year and kind.

const SVG = "http://www.w3.org/2000/svg";

function drawCover({ cover, title, year, kind }) {
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
  return node;
}

const facts = (known) => known.filter(Boolean).join(" · ");

// How large a title may be set: by its longest word, which must not break, and by its lines.
function titleLength(title) {
  const longest = Math.max(...title.split(/[\s-]+/).map((word) => word.length));
  if (longest > 12 || title.length > 34) return "long";
  return longest > 9 || title.length > 18 ? "medium" : "short";
}
