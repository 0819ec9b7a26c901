"""The Recommend page: from the address to the page and back, and what every act does."""

import numpy as np
import pytest
from prometheus_client import REGISTRY

from pages.components.text import plain
from recommender.releases import write
from tests.pages.visits import ASKED, FOUND, OWN, PICKS, Visit
from tests.releases.helpers import N_ITEMS, another, item_ids


def title(served, item_id: int) -> str:
    return served.catalogue.loc[item_id, "title"]


def test_without_ratings_the_popular_titles_are_shown_and_said_to_be_popular(served, famous):
    visit = Visit()
    assert visit.address == {}
    assert visit.headings() == ["Popular with everybody", "Your ratings"]
    # Those on offer for rating stand there once.
    on_offer = visit.ids(ASKED)
    assert visit.ids(PICKS) == [item_id for item_id in famous if item_id not in on_offer][:8]
    assert all(not card["because"] and not card["breakdown"] for card in visit.cards(PICKS))
    assert all(card["prediction"] for card in visit.cards(PICKS))
    assert len(visit.ids(ASKED)) == 6
    assert visit.cards(OWN) == []
    assert [button.label for button in visit.app.main.button] == ["Bring your list", "More"]


def test_what_the_address_says_is_shown_and_stays_in_the_address(served, famous):
    address = {
        "domain": "movies",
        "model": "funk-svd",
        "ratings": f"{famous[0]}-5_{famous[1]}-0.5_{famous[2]}-3.5",
        "skipped": f"{famous[3]}_{famous[4]}",
        "dismissed": f"{famous[5]}",
    }
    visit = Visit(**address)
    assert visit.address == address
    assert visit.warnings() == []
    assert visit.ratings() == {famous[2]: 3.5, famous[1]: 0.5, famous[0]: 5.0}
    assert not set(famous[:6]) & set(visit.ids(ASKED))
    expected = served.fold_in({famous[0]: 5, famous[1]: 0.5, famous[2]: 3.5}, "funk-svd")
    best = expected.recommend(8, exclude=famous[5:6])
    assert visit.ids(PICKS) == best["item_id"].tolist()
    assert visit.run().go_to("about.py").address == address
    assert visit.go_to("recommend.py").address == address


def test_a_card_carries_what_the_recommender_says(served, famous):
    visit = Visit(ratings=f"{famous[0]}-5_{famous[1]}-1_{famous[2]}-4")
    best = served.fold_in({famous[0]: 5, famous[1]: 1, famous[2]: 4}).recommend(8)
    assert visit.headings() == ["For you", "Your ratings"]
    for card, row in zip(visit.cards(PICKS), best.itertuples(), strict=True):
        assert (card["id"], card["title"]) == (row.item_id, row.title)
        assert card["because"] == row.because
        shown = card["prediction"]
        said = (row.predicted_rating, row.low, row.high)
        np.testing.assert_allclose([shown[k] for k in ("rating", "low", "high")], said, atol=0.006)
        parts = sum(amount for _, amount in card["breakdown"])
        assert parts == pytest.approx(row.score, abs=0.001)


