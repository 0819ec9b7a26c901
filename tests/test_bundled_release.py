"""What the bundled releases promise: they open, and they are as good as the project says."""

from pathlib import Path

import pytest

from recommender.factors.survey import READABLE
from recommender.releases import Registry
from recommender.settings import BUNDLED_MODELS

MIB = 1 << 20
DOMAINS = {"movies": 0.46, "anime": 0.545}
"""Domain -> the NDCG@10 that its ranker reaches at least."""


@pytest.fixture(params=sorted(DOMAINS))
def release(request):
    return Registry(BUNDLED_MODELS).open(request.param)


def cells(release, model):
    return release.evaluation["few_ratings"][model]["cells"]


def test_every_bundled_domain_is_known():
    assert Registry(BUNDLED_MODELS).domains() == sorted(DOMAINS)


def test_the_ranker_is_as_good_as_promised(release):
    mean = release.evaluation["few_ratings"][release.ranker]["mean"]["ndcg@10"]
    assert mean["value"] >= DOMAINS[release.domain]


def test_the_table_holds_every_model_and_both_baselines(release):
    models = set(release.evaluation["few_ratings"])
    assert models == set(release.models)
    assert {"blend", "taste-als", "funk-svd", "popularity", "bias"} <= models


def test_the_rater_beats_the_bias_model_at_every_k(release):
    for ours, bias in zip(cells(release, "taste-als"), cells(release, "bias"), strict=True):
        assert (ours["shown"], ours["k"]) == (bias["shown"], bias["k"])
        assert ours["rmse"] < bias["rmse"], ours


def test_predicted_ranges_hold_the_share_they_promise(release):
    for name, model in release.models.items():
        for cell in cells(release, name) if model.predicts_ratings else ():
            assert 0.75 <= cell["within_range"] <= 0.85, (name, cell)


def test_most_factors_have_names_that_hold_in_the_axes_made_for_reading(release):
    names = release.survey.basis(READABLE).names
    assert sum(name.holds for name in names) > len(names) / 2


def test_every_picture_is_more_faithful_than_chance_and_the_first_is_good(release):
    pictures = release.survey.pictures
    assert {"umap_2d", "umap_3d", "pca_2d", "pca_3d", "tsne_2d"} <= {p.name for p in pictures}
    assert all(picture.faithfulness.trustworthiness > 0.65 for picture in pictures)
    assert pictures[0].faithfulness.trustworthiness > 0.9


def test_the_rater_beats_funk_svd_too(release):
    for ours, classic in zip(cells(release, "taste-als"), cells(release, "funk-svd"), strict=True):
        assert ours["rmse"] < classic["rmse"], ours


def test_the_blend_is_stored_without_its_members(release):
    assert (release.folder / "blend.safetensors").stat().st_size < 1000


def test_the_bundled_releases_fit_into_git():
    files = [path for path in Path(BUNDLED_MODELS).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 25 * MIB
