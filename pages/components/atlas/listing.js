// The list below the map: the titles in view or selected, the best known first. It is the way to them
// for everybody who cannot point at them.

const LISTED = 24;

// "Heat · 1995 · TV", as much of it as is known and tells something.
function described(titles, at) {
  const kind = titles.kinds.length > 1 ? titles.kinds[titles.kind[at]] : "";
  return [titles.names[at], titles.years[at] || "", kind].filter(Boolean).join(" · ");
}

function createListing(onOpen) {
  const node = element("details", "listed");
  const summary = element("summary", "", "Titles in view");
  const entries = element("ol");
  node.append(summary, entries);

  function entry(titles, at) {
    const item = element("li");
    const button = element("button", "plain", described(titles, at));
    button.type = "button";
    button.dataset.title = at;
    button.addEventListener("click", () => onOpen(at));
    item.append(button);
    return item;
  }

  function show(titles, found, selected) {
    const number = (value) => value.toLocaleString("en");
    summary.textContent = `${selected ? "Selected titles" : "Titles in view"}: ${number(found.length)}`;
    const shown = found.slice(0, LISTED);
    if (entries.dataset.shown === String(shown)) return;
    entries.dataset.shown = String(shown);
    const focused = node.getRootNode().activeElement?.dataset.title;
    entries.replaceChildren(...shown.map((at) => entry(titles, at)));
    if (found.length > LISTED) {
      entries.append(element("li", "more", `and ${number(found.length - LISTED)} less well known`));
    }
    // Whoever was in the list stays there, at the same title if it is still listed.
    if (focused) (entries.querySelector(`[data-title="${focused}"]`) ?? summary).focus();
  }
  return { node, show };
}
