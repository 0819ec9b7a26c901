// The strip of taste_strip.py: shown only while the recommendations lie below the window.

const strips = new WeakMap();

function tasteStrip({ data, parentElement }) {
  if (!strips.has(parentElement)) strips.set(parentElement, createStrip(parentElement));
  strips.get(parentElement).update(data);
  return () => {
    strips.get(parentElement)?.close();
    strips.delete(parentElement);
  };
}

function createStrip(root) {
  const button = root.querySelector(".taste-strip");
  const covers = element("span", "covers");
  const text = element("span", "text");
  button.replaceChildren(covers, text, element("span", "down"));

  let [target, selector] = [null, ""];
  const observer = new IntersectionObserver(
    ([entry]) => {
      const below = !entry.isIntersecting && entry.boundingClientRect.top > 0;
      button.classList.toggle("shown", below);
      button.inert = !below;
    },
    { rootMargin: "0px 0px -160px 0px" },
  );
  button.inert = true;
  button.addEventListener("click", () => {
    watch();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.style.scrollMarginTop = "4rem"; // the page's header lies over its upper end
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    target.tabIndex = -1;
    target.style.outline = "none"; // a place to read on from, not a control
    target.focus({ preventScroll: true });
  });

  // The page may have put another element in its place since.
  function watch() {
    const found = document.querySelector(selector);
    if (found === target) return;
    observer.disconnect();
    target = found;
    if (target) observer.observe(target);
  }

  return {
    update(data) {
      const old = new Set([...covers.children].map((node) => node.dataset.itemId));
      covers.replaceChildren(
        ...data.cards.map((card) => {
          const node = drawCover(card);
          node.dataset.itemId = card.id;
          if (old.size && !old.has(String(card.id))) node.classList.add("new");
          return node;
        }),
      );
      text.textContent = data.text;
      button.hidden = data.cards.length === 0;
      selector = `.st-key-${CSS.escape(data.target)}`;
      watch();
    },
    close: () => observer.disconnect(),
  };
}
