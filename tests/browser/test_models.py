"""The choice of the model in the sidebar."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit


def test_each_model_brings_the_list_that_the_recommender_says(visit: Visit, release, famous):
    ratings = {famous[0]: 5.0, famous[3]: 2.0, famous[5]: 4.5}
    link = "_".join(f"{item_id}-{rating:g}" for item_id, rating in ratings.items())
    visitor = visit(f"/?ratings={link}")
    lists = [visitor.titles(visitor.picks)]
    for name in release.models:
        if name != release.ranker:
            visitor.choose_model(name)
            best = release.fold_in(ratings, name).recommend(8)
            visitor.shows(visitor.picks, best["title"].tolist())
            expect(visitor.page).to_have_url(re.compile(f"model={name}(&|$)"))
            lists.append(visitor.titles(visitor.picks))
            rates = release.models[name].predicts_ratings
            predicted = visitor.picks.get_by_role("img", name="Predicted rating")
            expect(predicted).to_have_count(8 if rates else 0)
            matches = visitor.picks.get_by_text(re.compile(r"^Match \d+ %$"))
            expect(matches).to_have_count(0 if rates else 8)
    assert len({tuple(titles) for titles in lists}) == len(release.models)
    # It outlives a reload, and the default leaves no trace in the address.
    visitor.page.reload()
    visitor.shows(visitor.picks, lists[-1])
    visitor.choose_model(f"{release.ranker} (recommended)")
    visitor.shows(visitor.picks, lists[0])
    visitor.comes_to(lambda address: "model" not in address)
