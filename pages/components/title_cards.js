// The widget behind title_cards.py. It is called again whenever Python has new data for a mounted
// widget; each mount has a view that updates its cards by item id.

const UNDO_TIME = 6000; // ms a removed card stays to be taken back
const LINGER = 1400; // ms a rated card stays, so that a second tap can correct the first

const views = new WeakMap();

function titleCards({ data, parentElement, setTriggerValue }) {
  if (!views.has(parentElement)) {
    views.set(parentElement, createView(parentElement.querySelector(".title-cards")));
  }
  const view = views.get(parentElement);
  view.update(data, (events) => setTriggerValue("events", events));
  return () => {
    view.close();
    views.delete(parentElement);
  };
}

function createView(root) {
  const list = element("ul", "cards");
  list.role = "list"; // Safari forgets that a list without bullets is one
  const status = element("p", "unseen");
  status.role = "status";
  root.append(list, status);

  const outbox = createOutbox();
  const cards = new Map(); // item id -> card, also those that linger though Python has let them go
  let data = null;
  let timer = 0;

  const context = {
    say: (text) => (status.textContent = text),
    emit: (type, id, rating = null) => outbox.add({ type, item_id: id, rating }),
    settle: () => render(),
  };

  function update(next, send) {
    const first = data === null;
    if (data?.start !== next.start) for (const card of cards.values()) card.letGo();
    data = next;
    outbox.open(send, data.acknowledged);
    root.dataset.variant = data.variant;
    root.dataset.skippable = data.skippable;
    list.ariaLabel = data.label;
    render(first);
  }

  function render(first = false) {
    const shown = [...list.children].map((node) => Number(node.dataset.itemId));
    const wanted = data.cards.map((card) => card.id);
    const order = withLingering(wanted, shown);
    const focused = list.getRootNode().activeElement?.closest("li");
    const byKeyboard = Boolean(focused?.querySelector(":focus-visible"));
    const before = positions(data.variant === "recommendation" ? list.children : []);

    for (const id of shown.filter((id) => !order.includes(id))) {
      cards.get(id).node.remove();
      cards.delete(id);
    }
    const byId = new Map(data.cards.map((card) => [card.id, card]));
    for (const id of order) {
      const around = { rated: data.rated, rank: wanted.indexOf(id) + 1 };
      if (!cards.has(id)) cards.set(id, createCard(byId.get(id), data, around, context));
      else if (!byId.has(id)) cards.get(id).leftTheList();
      else if (!outbox.has(id)) cards.get(id).update(byId.get(id), around);
    }
    arrange(list, order.map((id) => cards.get(id).node), focused);
    if (!first) animate([...list.children].filter((_, at) => !shown.includes(order[at])), before);
    if (focused && !focused.isConnected) {
      const at = Math.min(shown.indexOf(Number(focused.dataset.itemId)), order.length - 1);
      cards.get(order[at])?.focus(byKeyboard);
    }
    wake();
  }

  // The ids to show: Python's, and those cards that linger where they are. In "ask" the newcomer
  // that takes a lingering card's place waits; elsewhere the others make room.
  function withLingering(wanted, shown) {
    const order = [...wanted];
    shown.forEach((id, at) => {
      if (order.includes(id) || !cards.get(id).lingers()) return;
      const newcomer = order[at] !== undefined && !shown.includes(order[at]);
      order.splice(at, data.variant === "ask" && newcomer ? 1 : 0, id);
    });
    return order;
  }

  // Renders again when the next lingering card may go.
  function wake() {
    clearTimeout(timer);
    const wanted = new Set(data.cards.map((card) => card.id));
    const ends = [...cards].filter(([id]) => !wanted.has(id)).map(([, card]) => card.lingers());
    if (ends.length) timer = setTimeout(render, Math.max(50, Math.min(...ends)));
  }

  const close = () => {
    clearTimeout(timer);
    outbox.close();
  };
  return { update, close };
}

