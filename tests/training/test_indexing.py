from pathlib import Path

import pytest

from recommender.factors import rank_index
from recommender.releases import open_folder, write
from recommender.training import indexing
from recommender.training.indexing import indexed
from tests.releases import village


def test_a_small_catalogue_gets_no_index() -> None:
    draft = village.draft()

    assert indexed(draft, village.data().ratings) is draft


def test_a_ranker_without_vectors_gets_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "EXACT_UP_TO", 0)
    ranker = village.draft().models["taste"]
    monkeypatch.setattr(type(ranker), "vectors", lambda self, some: None)
    draft = village.draft()

    assert indexed(draft, village.data().ratings) is draft


def test_a_large_catalogue_gets_the_index_of_its_ranker_and_the_card_says_what_it_finds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(indexing, "EXACT_UP_TO", 259)
    monkeypatch.setattr(rank_index, "FEW", 10)
    monkeypatch.setattr(rank_index, "LEAST", 20)

    folder = write(indexed(village.draft(), village.data().ratings), tmp_path)

    release = open_folder(folder)
    assert release.index is not None
    assert release.index.model == release.ranker == "taste"
    found = release.evaluation["rank_index"]
    assert found["titles"] == 260
    assert found["visitors"] >= 50
    assert found["recall@20"]["value"] > 0.95
    value = f"{found['recall@20']['value']:.3f}"
    card = (folder / "README.md").read_text()
    assert "Lists of 260 titles are made with an index" in card
    assert f"It finds {value}" in card
