// Five stars with half steps. Underneath lies a real range input, so keyboards, screen readers and
// voice control have what they know; the pointer is handled here, because a finger is wider than
// half a star: a tap gives a whole star, a second tap on it half a star less, a slide any step.
// A scale to 10 is drawn the same: half a star is a step, and the number is said beside the stars.

const KEY_PAUSE = 500; // ms after the last arrow key until a rating counts
const SLIDE = 8; // px a finger moves sideways before a tap becomes a slide
const HALF_STAR = 20; // px a half star has to be wide to be hit by a finger

function createStars(title, scale, { onRate, onPreview = () => {} }) {
  const node = element("div", "stars");
  const input = element("input");
  Object.assign(input, {
    type: "range",
    min: scale.low - scale.step, // the lowest position stands for "not rated yet"
    max: scale.high,
    step: scale.step,
    ariaLabel: `Your rating of ${title}`,
  });
  node.append(input);

  let rating = null;
  let waiting = 0;

  function draw(value) {
    node.style.setProperty("--fill", (value ?? 0) / scale.high);
    onPreview(value);
  }

  function show(value) {
    draw(value);
    input.value = value ?? input.min;
    input.ariaValueText = value === null ? "not rated yet" : spoken(value, scale);
  }

  function set(value) {
    if (waiting || node.classList.contains("sliding")) return; // the visitor is at it
    rating = value;
    show(value);
  }

  function commit(value, done) {
    clearTimeout(waiting);
    waiting = 0;
    const changed = value !== rating;
    rating = value;
    show(value);
    if (changed) {
      node.classList.remove("popped");
      void node.offsetWidth; // restarts the animation
      node.classList.add("popped");
    }
    onRate(value, { changed, done });
  }

  input.addEventListener("input", () => {
    show(Math.max(scale.low, Number(input.value)));
    clearTimeout(waiting);
    waiting = setTimeout(() => commit(Number(input.value), false), KEY_PAUSE);
  });
  input.addEventListener("blur", () => waiting && commit(Number(input.value), true));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && Number(input.value) >= scale.low) commit(Number(input.value), true);
    if (event.key === "Escape" && waiting) {
      event.stopPropagation();
      clearTimeout(waiting);
      waiting = 0;
      show(rating);
    }
  });

  const steps = (position, size) => {
    const value = Math.ceil((position * scale.high) / size) * size;
    return Math.min(scale.high, Math.max(scale.low, value));
  };
  const star = scale.high / 5;
  function pointed(event, slide) {
    const box = node.getBoundingClientRect();
    const position = Math.min(1, Math.max(0.001, (event.clientX - box.left) / box.width));
    if (slide || byHalves(event)) return steps(position, scale.step);
    const whole = steps(position, star);
    return rating === whole ? whole - star / 2 : whole;
  }
  const byHalves = (event) => event.pointerType === "mouse" || node.clientWidth / 10 >= HALF_STAR;

  let start = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    start = event.clientX;
  });
  node.addEventListener("pointermove", (event) => {
    if (start !== null && Math.abs(event.clientX - start) > SLIDE) node.classList.add("sliding");
    if (node.classList.contains("sliding")) show(pointed(event, true));
    else if (event.pointerType === "mouse") draw(pointed(event, true));
  });
  node.addEventListener("pointerup", (event) => {
    if (start === null) return;
    start = null;
    const slid = node.classList.contains("sliding");
    const value = pointed(event, slid);
    node.classList.remove("sliding");
    commit(value, false);
    if (!slid && !byHalves(event) && value % star === 0) onPreview(value, value - star / 2);
  });
  const back = () => {
    start = null;
    node.classList.remove("sliding");
    if (!waiting) show(rating);
  };
  node.addEventListener("pointercancel", back);
  node.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && back());

  show(null);
  return { node, set, rating: () => rating };
}

// Five stars speak for themselves; drawn for a scale to 10 they need its number beside them.
const inStars = (scale) => scale.high === 5;

function spoken(value, scale) {
  return inStars(scale) ? `${value} of 5 stars` : `${value} of ${scale.high}`;
}
