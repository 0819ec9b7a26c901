"""Two people in two browsers: one's link, copied, makes a group in the other's."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_a_copied_link_makes_a_group_that_a_reload_keeps(visit: Visit, release, famous):
    anna = visit(f"/?ratings={famous[20]}-5_{famous[24]}-4.5_{famous[31]}-5")
    anna.button("Share & keep").click()
    link = anna.page.get_by_label("Your link").input_value()

    visitor = visit(f"/?ratings={famous[0]}-5_{famous[3]}-4")
    visitor.go_to("Together")
    page = visitor.page
    expect(page.get_by_role("heading", name="Two make a group")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Anna")
    page.get_by_role("textbox", name="Friend's link").fill(link)
    visitor.button("Add").click()

    together = page.get_by_role("list", name="For all of you")
    expect(together.get_by_role("heading")).to_have_count(12)
    titles = together.get_by_role("heading").all_text_contents()
    known = {release.catalogue.at[famous[at], "title"] for at in (0, 3, 20, 24, 31)}
    assert not known & {*titles}
    expect(together.get_by_text("Anna")).to_have_count(12)
    expect(page.get_by_text(re.compile("3 rated · [0-9]+% as good"))).to_be_visible()

    page.reload()
    expect(together.get_by_role("heading")).to_have_text(titles)
    visitor.button("Remove Anna").click()
    expect(page.get_by_role("heading", name="Two make a group")).to_be_visible()
    visitor.button("Undo").click()
    expect(together.get_by_role("heading")).to_have_text(titles)
