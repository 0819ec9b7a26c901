// Why a title is recommended: "Because you rated …", a button that opens what the score is made of.
// In the row of a rated title the rating can be changed or taken away, and taken back again.

function createReason(node, card, scale, { ask, edit, sites }) {
  const panel = element("div", "breakdown");
  panel.id = `breakdown-${card.id}`;
  panel.hidden = !card.opened;
  const button = action("", () => {
    panel.hidden = !panel.hidden;
    button.ariaExpanded = String(!panel.hidden);
    if (panel.hidden) parts.stop();
    ask(!panel.hidden);
  });
  button.className = "because";
  button.ariaExpanded = String(!panel.hidden);
  button.setAttribute("aria-controls", panel.id);
  const words = element("span");
  button.append(words);
  const parts = createParts(scale, edit);
  const links = drawLinks(card, sites);
  node.append(button, panel);

  function update({ because, breakdown, note }, { rated, rank }) {
    const reasons = because.flatMap((title, at) => [
      at === 0 ? "Because you rated " : at === because.length - 1 ? " and " : ", ",
      element("strong", "", title),
    ]);
    if (!reasons.length) reasons.push(note || (breakdown.length ? "Why this?" : "More about it"));
    words.replaceChildren(...reasons);
    node.hidden = !breakdown.length && !sites.length;
    const whole = breakdown.length ? [parts.node] : [];
    // Only what is new is put in: what is taken out and put back loses the focus.
    if (panel.childElementCount !== whole.length + links.length) {
      panel.replaceChildren(...whole, ...links);
    }
    parts.update(breakdown.map((part) => readPart(part, rated)), rank);
  }
  return { update, leftTheList: parts.leftTheList };
}

function readPart([about, amount, without], rated) {
  const [label, rating] = rated[about] ?? [about, null];
  return { id: about in rated ? about : null, label, rating, amount, without: without ?? null };
}

function drawLinks({ id, title, year }, sites) {
  if (!sites.length) return [];
  const line = element("p", "links");
  const named = encodeURIComponent(year ? `${title} (${year})` : title);
  for (const { name, address } of sites) {
    const link = element("a", "", name);
    link.href = address.replace("{id}", id).replace("{title}", named);
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.ariaLabel = `${title} on ${name}, opens in a new tab`;
    line.append(link);
  }
  return [line];
}

