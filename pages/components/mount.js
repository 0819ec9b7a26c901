// The whole code of one mount: it waits for the widgets' code and passes on what Streamlit says.

export default function mount(component) {
  const root = component.parentElement;
  let close = () => {};
  let gone = false;
  waitingRoom().ready.then((widgets) => {
    if (gone) return;
    if (!root.adoptedStyleSheets.length) root.adoptedStyleSheets = [widgets.sheets[WIDGET]];
    close = widgets[WIDGET]({ ...component, data: component.data[0] }) ?? close;
  });
  return () => {
    gone = true;
    close();
  };
}
