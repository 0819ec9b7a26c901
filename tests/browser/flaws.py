"""What a person would find broken on the screen: dead ends, cut text, overlaps, errors.

The look itself is `flaws.js`, run in the browser.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_LOOK = Path(__file__).with_suffix(".js").read_text()


def flaws(page: Page) -> list[str]:
    """Looks for flaws on a page that has settled.

    Args:
        page: the tab.

    Returns:
        A sentence for each.
    """
    found: list[str] = page.evaluate(_LOOK)
    return found
