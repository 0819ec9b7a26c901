// What a recommendation says for itself: the predicted rating or match, and what it is made of.

// What the model thinks of a title: a predicted rating with its range, a match, or nothing.
function drawOpinion({ prediction, match }, scale) {
  if (match !== null) return [element("p", "match", `Match ${match} %`)];
  if (!prediction) return [];
  const { rating, low, high } = prediction;
  const short = (value) => String(Math.round(value * 10) / 10);
  const share = (value) => `${(100 * (value - scale.low)) / (scale.high - scale.low)}%`;

  const number = element("p", "predicted", rating.toFixed(1));
  if (!inStars(scale)) number.append(element("span", "out-of", ` / ${scale.high}`));
  const bar = element("div", "bar");
  bar.append(element("i", "likely"), element("i", "marker"));
  bar.style.setProperty("--low", share(low));
  bar.style.setProperty("--high", share(high));
  bar.style.setProperty("--at", share(rating));
  const range = element("p", "range", `${short(low)}–${short(high)}`);

  const picture = element("div", "prediction");
  picture.role = "img";
  picture.ariaLabel =
    `Predicted rating ${rating.toFixed(1)} of ${scale.high}, ` +
    `likely between ${short(low)} and ${short(high)}`;
  picture.append(number, bar, range);
  return [picture];
}

// "Because you rated …", a button that opens the breakdown below it; returns its update.
function createReason(node, id) {
  const panel = element("div", "breakdown");
  panel.id = `breakdown-${id}`;
  panel.hidden = true;
  const button = action("", () => {
    panel.hidden = !panel.hidden;
    button.ariaExpanded = String(!panel.hidden);
  });
  button.className = "because";
  button.ariaExpanded = "false";
  button.setAttribute("aria-controls", panel.id);
  const words = element("span");
  button.append(words);
  const note = element("p", "note");

  return ({ because, breakdown, note: text }, scale) => {
    const reasons = because.flatMap((title, at) => [
      at === 0 ? "Because you rated " : at === because.length - 1 ? " and " : ", ",
      element("strong", "", title),
    ]);
    if (!reasons.length) reasons.push(text || "Why this?");
    if (breakdown.length) {
      words.replaceChildren(...reasons);
      panel.replaceChildren(drawBreakdown(breakdown, scale));
      if (!button.isConnected) node.replaceChildren(button, panel);
    } else {
      note.replaceChildren(...(because.length ? reasons : [text]));
      node.replaceChildren(note);
    }
  };
}

function drawBreakdown(rows, scale) {
  const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
  const largest = Math.max(...rows.map((row) => Math.abs(row.amount)), 1e-9);
  const table = element("table");
  table.style.setProperty("--axis", rows.some((row) => row.amount < 0) ? 0.5 : 0);
  table.append(element("caption", "unseen", "What the score is made of"));
  let sum = 0;
  let shown = 0; // in hundredths: cut from the running sum, so that what is shown adds up as well
  for (const { label, amount, rating } of rows) {
    sum += amount;
    const hundredths = Math.round(100 * sum) - shown;
    shown += hundredths;
    const row = table.insertRow();
    const name = element("th", "", label);
    name.scope = "row";
    if (rating !== null) {
      const given = element("span", "given", `★ ${rating}`);
      given.role = "img";
      given.ariaLabel = spoken(rating, scale);
      name.append(" ", given);
    }
    const bar = element("td", "amount");
    bar.ariaHidden = "true";
    bar.style.setProperty("--share", amount / largest);
    bar.classList.add(amount < 0 ? "less" : "more");
    bar.append(element("i"));
    row.append(name, bar, element("td", "number", signed(hundredths / 100)));
  }
  const total = table.createTFoot().insertRow();
  const name = element("th", "", "Score");
  name.scope = "row";
  name.colSpan = 2;
  total.append(name, element("td", "number", (shown / 100).toFixed(2)));
  return table;
}
