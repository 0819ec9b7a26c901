// How the nodes of a list get into their order: without losing the focus, and for the eye to follow.

const MOVE = { duration: 260, easing: "cubic-bezier(.2, .7, .2, 1)" };

// Puts the nodes in order without moving the one that has the focus: moving it would lose it.
function arrange(list, nodes, focused) {
  let next = null;
  for (const node of [...nodes].reverse()) {
    if (node.nextSibling !== next || node.parentNode !== list) {
      if (node !== focused) list.insertBefore(node, next);
    }
    next = node;
  }
}

const positions = (nodes) => new Map([...nodes].map((node) => [node, node.getBoundingClientRect()]));

// Lets newcomers appear, and the others glide from where they were before (FLIP).
function animate(newcomers, before) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const node of newcomers) {
    node.animate([{ opacity: 0, transform: "translateY(8px)" }, {}], MOVE);
  }
  const moves = [...before]
    .filter(([node, old]) => node.isConnected && old.width)
    .map(([node, old]) => [node, old, node.getBoundingClientRect()]);
  for (const [node, old, now] of moves) {
    if (old.left === now.left && old.top === now.top) continue;
    const shift = `translate(${old.left - now.left}px, ${old.top - now.top}px)`;
    node.animate([{ transform: shift }, {}], MOVE);
  }
}
