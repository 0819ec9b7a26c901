// Behind widgets.py: hands the widgets' code and styles, once loaded, to every mount that waits.

export default function widgets({ data }) {
  const sheets = Object.entries(data).map(([name, css]) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return [name, sheet];
  });
  waitingRoom().open({ titleCards, tasteStrip, sheets: Object.fromEntries(sheets) });
}
