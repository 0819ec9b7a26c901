// Behind widgets.py: hands a bundle's code and styles, once loaded, to every mount that waits.

export default function widgets({ data: [styles] }) {
  const sheets = Object.entries(styles).map(([name, css]) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return [name, sheet];
  });
  waitingRoom().open({ ...FUNCTIONS, sheets: Object.fromEntries(sheets) });
}
