// Where mounts wait for the code of their bundle of widgets; whoever comes first makes it.

function waitingRoom() {
  const rooms = (globalThis.tastemapWidgets ??= {});
  if (!rooms[BUNDLE]) {
    let open;
    const ready = new Promise((resolve) => (open = resolve));
    rooms[BUNDLE] = { ready, open };
  }
  return rooms[BUNDLE];
}
