"""The Explore page: what the map gets, what its events do, the panel, arithmetic, selection."""

import json
from base64 import b64decode
from zlib import decompress

import numpy as np
import pytest

from pages.components.atlas_map import NOWHERE, titles_of
from recommender.serving.explore import factor_model, loadings, pictures, similar, visitor_place
from tests.pages.visits import Visit

MAP, NEAR = "atlas", "near"


def explore(**address: str) -> Visit:
    return Visit("explore.py", **address)


def scene(visit: Visit) -> dict:
    return visit.data(lambda data: "pictures" in data)


def act(visit: Visit, **event: object) -> Visit:
    """Does something on the map, as its JavaScript says it."""
    event = {"release": scene(visit)["release"], **event}
    return visit.trigger(lambda data: "pictures" in data, "event", event)


def rows(visit: Visit, label: str) -> list[dict]:
    return visit.data(lambda data: data.get("label") == label)["rows"]


def title(served, item_id: int) -> str:
    return served.catalogue.loc[item_id, "title"]


def unpack(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(decompress(b64decode(text)), dtype)


def test_the_browser_gets_every_title_as_the_catalogue_has_it(served):
    data = titles_of(served).data
    catalogue = served.catalogue
    assert (
        unpack(data["titles"], "u1").tobytes().decode().split("\n") == catalogue["title"].tolist()
    )
    assert unpack(data["ratings"], "<u2").tolist() == catalogue["n_ratings"].tolist()
    assert unpack(data["years"], "<u2").tolist() == catalogue["year"].fillna(0).tolist()
    masks = np.unpackbits(
        unpack(data["masks"], "u1").reshape(len(catalogue), -1), axis=1, bitorder="little"
    )
    for at in (0, 1, 17, len(catalogue) - 1):
        genres = [name for name, has in zip(data["genres"], masks[at], strict=False) if has]
        assert genres == sorted(catalogue["genres"].iloc[at])
    along = (unpack(data["mean"], "u1") - 1.0) / 254
    means = served.scale.low + along * (served.scale.high - served.scale.low)
    np.testing.assert_allclose(means, catalogue["mean_rating"], atol=0.01)


def test_places_arrive_to_a_thirty_thousandth_and_all_fits_in_the_budget(served):
    visit = explore()
    places = visit.data(lambda data: "coordinates" in data)
    steps = unpack(places["coordinates"], "<u2").reshape(-1, places["dimensions"])
    expected = pictures(served)[0].places
    there = np.isfinite(expected).all(axis=1)
    np.testing.assert_allclose(steps[there] / ((NOWHERE - 1) / 2) - 1, expected[there], atol=4e-5)
    assert (steps[~there] == NOWHERE).all()
    assert sum(len(json.dumps(data)) for _, data in visit.components()) < 600_000


def test_what_is_heavy_stays_the_same_whatever_the_visitor_does(served, famous):
    def heavy(visit: Visit) -> list[dict]:
        return [data for _, data in visit.components() if {"titles", "coordinates"} & set(data)]

    before = heavy(visit := explore())
    act(visit, type="open", title=3)
    assert heavy(visit) == before
    assert len(json.dumps(scene(visit))) < 2_000
    with_ratings = explore(ratings=f"{famous[0]}-5_{famous[1]}-1")
    assert heavy(with_ratings) == before
    assert len(json.dumps(scene(with_ratings))) < 20_000


def test_a_tap_opens_a_title_with_its_neighbours_in_factor_space(served, famous):
    visit = explore()
    at = titles_of(served).number[famous[0]]
    act(visit, type="open", title=at)
    assert scene(visit)["open"] == at
    assert visit.headings() == [title(served, famous[0])]
    assert visit.address == {"domain": "movies", "title": str(famous[0])}
    near = rows(visit, f"Titles nearest to {title(served, famous[0])}")
    expected = similar(served, factor_model(served), [famous[0]])
    assert [row["id"] for row in near] == expected["item_id"].tolist()
    assert [row["share"] for row in near] == pytest.approx(expected["similarity"].tolist())
    label = f"Titles nearest to {title(served, famous[0])}"
    visit.trigger(lambda data: data.get("label") == label, "open", near[2]["id"])
    assert visit.headings() == [title(served, near[2]["id"])]
    visit.press("Close")
    assert visit.headings() == []
    assert visit.address == {"domain": "movies"}


def test_an_address_opens_a_title_and_keeps_the_ratings(served, famous):
    ratings = f"{famous[0]}-5_{famous[1]}-4"
    visit = explore(ratings=ratings, title=str(famous[2]))
    assert visit.headings() == [title(served, famous[2])]
    assert visit.address == {"domain": "movies", "ratings": ratings, "title": str(famous[2])}
    # The other pages are about no title.
    assert visit.go_to("recommend.py").address == {"domain": "movies", "ratings": ratings}
    assert visit.go_to("explore.py").address["title"] == str(famous[2])


@pytest.mark.parametrize("named", ["987654321", "x", "1.5", "-1", "9" * 40])
def test_an_address_of_no_title_opens_the_map_and_says_so(named):
    visit = explore(title=named)
    assert visit.headings() == []
    (warning,) = visit.warnings()
    assert "not in the catalogue" in warning


def test_rating_in_the_panel_rates_on_recommend_too(served, famous):
    visit = explore(title=str(famous[0]))
    visit.send("Rate this title", ("rate", famous[0], 4.5))
    assert scene(visit)["rated"] == [[titles_of(served).number[famous[0]], 4.5]]
    assert visit.cards("Rate this title")[0]["rating"] == 4.5
    assert visit.go_to("recommend.py").ratings() == {famous[0]: 4.5}


def test_the_visitor_stands_on_the_map_and_moves_with_the_ratings(served, famous):
    assert scene(explore())["own"] is None
    places = []
    for item_id in famous[:2]:
        visit = explore(ratings=f"{item_id}-5")
        expected = visitor_place(pictures(served)[0], served.fold_in({item_id: 5.0}))
        assert scene(visit)["own"] == pytest.approx(expected.tolist(), abs=1e-4)
        places.append(scene(visit)["own"])
    assert places[0] != places[1]


def test_colours_for_the_visitor_are_the_order_of_the_ranker(served, famous):
    assert scene(explore())["values"] == []
    (values,) = scene(explore(ratings=f"{famous[0]}-5_{famous[1]}-1"))["values"]
    scores = served.fold_in({famous[0]: 5, famous[1]: 1}).scores
    strength = np.frombuffer(b64decode(values["bytes"]), "u1")
    assert strength[scores.argmax()] == 255
    order = np.argsort(scores, kind="stable")
    assert (np.diff(strength[order].astype(int)) >= 0).all()


def test_another_picture_is_shown_in_its_dimensions(served):
    visit = explore()
    act(visit, type="picture", picture="umap_3d")
    assert visit.data(lambda data: "coordinates" in data)["dimensions"] == 3
    assert scene(visit)["picture"] == "umap_3d"


def test_title_arithmetic_adds_and_subtracts(served, famous):
    visit = explore(title=str(famous[0])).press("More like this")
    label = "What comes out of the title arithmetic"
    expected = similar(served, factor_model(served), [famous[0]])
    assert [row["id"] for row in rows(visit, label)] == expected["item_id"].tolist()
    act(visit, type="open", title=titles_of(served).number[famous[1]])
    visit.press("Less like this")
    expected = similar(served, factor_model(served), [famous[0]], [famous[1]])["item_id"].tolist()
    assert [row["id"] for row in rows(visit, label)] == expected
    ringed = [titles_of(served).number[item_id] for item_id in expected]
    assert scene(visit)["highlighted"] == ringed
    # A title is on one side only, and goes when it is taken out.
    visit.press("More like this")
    terms = "More like (+) and less like (−)"
    signed = [f"+ {title(served, item_id)}" for item_id in famous[:2]]
    assert [row["text"] for row in rows(visit, terms)] == signed
    for item_id in famous[:2]:
        visit.trigger(lambda data: data.get("label") == terms, "open", item_id)
    assert scene(visit)["highlighted"] == []


def test_a_factor_colours_the_map(served, famous):
    visit = explore(title=str(famous[0]))
    label = f"Strongest factors of {title(served, famous[0])}"
    first = rows(visit, label)[0]
    assert abs(first["share"]) == 1
    visit.trigger(lambda data: data.get("label") == label, "open", first["id"])
    assert scene(visit)["colour"] == f"values factor-{first['id']}"
    (values,) = scene(visit)["values"]
    assert values["label"] == first["text"]
    strength = np.frombuffer(b64decode(values["bytes"]), "u1").astype(float)
    deviations = loadings(served, factor_model(served))[0][:, first["id"]]
    assert np.corrcoef(strength, deviations)[0, 1] > 0.9


def test_a_selection_is_compared_with_the_rest_and_can_be_cleared(served):
    genres = served.catalogue["genres"]
    horror = [at for at, names in enumerate(genres) if "Horror" in names][:200]
    visit = act(explore(), type="select", titles=horror)
    assert visit.headings() == ["200 selected titles"]
    assert scene(visit)["selected"] == horror
    (first, *_) = rows(visit, "What sets the selection apart")
    assert first["text"] == "Horror"
    assert first["value"].startswith("100%, elsewhere ")
    visit.press("Clear the selection")
    assert scene(visit)["selected"] is None
    everything = list(range(len(genres)))
    assert any(
        "all titles on the map" in text
        for text in act(visit, type="select", titles=everything).texts()
    )


def test_search_finds_a_title_and_opens_it(served, famous):
    visit = explore()
    visit.search(title(served, famous[0]))
    found = rows(visit, "Titles found")
    assert found[0]["id"] == famous[0]
    visit.trigger(lambda data: data.get("label") == "Titles found", "open", famous[0])
    assert visit.headings() == [title(served, famous[0])]
    assert "Nothing is called “zzqqxx” or like it." in visit.search("zzqqxx").texts()


def test_events_that_were_on_their_way_to_another_page_do_nothing():
    visit = explore()
    act(visit, type="open", title=3, release="20200101-0000-000000")
    assert visit.headings() == []
    visit.search("toy story")
    visit.trigger(lambda data: data.get("label") == "Titles found", "open", 987654321)
    assert visit.headings() == []
    assert scene(visit)["open"] is None


def test_the_map_can_be_taken_away_in_files_whose_names_say_what_they_are(served):
    visit = explore()
    assert not visit.app.get("download_button")
    visit.app.session_state["export.explore"] = True
    visit.run()
    labels = [button.proto.label for button in visit.app.get("download_button")]
    assert [label.split(" (")[0] for label in labels] == [
        "Places, CSV",
        "Places, Parquet",
        "Picture, HTML",
    ]
