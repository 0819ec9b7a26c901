"""What is taken away is what there is, and nothing in it is a formula."""

from io import BytesIO, StringIO

import numpy as np
import pandas as pd
import pytest

from recommender.factors.export import (
    coordinates,
    factor_list,
    places,
    projector,
    to_csv,
    to_parquet,
)
from recommender.factors.space import named_space
from tests.factors.made import catalogue, factor_model, normal
from tests.releases import helpers

N = 240
ODD = ['=HYPERLINK("http://x","y")', "+1", "-2", "@SUM(A1)", "\tTab\nand line", 'He said "hi", yes']
TITLES = [*ODD, *(f"Title {at}" for at in range(len(ODD), N))]


def world():
    horror = np.arange(N) % 2 == 0
    factors = normal(N, 3) + 3.0 * horror[:, None] * [1, 0, 0]
    factors[-1] = 0
    genres = [["Horror", "War"] if one else [] for one in horror]
    titles = catalogue(N, genres=genres, years=[None, *[1990] * (N - 1)])
    titles.insert(0, "title", pd.array(TITLES, dtype="str"))
    titles["mean_rating"] = np.float32(3.5)
    return named_space(factor_model(factors), titles), titles


SPACE, CATALOGUE = world()
EVERYTHING = np.full(N, True)


def test_every_title_has_its_facts_and_all_its_factors():
    table = coordinates(SPACE, CATALOGUE, EVERYTHING)
    assert table["item_id"].tolist() == CATALOGUE.index.tolist()
    assert table["genres"].tolist()[:2] == ["Horror|War", ""]
    np.testing.assert_array_equal(table[["factor_0", "factor_1", "factor_2"]], SPACE.factors)


def test_only_the_titles_asked_for_are_exported():
    among = np.arange(N) < 7
    assert coordinates(SPACE, CATALOGUE, among)["item_id"].tolist() == [10 * at for at in range(7)]


def test_no_cell_of_the_csv_is_a_formula_and_nothing_else_changes():
    table = coordinates(SPACE, CATALOGUE, EVERYTHING)
    read = pd.read_csv(BytesIO(to_csv(table)), encoding="utf-8-sig", keep_default_na=False)
    texts = read[["title", "kind", "genres"]].to_numpy().ravel()
    assert not any(str(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for text in texts)
    assert read["title"].tolist()[:5] == [f"'{title}" for title in ODD[:5]]
    assert read["title"].tolist()[5:] == TITLES[5:]
    np.testing.assert_allclose(read["factor_1"], table["factor_1"], rtol=1e-5)
    # Numbers stay numbers, also negative ones.
    assert (read["factor_1"] < 0).any()


def test_the_parquet_file_holds_everything_as_it_is():
    table = coordinates(SPACE, CATALOGUE, EVERYTHING)
    pd.testing.assert_frame_equal(pd.read_parquet(BytesIO(to_parquet(table))), table)


def test_every_proposed_word_is_listed_and_every_factor():
    table = factor_list(SPACE)
    assert sorted(set(table["factor"])) == [0, 1, 2]
    words = table.dropna(subset="word")
    assert len(words) == sum(len(name.evidence) for name in SPACE.names) > 0
    assert set(words["pole"]) <= {"upper", "lower"}
    assert table["stability"].isna().all()


def projector_reads(vectors: bytes, metadata: bytes) -> tuple[np.ndarray, list[dict[str, str]]]:
    """Reads the files by the projector's own rules.

    Its data-provider splits lines at newlines, cells at tabs, drops blank lines, takes the first
    line of the metadata for the header if there are several columns, and wants one row a vector.
    """
    rows = [line for line in vectors.decode().split("\n") if line]
    points = np.array([[float(cell) for cell in row.split("\t")] for row in rows])
    lines = [line for line in metadata.decode().split("\n") if line]
    header = lines[0].split("\t")
    assert len(header) > 1
    facts = [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]
    assert len(facts) == len(points)
    return points, facts


def test_the_projector_reads_as_many_vectors_as_titles():
    points, facts = projector_reads(*projector(SPACE, CATALOGUE, EVERYTHING))
    # The last title has no factors, and no angle to anything.
    np.testing.assert_allclose(points, SPACE.factors[:-1], rtol=1e-4, atol=1e-6)
    assert [fact["title"] for fact in facts][4:7] == ["Tab and line", ODD[5], "Title 6"]
    assert facts[0]["year"] == ""
    assert facts[1]["year"] == "1990"


@pytest.mark.parametrize("text", ["Amélie", "進撃の巨人"])
def test_titles_of_all_scripts_survive(text):
    table = pd.DataFrame({"title": [text]})
    assert pd.read_csv(StringIO(to_csv(table).decode("utf-8-sig")))["title"][0] == text
    assert pd.read_parquet(BytesIO(to_parquet(table)))["title"][0] == text


def test_every_title_has_its_place_on_every_picture_and_none_without_one():
    survey, titles = helpers.survey(), helpers.catalogue()
    table = places(survey, titles, np.full(len(titles), True)).set_index("item_id")
    columns = [f"umap_2d_{axis}" for axis in "xy"] + [f"pca_3d_{axis}" for axis in "xyz"]
    assert list(table.columns[-5:]) == columns
    assert table.loc[titles.index[0], columns].isna().all()
    np.testing.assert_array_equal(table.loc[survey.placed, columns[:2]], survey.picture("umap_2d"))
    some = titles["n_ratings"].to_numpy() > 5
    assert places(survey, titles, some)["item_id"].tolist() == titles.index[some].tolist()