function createCard(card, { variant, scale, skippable, sites, posters }, around, { say, emit, settle }) {
  const node = element("li", "card");
  node.dataset.itemId = card.id;
  let stays = 0; // until when the card lingers, ms
  let finished = false; // the visitor is done with it: the card may go though it has the focus

  const linger = (time) => (stays = Date.now() + time);
  // Milliseconds the card still lingers; a keyboard's focus in it keeps it, and stars just opened.
  const kept = () =>
    !finished && (node.querySelector(":focus-visible") || (face.open?.() && !stays));
  const lingers = () => (kept() ? 300 : Math.max(0, stays - Date.now()));

  const readout = element("p", "readout");
  const offer = (value, again) =>
    inStars(scale) ? `Tap again for ${again}` : `${value} · tap again for ${again}`;
  const stars = createStars(card.title, scale, {
    onPreview(value, again) {
      const short = variant === "rated" ? String : (number) => spoken(number, scale);
      readout.textContent = again ? offer(value, again) : value === null ? "" : short(value);
    },
    onRate(value, { changed, done }) {
      if (changed) {
        emit("rate", card.id, value);
        say(`${card.title}: ${spoken(value, scale)}.`);
      }
      finished = done;
      linger(done ? 0 : LINGER);
      settle();
    },
  });

  const faces = { ask, recommendation, rated };
  const face = faces[variant]();

  function letGo() {
    stays = 0;
    finished = true;
  }

  // A taken-away card leaves a line with an undo button where it was.
  function takeAway(type, text, undo) {
    emit(type, card.id);
    say(text);
    node.classList.add("gone");
    const line = element("div", "undo");
    const button = action("Undo", () => {
      const byKeyboard = button.matches(":focus-visible");
      undo();
      bringBack();
      linger(LINGER);
      focus(byKeyboard);
    });
    button.ariaLabel = `Undo: ${text}`;
    line.append(element("p", "", text), button);
    node.append(line);
    linger(UNDO_TIME);
    button.focus({ preventScroll: true });
    settle();
  }

  function bringBack() {
    node.classList.remove("gone");
    node.querySelector(":scope > .undo")?.remove();
  }

  function ask() {
    const heading = element("h2", "unseen", card.title); // these cards stand below the page's title
    const when = element("p", "unseen", facts([card.year, card.kind]));
    const genres = element("p", "meta", card.genres.slice(0, 2).join(", "));
    const foot = element("div", "foot");
    foot.append(readout);
    if (skippable) {
      const skip = action("Haven’t seen it", () => {
        finished = true;
        emit("skip", card.id);
        node.classList.add("leaving");
      });
      skip.ariaLabel = `Haven’t seen it: ${card.title}`;
      foot.append(skip);
    }
    node.append(heading, drawCover(card, posters), when, genres, stars.node, foot);
    return { update() {} };
  }

  function rated() {
    const heading = element("h3", "", card.title);
    const about = element("div", "facts");
    const line = element("div", "line");
    line.append(stars.node, readout);
    const note = element("p", "meta");
    about.append(heading, line, note);
    const remove = action("", () => {
      const rating = stars.rating();
      takeAway("remove", `Removed ${card.title}.`, () => emit("rate", card.id, rating));
    });
    remove.className = "cross";
    remove.ariaLabel = `Remove your rating of ${card.title}`;
    node.append(drawCover(card, posters), about, remove);
    return {
      update(next) {
        note.textContent = next.note;
        note.hidden = !next.note;
      },
    };
  }

  function recommendation() {
    const about = element("div", "facts");
    const genres = card.genres.map((genre) => genre.replaceAll("-", "\u2011")); // keeps Sci-Fi whole
    const meta = facts([card.year, card.kind, genres.join(", ")]);
    const opinion = element("div", "opinion");
    const reason = element("div", "reason");
    about.append(element("h3", "", card.title), element("p", "meta", meta), opinion);

    const actions = element("div", "actions");
    const seen = action("Seen it", () => showStars(true));
    seen.ariaLabel = `Seen it: rate ${card.title}`;
    const dismiss = action("Not for me", () =>
      takeAway("dismiss", `${card.title} won’t come back.`, () => emit("restore", card.id)),
    );
    dismiss.ariaLabel = `Not for me: ${card.title}`;
    actions.append(seen, dismiss);

    const rate = element("div", "rate");
    const back = action("", () => showStars(false));
    back.className = "cross";
    back.ariaLabel = `Don’t rate ${card.title}`;
    rate.append(stars.node, readout, back);
    rate.hidden = true;
    rate.addEventListener("keydown", (event) => event.key === "Escape" && showStars(false));

    function showStars(on) {
      const byKeyboard = node.querySelector(":focus-visible") !== null;
      rate.hidden = !on;
      actions.hidden = on;
      focus(byKeyboard);
    }
    node.append(drawCover(card, posters), about, reason, actions, rate);
    const edit = {
      rate(part, value) {
        emit("rate", part.id, value);
        say(`${part.label}: ${spoken(value, scale)}.`);
        linger(UNDO_TIME);
      },
      remove(part) {
        emit("remove", part.id);
        say(`Removed ${part.label}.`);
        linger(UNDO_TIME);
      },
    };
    const ask = (open) => emit(open ? "open" : "close", card.id);
    const why = createReason(reason, card, scale, { ask, edit, sites });
    return {
      update(next, around) {
        opinion.replaceChildren(...drawOpinion(next, scale));
        why.update(next, around);
      },
      leftTheList: why.leftTheList,
      open: () => !rate.hidden,
      first: () => (rate.hidden ? ".actions button" : "input"),
    };
  }

  function update(next, around) {
    bringBack();
    finished = false;
    node.classList.remove("leaving");
    stars.set(next.rating);
    face.update(next, around);
  }

  const leftTheList = () => face.leftTheList?.();

  // The keyboard goes on at the card's first control. After a tap only the place is kept: a slider
  // with the focus would take the keys that scroll the page for a rating.
  function focus(byKeyboard) {
    node.tabIndex = -1;
    const control = byKeyboard ? node.querySelector(face.first?.() ?? "input") : node;
    control.focus({ preventScroll: true });
  }

  update(card, around);
  return { node, update, leftTheList, lingers, letGo, focus };
}

function action(text, onClick) {
  const button = element("button", "action", text);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}
