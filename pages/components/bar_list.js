// The list behind bar_list.py: rows of a name, a number and a bar; names of titles open them.

function barList({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bar-list");
  root.open = (id) => setTriggerValue("open", id);
  const shown = JSON.stringify(data);
  if (root.shown === shown) return; // the focus stays where it is
  root.shown = shown;
  root.dataset.variant = data.variant;
  const list = element("ul");
  list.role = "list";
  list.ariaLabel = data.label;
  list.append(
    ...data.rows.map(({ id, text, note, value, share }) => {
      const row = element("li");
      const name = element(id === null ? "span" : "button", "name", text);
      if (id !== null) {
        name.type = "button";
        name.addEventListener("click", () => root.open(id));
      }
      if (note) name.append(" ", element("span", "note", note));
      row.append(name);
      if (value) row.append(element("span", "value", value));
      if (share !== null) {
        const bar = element("i", share < 0 ? "bar less" : "bar");
        bar.style.setProperty("--share", Math.abs(share));
        bar.ariaHidden = "true";
        row.append(bar);
      }
      return row;
    }),
  );
  root.replaceChildren(list);
}
