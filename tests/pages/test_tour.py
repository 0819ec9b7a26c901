"""The guided tour leads from step to step, shows what each is about, and leaves ratings alone."""

import pytest

from recommender.serving.spaces import guided_tour
from tests.pages.visits import Visit


@pytest.fixture
def steps(served):
    return guided_tour(served)


def shown(visit: Visit) -> str:
    """The step that the bar shows, without the marks of Markdown."""
    texts = (text.replace("\\", "") for text in visit.texts())
    return next((text for text in texts if " of " in text[:10] and "·" in text[:14]), "")


def test_the_tour_begins_at_its_first_step_and_goes_on_and_back(steps):
    visit = Visit().press("Take the tour")
    assert len(steps) >= 2
    for at, step in enumerate(steps):
        assert shown(visit) == f"**{at + 1} of {len(steps)}** · {step.sentence}"
        assert visit.address.items() >= dict(step.view).items()
        if at < len(steps) - 1:
            visit.press("Next")
    visit.press("Back")
    assert steps[-2].sentence in shown(visit)
    visit.press("End the tour")
    assert shown(visit) == ""


def test_ratings_of_the_tour_are_given_when_asked_for_and_can_be_undone(steps):
    at, step = next((at, one) for at, one in enumerate(steps) if one.ratings)
    visit = Visit().press("Take the tour")
    for _ in range(at):
        visit.press("Next")
    assert "ratings" not in visit.address
    visit.press("Rate them")
    assert visit.ratings() == dict(step.ratings)
    assert "Rate them" not in [button.label for button in visit.app.button]
    for _ in step.ratings:
        visit.press("Undo")
    assert "ratings" not in visit.address


def test_a_visitor_may_wander_off_and_come_back(steps):
    visit = Visit().press("Take the tour").go_to("about.py")
    assert steps[0].sentence in shown(visit)
    visit.press("Next")
    assert steps[1].sentence in shown(visit)
