"""The look for flaws finds each kind of flaw, and nothing on a page that has none."""

import pytest
from playwright.sync_api import Page

from tests.browser.flaws import flaws

SOUND = """
<style>body { margin: 0 } .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden }
  .scrolls { width: 200px; overflow-x: auto; white-space: nowrap }</style>
<h1>Seen any of these? Give some of them stars.</h1>
<span class="unseen">A sentence for a screen reader that nobody sees on the screen</span>
<div class="scrolls">What scrolls may be longer than there is room for, since one can scroll</div>
<button>Next</button> <button>More</button>
"""
LONG = "A sentence that is longer than there is room for"


def page_of(page: Page, body: str) -> Page:
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_content(f'<main data-testid="stMain" style="overflow-x: clip">{SOUND}{body}</main>')
    return page


def test_nothing_is_found_on_a_sound_page(page: Page):
    assert flaws(page_of(page, "")) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<div data-testid="stException">KeyError: 5</div>', "exception"),
        ("<pre>Traceback (most recent call last)</pre>", "traceback"),
        (
            '<p style="width:90px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap">'
            f"{LONG}</p>",
            "ellipsis",
        ),
        (f'<div style="height:30px;overflow:hidden"><p style="width:90px">{LONG}</p></div>', "cut"),
        (f'<p style="position:fixed;left:250px;width:300px">{LONG}</p>', "edge"),
        (f'<input type="search" placeholder="{LONG}" style="width:90px">', "hint"),
        ('<button style="margin-left:-60px">On top</button>', "overlap"),
        ('<div role="dialog"><p>What now?</p><button disabled>OK</button></div>', "dead end"),
    ],
)
def test_each_kind_of_flaw_is_found(page: Page, body: str, says: str):
    found = flaws(page_of(page, body))
    assert any(says in one for one in found), found


def test_flaws_are_found_inside_of_components(page: Page):
    page_of(page, '<div id="host" style="width:60px"></div>').evaluate(
        f"""document.querySelector("#host").attachShadow({{mode: "open"}}).innerHTML =
        '<p style="overflow:hidden;white-space:nowrap">{LONG}</p>'"""
    )
    (flaw,) = flaws(page)
    assert "cut off" in flaw


def test_a_page_that_scrolls_sideways_is_found(page: Page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.set_content(
        f'<main data-testid="stMain">{SOUND}<div style="width:500px">Wide</div></main>'
    )
    assert any("wider than the screen" in one for one in flaws(page))
