"""What `import recommender` promises, as written in its docstring."""

import re
import subprocess
import sys

import numpy as np
import pytest

import recommender
from recommender.errors import ParameterError, TastemapError
from recommender.releases import Registry, write
from tests.releases.helpers import draft


def python(code: str) -> str:
    """What a fresh process prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_interface_is_what_it_says():
    assert recommender.__all__ == ["__version__", "fit", "open_release"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", recommender.__version__)
    for name in ("open_release", "fit"):
        assert "Raises:" in getattr(recommender, name).__doc__


def test_importing_costs_next_to_nothing():
    loaded = python("import sys, recommender; print(*sorted(sys.modules))").split()
    assert not {"numpy", "pandas", "pyarrow", "scipy", "sklearn", "surprise"} & set(loaded)


def test_opening_a_release_and_folding_in_loads_no_training_library(tmp_path):
    folder = write(draft(), tmp_path)
    Registry(tmp_path).promote("movies", folder.name)
    code = (
        "import os, sys, recommender\n"
        f"os.environ['TASTEMAP_MODELS'] = {str(tmp_path)!r}\n"
        "release = recommender.open_release('movies')\n"
        "visitor = release.fold_in({1: 5.0, 4: 2.0})\n"
        "visitor.explain(int(visitor.recommend(3)['item_id'][1]))\n"
        "release.search('film'), release.titles_to_rate()\n"
        "heavy = ['numba', 'surprise', 'sklearn', 'scipy', 'umap', 'streamlit']\n"
        "heavy.append('recommender.algorithms')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert python(code) == "[]"


def test_the_example_of_the_docstring_runs(tmp_path, monkeypatch):
    folder = write(draft(), tmp_path)
    Registry(tmp_path).promote("movies", folder.name)
    monkeypatch.setenv("TASTEMAP_MODELS", str(tmp_path))
    lines = re.findall(r">>> (.*)", recommender.__doc__)
    assert len(lines) == 6
    # The titles of the example's ids are 1, 4, 7, 10 in the release by hand.
    names = {"3: 2.0": "4: 2.0", "6: 3.5": "7: 3.5", "explain(2)": "explain(10)"}
    code = "\n".join(lines)
    for documented, here in names.items():
        assert documented in code
        code = code.replace(documented, here)
    scope: dict[str, object] = {}
    exec(code, scope)
    assert scope["visitor"].unknown == ()


def test_a_release_has_a_catalogue_models_neighbours_and_factors(tmp_path, monkeypatch):
    folder = write(draft(), tmp_path)
    Registry(tmp_path).promote("movies", folder.name)
    monkeypatch.setenv("TASTEMAP_MODELS", str(tmp_path))
    release = recommender.open_release("movies")
    assert release.catalogue.index.name == "item_id"
    model = release.models[release.ranker]
    assert list(model.neighbours(1, 5).columns) == ["item_id", "similarity"]
    assert list(model.factor_table(0, 3).columns) == ["item_id", "pole", "loading"]


def test_fit_takes_a_data_set_or_its_ratings(movies):
    model = recommender.fit("bias", movies, user_shrinkage=4.0)
    same = recommender.fit("bias", movies.ratings, user_shrinkage=4.0, seed=0)
    rated = {1: 5.0, 3: 2.0}
    assert np.array_equal(model.fold_in(rated).scores, same.fold_in(rated).scores)
    other = recommender.fit("bias", movies, user_shrinkage=40.0)
    positions = model.positions([260])
    assert model.fold_in(rated).predict(positions) != other.fold_in(rated).predict(positions)


def test_the_seed_decides_what_is_random(movies):
    few = movies.ratings.subset(np.arange(len(movies.ratings)) < 5_000)
    small = {"k": 4, "iterations": 2, "subsets": 1}
    one, again, other = (recommender.fit("taste-als", few, seed=s, **small) for s in (1, 1, 2))
    assert np.array_equal(one.item_factors, again.item_factors)
    assert not np.array_equal(one.item_factors, other.item_factors)


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("nonsense", {}, "there are .*taste-als"),
        ("bias", {"nonsense": 1}, "bias has no parameter 'nonsense'"),
        ("bias", {"user_shrinkage": -1}, "must lie in"),
    ],
)
def test_a_wrong_algorithm_or_parameter_is_refused_before_fitting(
    movies, name, parameters, sentence
):
    with pytest.raises(ParameterError, match=sentence):
        recommender.fit(name, movies, **parameters)


def test_every_error_of_the_package_is_one_kind():
    from recommender import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert len(kinds) >= 6
    assert all(issubclass(kind, TastemapError) for kind in kinds)
