// What the model thinks of a recommendation: the predicted rating or match, in words and as a bar.

// A predicted rating with its range, a match, or nothing.
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