// The table of parts with what can be done to them.
function createParts(scale, edit) {
  const node = element("div");
  const change = element("p", "change");
  const table = element("table");
  table.append(element("caption", "unseen", "What the score is made of"));
  const body = table.createTBody();
  const foot = table.createTFoot();
  node.append(change, table);
  let open = null; // the row of stars, below the row of the title it is about, which may be gone

  function update(rows, rank) {
    table.style.setProperty("--axis", rows.some((row) => row.amount < 0) ? 0.5 : 0);
    change.replaceChildren(...tellChange(rows, rank));
    change.hidden = !change.hasChildNodes();

    const focused = body.getRootNode().activeElement?.closest("tr")?.dataset?.id;
    for (const row of [...body.rows]) if (row !== open?.row) row.remove();
    const largest = Math.max(...rows.map((row) => Math.abs(row.amount)), 1e-9);
    let sum = 0;
    let shown = 0; // in hundredths: cut from the running sum, so that what is shown adds up as well
    const at = open ? rows.findIndex((row) => row.id === open.id) : -1;
    if (open && at >= 0) open.after = at + 1;
    rows.forEach((row, at) => {
      sum += row.amount;
      const hundredths = Math.round(100 * sum) - shown;
      shown += hundredths;
      const drawn = drawPart(row, row.amount / largest, hundredths / 100);
      body.insertBefore(drawn, open && at < open.after ? open.row : null);
      if (focused && drawn.dataset.id === focused) drawn.querySelector("button").focus();
    });
    if (at >= 0) open.stars.set(rows[at].rating);
    const total = element("tr");
    const name = element("th", "", "Score");
    name.scope = "row";
    name.colSpan = 2;
    total.append(name, element("td", "number", (shown / 100).toFixed(2)));
    foot.replaceChildren(total);
  }

  function drawPart(part, share, amount) {
    const row = element("tr");
    const name = element("th");
    name.scope = "row";
    if (part.id === null) {
      name.textContent = part.label;
    } else {
      row.dataset.id = part.id;
      const button = element("button", "part");
      button.type = "button";
      button.ariaExpanded = String(open?.id === part.id);
      button.ariaLabel = `Change your rating of ${part.label}, ${spoken(part.rating, scale)}`;
      const given = element("span", "given", `★ ${part.rating}`);
      button.append(element("span", "title", part.label), " ", given);
      button.addEventListener("click", () => (open?.id === part.id ? stop(true) : start(part)));
      name.append(button);
      if (part.without !== null) {
        name.append(element("span", "without", `without it ${ordinal(part.without)}`));
      }
    }
    const bar = element("td", "amount");
    bar.ariaHidden = "true";
    bar.style.setProperty("--share", share);
    bar.classList.add(part.amount < 0 ? "less" : "more");
    bar.append(element("i"));
    const sign = amount < 0 ? "−" : "+";
    row.append(name, bar, element("td", "number", sign + Math.abs(amount).toFixed(2)));
    return row;
  }

  function start(part) {
    stop();
    const row = element("tr", "edit");
    const cell = row.insertCell();
    cell.colSpan = 3;
    const line = element("div", "line");
    const undo = element("div", "undo");
    const readout = element("span", "readout");
    const stars = createStars(part.label, scale, {
      onPreview: (value) => (readout.textContent = value === null ? "" : spoken(value, scale)),
      onRate(value, { changed }) {
        if (!changed) return;
        edit.rate(part, value);
        tell(value === part.rating ? "" : `${value} instead of ${part.rating}`);
      },
    });
    const remove = action("Remove", () => {
      edit.remove(part);
      line.hidden = true;
      tell(`Removed ${part.label}`);
      undo.querySelector("button").focus({ preventScroll: true });
    });
    remove.ariaLabel = `Remove your rating of ${part.label}`;

    function tell(text) {
      const back = action("Undo", () => {
        edit.rate(part, part.rating);
        stars.set(part.rating);
        line.hidden = false;
        tell("");
        stars.node.querySelector("input").focus({ preventScroll: true });
      });
      back.ariaLabel = `Undo: ${text}`;
      undo.replaceChildren(element("p", "", `${text}.`), back);
      undo.hidden = !text;
    }

    tell("");
    line.append(stars.node, readout, remove);
    cell.append(line, undo);
    row.addEventListener("keydown", (event) => event.key === "Escape" && stop(true));
    open = { id: part.id, row, stars, after: 0 };
    titleRow(part.id).after(row);
    titleRow(part.id).querySelector("button").ariaExpanded = "true";
    stars.set(part.rating);
    stars.node.querySelector("input").focus({ preventScroll: true });
  }

  function stop(back = false) {
    if (!open) return;
    const { id, row } = open;
    open = null;
    row.remove();
    const button = titleRow(id)?.querySelector("button");
    if (button) button.ariaExpanded = "false";
    if (back) button?.focus({ preventScroll: true });
  }

  const titleRow = (id) => [...body.rows].find((row) => row.dataset.id === String(id));

  function leftTheList() {
    change.textContent = "With that, it is no longer among the titles shown.";
    change.hidden = false;
  }

  return { node, update, stop, leftTheList };
}

// "Without Heat this drops to 14th."
function tellChange(rows, rank) {
  const known = rows.filter((row) => row.without !== null);
  if (!known.length) return [];
  const most = known.reduce((one, other) => (other.without > one.without ? other : one));
  if (most.without <= rank) return [`Without any one of these it would still be ${ordinal(rank)} or better.`];
  const to = ordinal(most.without);
  return ["Without ", element("strong", "", most.label), ` this drops from ${ordinal(rank)} to ${to}.`];
}

function ordinal(number) {
  const teen = number % 100 > 10 && number % 100 < 14;
  return number.toLocaleString("en") + ((!teen && ["th", "st", "nd", "rd"][number % 10]) || "th");
}
