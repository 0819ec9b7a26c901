// What a person would find broken on the screen, as sentences; an empty list if nothing is.
// Looks through shadow roots and open dialogs; needs a page that has settled.
() => {
  const SLACK = 2;
  const CONTROLS = "button, a[href], input, select, textarea, summary, [role=slider], [role=tab]";
  const CLICKABLE = /^(BUTTON|A|INPUT|SELECT|TEXTAREA|SUMMARY)$/;
  const found = [];

  // What the body hides is hidden by the screen's edge.
  const parent = (node) => {
    const up = node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;
    return up === document.body ? null : up;
  };
  const visible = (node) =>
    node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const within = (node, selector) => {
    for (let at = node; at; at = parent(at)) if (at.matches(selector)) return true;
    return false;
  };
  const called = (text) => `“${text.trim().replace(/\s+/g, " ").slice(0, 60)}”`;

  const elements = [];
  const collect = (root) => {
    for (const node of root.querySelectorAll("*")) {
      elements.push(node);
      if (node.shadowRoot) collect(node.shadowRoot);
    }
  };
  collect(document.body);

  // For screen readers alone: one pixel, or clipped away, or within what is.
  const known = new Map([[null, false], [undefined, false]]);
  const unseen = (node) => {
    if (!known.has(node)) known.set(node, clipped(node) || unseen(parent(node)));
    return known.get(node);
  };
  const clipped = (node) => {
    const { clipPath, clip, overflow } = getComputedStyle(node);
    if (clipPath !== "none" || clip !== "auto") return true;
    const { width, height } = node.getBoundingClientRect();
    return overflow !== "visible" && (width <= 1 || height <= 1);
  };

  const sidebar = document.querySelector("[data-testid=stSidebar]");
  const shut = sidebar?.getAttribute("aria-expanded") === "false";
  const shown = elements.filter(
    (node) => visible(node) && !(shut && sidebar.contains(node)) && !unseen(node),
  );

  // Errors
  for (const node of shown) {
    if (node.matches("[data-testid=stException]")) found.push(`exception: ${called(node.innerText)}`);
  }
  if (/Traceback \(most recent/.test(document.body.innerText)) found.push("a traceback");

  // Nothing to do next
  const enabled = (node) => node.matches(CONTROLS) && !node.matches(":disabled, [aria-disabled=true]");
  const dialog = document.querySelector("[role=dialog]");
  const area = dialog ?? document.querySelector("[data-testid=stMain]");
  const inArea = (node) => {
    for (let at = node; at; at = parent(at)) if (at === area) return true;
    return false;
  };
  const next = shown.filter((node) => enabled(node) && inArea(node));
  if (!next.some((node) => !within(node, ".st-key-domain, [data-testid=stHeader]"))) {
    found.push("dead end: nothing can be done but leave");
  }
  if (!dialog && (area?.innerText ?? "").length < 40) found.push("the page is empty");

  // Wider than the screen
  for (const node of [document.documentElement, document.querySelector("[data-testid=stMain]")]) {
    const over = (node?.scrollWidth ?? 0) - innerWidth;
    if (over > 0) found.push(`the page is ${over} px wider than the screen`);
  }

  // Text cut off: by an ancestor that hides what does not fit, or by the screen's edge
  const range = document.createRange();
  for (const node of shown) {
    const texts = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim());
    if (!texts.length || /^(STYLE|SCRIPT|OPTION|TITLE|TEXT|TSPAN)$/i.test(node.tagName)) continue;
    // Icons are ligatures: words that are drawn as pictures.
    if (within(node, "[data-testid=stIconMaterial], canvas")) continue;
    for (const text of texts) {
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      let [x, y] = [true, true];
      for (let at = node; at && (x || y); at = parent(at)) {
        const { overflowX, overflowY, position, textOverflow } = getComputedStyle(at);
        if (textOverflow === "ellipsis" && at.scrollWidth > at.clientWidth + SLACK) {
          found.push(`cut by an ellipsis: ${called(text.data)}`);
          x = y = false;
        }
        const edge = at.getBoundingClientRect();
        if (x && /auto|scroll/.test(overflowX)) x = false;
        if (y && /auto|scroll/.test(overflowY)) y = false;
        if (
          (x && /hidden|clip/.test(overflowX) &&
            (box.left < edge.left - SLACK || box.right > edge.right + SLACK)) ||
          (y && /hidden|clip/.test(overflowY) &&
            (box.top < edge.top - SLACK || box.bottom > edge.bottom + SLACK))
        ) {
          found.push(`cut off: ${called(text.data)} by ${at.tagName}.${at.className}`);
          x = y = false;
        }
        if (position === "fixed") break;
      }
      if (x && (box.left < -SLACK || box.right > innerWidth + SLACK)) {
        found.push(`beyond the screen's edge: ${called(text.data)}`);
      }
    }
  }

  // What is typed or hinted at in a field
  for (const node of shown) {
    if (!/^(text|search)$/.test(node.type ?? "") || node.tagName !== "INPUT") continue;
    const pen = document.createElement("canvas").getContext("2d");
    const { font, paddingLeft, paddingRight } = getComputedStyle(node);
    pen.font = font;
    const room = node.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    if (!node.value && pen.measureText(node.placeholder).width > room + SLACK) {
      found.push(`cut off: the hint ${called(node.placeholder)}`);
    }
  }

  // Controls on top of each other
  const boxes = next
    .filter((node) => CLICKABLE.test(node.tagName) && !within(node, ".stage, .taste-strip"))
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([, box]) => box.width > 4 && box.height > 4);
  for (const [at, [one, a]] of boxes.entries()) {
    for (const [two, b] of boxes.slice(at + 1)) {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide <= 4 || high <= 4) continue;
      if (one.contains(two) || one.parentElement === two.parentElement.closest("label")) continue;
      const name = (node) => called(node.ariaLabel || node.innerText || node.name || node.tagName);
      found.push(`${name(one)} and ${name(two)} overlap`);
    }
  }
  return [...new Set(found)];
}
