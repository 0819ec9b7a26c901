// Events on their way to Python: numbered, and sent again until Python has acknowledged the number.

const RESEND = 4000; // ms without acknowledgement until events are sent again

function createOutbox() {
  let waiting = [];
  let last = 0;
  let send = () => {};
  let timer = 0;

  function post() {
    clearTimeout(timer);
    if (!waiting.length) return;
    send(waiting);
    timer = setTimeout(post, RESEND);
  }
  return {
    add(event) {
      waiting.push({ number: ++last, ...event });
      post();
    },
    has: (id) => waiting.some((event) => event.item_id === id),
    open(sender, acknowledged) {
      send = sender;
      last = Math.max(last, acknowledged);
      waiting = waiting.filter((event) => event.number > acknowledged);
      if (!waiting.length) clearTimeout(timer);
    },
    close: () => clearTimeout(timer),
  };
}
