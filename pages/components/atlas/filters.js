// Which titles the visitor wants to see; the others become faint.

const NO_FILTER = { genre: "", kind: "", from: "", to: "", least: "" };

const TESTS = {
  genre: (titles, value) => (at) => titles.has(at, Number(value)),
  kind: (titles, value) => (at) => titles.kind[at] === Number(value),
  from: (titles, value) => (at) => titles.years[at] >= Number(value),
  to: (titles, value) => (at) => titles.years[at] > 0 && titles.years[at] <= Number(value),
  least: (titles, value) => (at) => titles.ratings[at] >= Number(value),
};
const FILTER_NAMES = {
  genre: "genre",
  kind: "kind",
  from: "first year",
  to: "last year",
  least: "number of ratings",
};

// uint8 per title: 1 if it passes every filter and has a place. And what to say about it.
function applyFilters(titles, there, filter) {
  const active = Object.keys(TESTS).filter((name) => filter[name] !== "");
  const tests = active.map((name) => TESTS[name](titles, filter[name]));
  const passing = new Uint8Array(there.length);
  const failing = new Uint32Array(active.length); // titles that only this filter keeps out
  let count = 0;
  let all = 0;
  for (let at = 0; at < there.length; at++) {
    if (!there[at]) continue;
    all++;
    let failed = -1;
    let failures = 0;
    for (let test = 0; test < tests.length; test++) {
      if (!tests[test](at)) {
        failed = test;
        failures++;
      }
    }
    if (!failures) {
      passing[at] = 1;
      count++;
    } else if (failures === 1) failing[failed]++;
  }
  return { passing, count, words: inWords(active, count, all, failing) };
}

function inWords(active, count, all, failing) {
  const number = (value) => value.toLocaleString("en");
  if (!active.length) return `${number(all)} titles`;
  if (count) return `${number(count)} of ${number(all)} titles match`;
  const best = failing.indexOf(Math.max(...failing));
  if (!failing[best]) return "No title matches. Take back two filters or more.";
  return `No title matches. Without the ${FILTER_NAMES[active[best]]}, ${number(failing[best])} would.`;
}