BAD = {
    "off the scale": ({"ratings": "{0}-5.5_{1}-4"}, "{0} 0.5 to 5"),
    "between the steps": ({"ratings": "{0}-4.3_{1}-4"}, "{0} 0.5 to 5"),
    "unknown title": ({"ratings": "987654321-4_{1}-4"}, "987654321"),
    "nonsense": ({"ratings": "<script>_{1}-4_;--_5-"}, "3"),
    "unknown model": ({"model": "no-such", "ratings": "{1}-4"}, "model blend"),
    "too long": ({"ratings": "_".join(["{1}-4"] * 2000)}, "too long"),
    "skipped nonsense": ({"ratings": "{1}-4", "skipped": "x_{1}_1e5"}, "2"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_mangled_in_an_address_is_left_out_and_said(served, famous, case):
    parameters, words = BAD[case]
    ids = [str(item_id) for item_id in famous[:2]]
    visit = Visit(**{name: value.format(*ids) for name, value in parameters.items()})
    assert visit.ratings() == {famous[1]: 4}
    assert visit.address == {"domain": "movies", "ratings": f"{famous[1]}-4"}
    (warning,) = visit.warnings()
    for word in words.format(*(title(served, item_id) for item_id in famous[:2])).split():
        assert word in warning


def test_a_note_on_the_address_waits_for_the_page_and_goes_with_the_next_act(famous):
    visit = Visit(ratings=f"{famous[0]}-99")
    assert visit.run().warnings()
    assert visit.go_to("about.py").go_to("recommend.py").warnings()
    assert visit.send(ASKED, ("skip", famous[0], None)).warnings() == []


def test_a_link_about_another_domain_brings_no_ratings_of_other_titles(famous):
    visit = Visit(domain="music", ratings=f"{famous[0]}-4")
    assert visit.ratings() == {}
    assert visit.address == {"domain": "movies"}
    (warning,) = visit.warnings()
    assert "movies" in warning


def test_names_with_marks_are_shown_as_they_are(served):
    mash = int(served.search("M*A*S*H", 1)["item_id"].iloc[0])
    visit = Visit(ratings=f"{mash}-9")
    (warning,) = visit.warnings()
    assert plain(served.shelf.named(served.shelf.position[mash])) in warning
    assert r"M\*A\*S\*H" in warning
    visit.search("m*a*s*h").send(FOUND, ("rate", mash, 4.0))
    assert visit.app.text[0].value == f"Rated {title(served, mash)} 4."


def test_every_act_changes_page_and_address_and_is_taken_back_by_undo(served, famous):
    one, two = famous[:2]
    name = {item_id: title(served, item_id) for item_id in famous}
    visit = Visit()
    pick = visit.ids(PICKS)[3]
    acts = [
        (ASKED, ("rate", one, 4.0), f"Rated {name[one]} 4.", {"ratings": f"{one}-4"}),
        (
            ASKED,
            ("rate", one, 4.5),
            f"Changed {name[one]} from 4 to 4.5.",
            {"ratings": f"{one}-4.5"},
        ),
        (
            ASKED,
            ("skip", two, None),
            f"Skipped {name[two]}.",
            {"ratings": f"{one}-4.5", "skipped": f"{two}"},
        ),
        (
            PICKS,
            ("dismiss", pick, None),
            f"Hid {name[pick]}.",
            {"ratings": f"{one}-4.5", "skipped": f"{two}", "dismissed": f"{pick}"},
        ),
        (
            PICKS,
            ("restore", pick, None),
            f"Brought back {name[pick]}.",
            {"ratings": f"{one}-4.5", "skipped": f"{two}"},
        ),
        (OWN, ("remove", one, None), f"Removed {name[one]}.", {"skipped": f"{two}"}),
    ]
    states = [{}]
    for label, event, told, address in acts:
        visit.send(label, event)
        assert visit.app.text[0].value == told
        assert visit.address == {"domain": "movies"} | address
        states.append(address)
    for (_, _, told, _), before in zip(reversed(acts), states[-2::-1], strict=True):
        assert visit.app.text[0].value == told
        visit.press("Undo")
        assert visit.address == {"domain": "movies"} | before
    assert "Undo" not in [button.label for button in visit.app.button]
    assert visit.headings()[0] == "Popular with everybody"


def test_a_skipped_title_gives_way_at_its_place(famous):
    visit = Visit()
    before = visit.ids(ASKED)
    after = visit.send(ASKED, ("skip", before[2], None)).ids(ASKED)
    assert [at for at in range(6) if before[at] != after[at]] == [2]
    assert before[2] not in after


def test_acts_that_come_together_all_count_and_none_counts_twice(famous):
    one, two = famous[:2]
    visit = Visit()
    acts = [("rate", one, 5.0), ("skip", two, None), ("rate", one, 1.0)]
    visit.send(ASKED, *acts)
    assert visit.address == {"domain": "movies", "ratings": f"{one}-1", "skipped": f"{two}"}
    # The browser sends everything again until it hears that it has arrived.
    visit.send(ASKED, *acts, ("rate", one, 2.0), first=1)
    assert visit.address == {"domain": "movies", "ratings": f"{one}-2", "skipped": f"{two}"}
    for _ in range(4):
        visit.press("Undo")
    assert visit.address == {"domain": "movies"}
    assert "Undo" not in [button.label for button in visit.app.button]


def test_an_act_on_a_title_that_is_not_there_changes_nothing():
    visit = Visit().send(ASKED, ("rate", 987654321, 4.0))
    assert visit.address == {}
    assert visit.cards(OWN) == []


def test_starting_over_forgets_all_until_undone(famous):
    address = {"domain": "movies", "ratings": f"{famous[0]}-4", "skipped": f"{famous[1]}"}
    visit = Visit(**address).press("Start over")
    assert visit.address == {"domain": "movies"}
    assert visit.headings()[0] == "Popular with everybody"
    assert visit.press("Undo").address == address


def test_more_lengthens_the_list(famous):
    visit = Visit(ratings=f"{famous[0]}-4")
    first = visit.ids(PICKS)
    longer = visit.press("More").ids(PICKS)
    assert (len(longer), longer[:8]) == (16, first)


def test_a_search_shows_what_it_finds_and_a_blank_one_the_titles_to_rate(served, famous):
    visit = Visit(ratings=f"{famous[0]}-4")
    asked = visit.ids(ASKED)
    visit.search(title(served, famous[0]))
    assert visit.cards(FOUND)[0]["id"] == famous[0]
    assert visit.cards(FOUND)[0]["rating"] == 4
    visit.search("zzqqxx *zzqqxx*")
    assert visit.cards(FOUND) == []
    assert any(text.startswith("Nothing is called “zzqqxx *zzqqxx*”") for text in visit.texts())
    visit.search("x" * 10_000)
    assert visit.cards(FOUND) == []
    assert visit.search("  ").ids(ASKED) == asked


def test_a_model_without_ratings_shows_a_match_and_no_stars(served, famous):
    rated = Visit(model="popularity", ratings=f"{famous[0]}-4").cards(PICKS)
    assert all(card["prediction"] is None and 0 <= card["match"] <= 100 for card in rated)
    unrated = Visit(model="popularity").cards(PICKS)
    assert all(card["prediction"] is None and card["match"] is None for card in unrated)


def test_when_every_title_is_rated_or_hidden_the_page_says_so(models):
    write(another(1), models)
    ids = item_ids().tolist()
    visit = Visit(ratings=f"{ids[0]}-4", dismissed="_".join(map(str, ids[1:])))
    assert visit.warnings()  # no alias names the release
    assert visit.cards(PICKS) == visit.cards(ASKED) == []
    assert "You have rated or hidden every title there is." in visit.texts()
    assert visit.press("Start over").cards(PICKS) != []
    assert len(visit.press("More").ids(PICKS)) == 16 < N_ITEMS


def test_a_list_that_is_the_same_for_everyone_says_so(famous):
    visit = Visit(ratings=f"{famous[0]}-5", model="popularity")
    assert visit.headings() == ["The same for everyone", "Your ratings"]
    assert {card["note"] for card in visit.cards(PICKS)} == {""}


def test_what_was_watched_or_is_planned_is_not_recommended_but_can_be_rated(famous):
    visit = Visit(ratings=f"{famous[0]}-4", seen=f"{famous[1]}", planned=f"{famous[2]}_{famous[3]}")
    assert not set(famous[1:4]) & set(visit.ids(PICKS))
    assert not set(famous[2:4]) & set(visit.ids(ASKED))
    assert visit.ids("Watched, not rated") == [famous[1]]
    assert visit.ids("Planned") == [famous[3], famous[2]]
    visit.send("Planned", ("rate", famous[3], 3.5))
    assert visit.ratings() == {famous[3]: 3.5, famous[0]: 4.0}
    assert visit.send("Watched, not rated", ("remove", famous[1], None)).address.get("seen") is None


def test_a_long_list_is_drawn_a_part_at_a_time_and_can_be_searched(served):
    ids = served.shelf.item_ids[:40].tolist()
    visit = Visit(ratings="_".join(f"{item_id}-4" for item_id in ids))
    latest = ids[::-1]
    assert visit.ids(OWN) == latest[:16]
    assert visit.press("Show more of 40").ids(OWN) == latest[:32]
    (search,) = (one for one in visit.app.text_input if one.label == "Search your ratings")
    search.set_value(title(served, ids[0]))
    visit.run()
    assert visit.ids(OWN)[0] == ids[0]
    assert set(visit.ids(OWN)) <= set(ids)
    search = next(one for one in visit.app.text_input if one.label == "Search your ratings")
    search.set_value("zzqqxx")
    assert visit.run().ids(OWN) == []
    assert "None of your ratings is called that." in visit.texts()


def test_lists_and_pages_are_counted_and_timed(served):
    def counted() -> tuple[float, float, float]:
        names = {"by": "page", "domain": "movies", "model": served.ranker}
        figures = (
            ("tastemap_recommendations_total", names),
            ("tastemap_list_seconds_count", {"domain": "movies"}),
            ("tastemap_page_seconds_count", {"page": "recommend"}),
        )
        return tuple(REGISTRY.get_sample_value(*figure) or 0.0 for figure in figures)

    before = counted()
    visit = Visit()
    visit.send(ASKED, ("rate", visit.ids(ASKED)[0], 4.0))
    lists, timed, pages = np.subtract(counted(), before)
    assert lists == timed >= 2
    assert pages >= 1
