// On a phone the menu lies over the page, and Streamlit leaves it open when a page is chosen.
if (!window.tastemapMenu) {
  window.tastemapMenu = true;
  document.addEventListener("click", ({ target }) => {
    const narrow = matchMedia("(max-width: 768px)").matches;
    if (!narrow || !target.closest?.("[data-testid=stSidebarNavLink]")) return;
    // Once Streamlit has heard of the click itself.
    setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click());
  });
}
