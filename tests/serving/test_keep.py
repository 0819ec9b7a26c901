"""What a visitor takes along."""

import csv
from io import BytesIO, StringIO

import numpy as np
import pytest
import segno
from PIL import Image

from recommender.serving import bring_list
from recommender.serving.keep import LONGEST_CODE, to_code, to_csv
from recommender.serving.session import State
from tests.serving.releases import catalogue, factor_model, release


def test_a_list_comes_back_from_its_file(served):
    famous = served.shelf.item_ids[served.shelf.by_popularity[:8]].tolist()
    state = State(
        "movies",
        rated=((famous[0], 4.5), (famous[1], 0.5)),
        skipped=(famous[2],),
        dismissed=(famous[3],),
        seen=(famous[4], famous[5]),
        planned=(famous[6],),
    )
    reading = bring_list.read("tastemap-movies.csv", to_csv(state, served.shelf))
    assert (reading.domain, reading.service) == ("movies", "Tastemap")
    found = {entry.item_id: (entry.score, entry.planned) for entry in reading.entries}
    assert found == {
        famous[0]: (4.5, False),
        famous[1]: (0.5, False),
        famous[4]: (None, False),
        famous[5]: (None, False),
        famous[6]: (None, True),
    }
    assert [entry.names[0] for entry in reading.entries[:2]] == [
        served.shelf.titles[served.shelf.position[item_id]] for item_id in famous[:2]
    ]


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
)
def test_no_title_is_a_formula(title):
    titles = catalogue([title, "Heat"])
    model = factor_model(titles.index.to_numpy(), np.array([[1.0], [2.0]]))
    shelf = release(titles, {"house": model}, "house", "house").shelf
    item_id = int(shelf.item_ids[0])
    text = to_csv(State("movies", rated=((item_id, 4.0),)), shelf).decode("utf-8-sig")
    _, row = csv.reader(StringIO(text, newline=""))
    assert row[2] == f"'{title}"
    assert row[5] == "4"


def test_a_code_is_drawn_with_its_quiet_zone():
    link = "https://example.org/?domain=movies&taste=1MgsKjgHlAcUC4zLuA8g"
    picture = np.asarray(Image.open(BytesIO(to_code(link))).convert("1"))
    matrix = np.array(segno.make(link, error="l", boost_error=False, micro=False).matrix) > 0
    assert picture[:24].all()
    assert picture[:, :24].all()
    assert (picture[24:-24:6, 24:-24:6] == ~matrix).all()


def test_a_link_that_no_phone_could_read_has_no_code():
    longest = "x" * LONGEST_CODE
    assert to_code(longest) is not None
    assert to_code(longest + "x") is None
