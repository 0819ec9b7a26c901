// Where mounts wait for the widgets' code; whoever comes first makes it.

function waitingRoom() {
  if (!globalThis.tastemapWidgets) {
    let open;
    const ready = new Promise((resolve) => (open = resolve));
    globalThis.tastemapWidgets = { ready, open };
  }
  return globalThis.tastemapWidgets;
}
