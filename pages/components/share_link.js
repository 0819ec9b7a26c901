// A link with a button that copies it, and one that hands it to another app where the browser can.

function shareLink({ data, parentElement }) {
  const root = parentElement.querySelector(".share-link");
  if (root.link === data.link) return;
  root.link = data.link;
  const field = element("input");
  Object.assign(field, { type: "text", readOnly: true, value: data.link, ariaLabel: "Your link" });
  field.addEventListener("focus", () => field.select());
  const status = element("p", "status");
  status.role = "status";

  const copy = button("Copy link", async () => {
    try {
      await navigator.clipboard.writeText(data.link);
      status.textContent = "Copied.";
    } catch {
      field.focus(); // a page that is not served safely may not write to the clipboard
      status.textContent = "Selected: now copy it with Ctrl+C, or ⌘C on a Mac.";
    }
  });
  const buttons = element("div", "buttons");
  buttons.append(copy);
  if (navigator.share) {
    const send = () => navigator.share({ title: data.title, url: data.link }).catch(() => {});
    buttons.append(button("Send", send)); // closing the list of apps is no error
  }
  root.replaceChildren(field, buttons, status);
}

function button(text, onClick) {
  const node = element("button", "", text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}
