import re
from typing import Any

import pytest
from huggingface_hub import ModelCard

from recommender.data.dataset import Provenance
from recommender.data.scale import ANIME_SCALE
from recommender.releases import ReleaseDraft
from recommender.releases.card import card
from tests.releases import helpers

ID = "20261121-1432-ab12cd"


def text(draft: ReleaseDraft) -> str:
    return " ".join(card(draft, ID).split())


def test_the_hub_reads_licence_and_results_from_the_card() -> None:
    data = ModelCard(card(helpers.draft(), ID)).data

    assert (data.license, data.license_name) == ("other", "movielens-by-hand")
    assert data.license_link == "https://grouplens.org/datasets/movielens/"
    assert data.model_name == "tastemap-movies"
    assert "movies" in data.tags
    results = [
        (result.dataset_config, result.metric_type, result.metric_name, result.metric_value)
        for result in data.eval_results
    ]
    assert results == [
        ("few ratings", "ndcg@10", "NDCG@10 (house)", 0.46),
        ("few ratings", "ndcg@10", "NDCG@10 (plain)", 0.34),
        ("cross-validation", "rmse", "RMSE (house)", 0.87),
    ]


def test_the_card_shows_the_results_of_every_model() -> None:
    rows = [line for line in card(helpers.draft(), ID).splitlines() if line.startswith("| `")]

    assert rows == [
        "| `house` | taste-als | k 3, a0 0.1 |",
        "| `plain` | popularity | none |",
        "| `house` | 0.460 (0.450–0.470) | 0.300 (0.290–0.310) | 0.500 (0.490–0.510) "
        "| 0.870 (0.860–0.880) | 0.660 (0.650–0.670) |",
        "| `plain` | 0.340 (0.330–0.350) | 0.200 (0.190–0.210) | 0.400 (0.390–0.410) | – | – |",
    ]
    assert "412 test visitors" in text(helpers.draft())


def test_the_card_names_the_data_its_citation_and_its_terms() -> None:
    provenance = helpers.draft().provenance

    said = text(helpers.draft())

    for fact in (provenance.name, provenance.url, provenance.citation, provenance.licence, ID):
        assert fact in said


@pytest.fixture
def anime() -> ReleaseDraft:
    return helpers.draft(
        domain="anime",
        scale=ANIME_SCALE,
        provenance=Provenance(
            name="MyAnimeList {2020}",
            citation="Valdivieso 2020. Anime Recommendation Database.",
            licence="Made available for research.",
            url="https://www.kaggle.com/datasets/hernan4444/anime-recommendation-database-2020",
            files={},
        ),
        n_ratings=57_633_278,
    )


def test_the_card_is_true_for_another_domain(anime: ReleaseDraft) -> None:
    said = text(anime)

    assert not re.search("movie|GroupLens", said, re.IGNORECASE)
    assert "57,633,278 ratings (1 to 10 by 1)" in said
    assert 'open_release("anime")' in said
    assert "MyAnimeList {2020}" in said
    assert ModelCard(card(anime, ID)).data.license_name == "myanimelist-2020"


def test_the_example_rates_well_known_titles_on_the_scale(anime: ReleaseDraft) -> None:
    (example,) = re.findall(r"fold_in\(\{(.*)\}\)", card(anime, ID))
    ratings = {int(pair.split(":")[0]): float(pair.split(":")[1]) for pair in example.split(", ")}

    assert list(ratings) == anime.catalogue["n_ratings"].nlargest(3).index.tolist()
    assert anime.scale.contains(list(ratings.values())).all()


@pytest.mark.parametrize("evaluation", [{}, {"few_ratings": {}, "cross_validation": {}}])
def test_a_release_without_evaluation_says_so(evaluation: dict[str, Any]) -> None:
    written = card(helpers.draft(evaluation=evaluation), ID)

    assert "This release has not been evaluated." in written
    assert ModelCard(written).data.eval_results is None
