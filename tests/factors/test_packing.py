import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, get_args, get_origin, get_type_hints

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.data.scale import ANIME_SCALE, MOVIE_SCALE, RatingScale
from recommender.errors import ReleaseError
from recommender.factors import packing
from recommender.factors.classic import CentredFoldIn, ImplicitFoldIn, NonNegativeRidgeFoldIn
from recommender.factors.fold_in import FoldIn, NoFoldIn, RidgeFoldIn
from recommender.factors.learned import LearnedFoldIn
from recommender.factors.model import FactorModel, Model, Readout, Taste
from recommender.factors.packing import KINDS, Kind, pack, unpack
from recommender.factors.weighted import NonNegativeFoldIn, WeightedFoldIn
from tests.releases import helpers


def through_json(model: Model) -> Model:
    tensors, specification = pack(model)
    return unpack(tensors, json.loads(json.dumps(specification, allow_nan=False)))


def assert_same(one: Any, other: Any) -> None:
    """Same types, same plain values, same bits in every array, all the way down."""
    assert type(one) is type(other)
    for item in fields(one):
        left, right = getattr(one, item.name), getattr(other, item.name)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype
            assert left.shape == right.shape
            assert left.tobytes() == right.tobytes()
        elif hasattr(left, "__dataclass_fields__"):
            assert_same(left, right)
        else:
            assert (type(left), left) == (type(right), right)


# --- laws over models of every kind


def floats(width: int = 64) -> st.SearchStrategy[float]:
    return st.floats(allow_nan=False, allow_infinity=False, width=width)


def array(dtype: type, *shape: int) -> st.SearchStrategy[NDArray[Any]]:
    return arrays.arrays(dtype, shape, elements=floats(np.dtype(dtype).itemsize * 8))


def fold_ins(n: int, k: int) -> st.SearchStrategy[FoldIn]:
    gram = array(np.float64, k, k)
    numbers = (st.just(n), floats(), floats(), floats(), floats())
    weighted = st.builds(WeightedFoldIn, gram, *numbers)
    non_negative = st.builds(NonNegativeFoldIn, gram, *numbers)
    matrix = array(np.float64, 2 + 3 * k, k)
    return st.one_of(
        st.just(NoFoldIn()),
        st.builds(RidgeFoldIn, array(np.float64, 1 + k, 1 + k), floats()),
        weighted,
        non_negative,
        st.builds(LearnedFoldIn, weighted | non_negative, matrix, floats(), floats()),
        st.builds(ImplicitFoldIn, array(np.float64, 1 + k // 2, 1 + k // 2), floats()),
        st.builds(NonNegativeRidgeFoldIn, array(np.float64, k), floats(), floats()),
        st.builds(CentredFoldIn, floats()),
    )


def readouts(n: int, k: int) -> st.SearchStrategy[Readout]:
    numbers = array(np.float32, n)
    return st.builds(Readout, numbers, fold_ins(n, k), st.booleans(), floats(), st.none() | numbers)


@st.composite
def models(draw: st.DrawFn) -> FactorModel:
    n, k = draw(st.integers(1, 5)), draw(st.integers(0, 3))
    ids = draw(st.lists(st.integers(-(2**62), 2**62), min_size=n, max_size=n, unique=True))
    ranker = draw(readouts(n, k))
    return FactorModel(
        np.array(sorted(ids), np.int64),
        draw(st.sampled_from([MOVIE_SCALE, ANIME_SCALE])),
        draw(array(np.float32, n, k)),
        ranker,
        draw(st.none() | st.just(ranker) | readouts(n, k)),
    )


@given(models())
@settings(max_examples=150, deadline=None)
def test_packing_and_unpacking_changes_no_bit_of_any_model(model: FactorModel) -> None:
    again = through_json(model)

    assert_same(again, model)
    assert (again.rater is again.ranker) == (model.rater is model.ranker)


@given(
    ranking=st.sampled_from(helpers.FOLD_INS),
    rating=st.none() | st.sampled_from(helpers.FOLD_INS),
    k=st.integers(0, 6),
    seed=st.integers(0, 99),
    rated=st.dictionaries(
        st.sampled_from(helpers.item_ids().tolist()),
        st.sampled_from(MOVIE_SCALE.values),
        max_size=6,
    ),
)
@settings(max_examples=60, deadline=None)
def test_an_unpacked_model_answers_as_before(
    ranking: str, rating: str | None, k: int, seed: int, rated: dict[int, float]
) -> None:
    model = helpers.model(ranking, rating, k=k, seed=seed)
    before, after = model.fold_in(rated), through_json(model).fold_in(rated)
    everything = np.arange(helpers.N_ITEMS)

    assert np.array_equal(before.scores, after.scores)
    for left, right in zip(
        before.contributions(everything), after.contributions(everything), strict=True
    ):
        assert np.array_equal(left, right)
    predicted, again = before.predict(everything), after.predict(everything)
    assert (predicted is None) == (again is None) == (rating is None)
    if predicted is not None and again is not None:
        assert np.array_equal(predicted.rating, again.rating)
        assert np.array_equal(predicted.low, again.low)
        assert np.array_equal(predicted.high, again.high)


def test_what_occurs_twice_is_stored_once() -> None:
    model = helpers.model("learned", None)
    readout = replace(model.ranker, offset_variance=model.ranker.offset)
    shared = replace(model, ranker=readout, rater=readout)

    tensors, specification = pack(shared)
    again = unpack(tensors, specification)

    assert sorted(tensors) == [
        *("item_factors", "item_ids", "ranker.fold_in.matrix"),
        *("ranker.fold_in.plain.gram", "ranker.offset"),
    ]
    assert specification["rater"] == {"same": "ranker"}
    assert again.rater is again.ranker
    assert again.ranker.offset is again.ranker.offset_variance
    assert sorted(pack(again)[0]) == sorted(tensors)


def test_unpacked_arrays_cannot_be_written_to() -> None:
    model = through_json(helpers.model("learned"))

    for array in (model.ranker.fold_in.matrix, model.ranker.fold_in.plain.gram, model.item_ids):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


# --- every class that a model may hold


def subclasses(cls: type) -> set[type]:
    found = set(cls.__subclasses__())
    return found.union(*(subclasses(inner) for inner in found))


def test_every_fold_in_can_be_stored_under_its_own_name() -> None:
    stored = {kind.cls: name for name, kind in KINDS.items()}

    for cls in subclasses(FoldIn):
        assert stored[cls] == cls.kind


@pytest.mark.parametrize("name", KINDS)
def test_every_array_of_a_kind_has_a_shape_and_nothing_else_has(name: str) -> None:
    kind = KINDS[name]
    hints = get_type_hints(kind.cls)
    array_fields = {
        item.name
        for item in fields(kind.cls)
        if any(get_origin(h) is np.ndarray for h in (hints[item.name], *get_args(hints[item.name])))
    }

    assert set(kind.shapes) == array_fields


@dataclass(frozen=True, eq=False)
class Blend(Model):
    """A model of models, as one may be added later."""

    models: tuple[FactorModel, ...]
    weights: NDArray[np.float32]
    names: tuple[str, ...] = ()

    @property
    def item_ids(self) -> NDArray[np.int64]:  # type: ignore[override]
        return self.models[0].item_ids

    @property
    def scale(self) -> RatingScale:  # type: ignore[override]
        return self.models[0].scale

    @property
    def predicts_ratings(self) -> bool:
        return False

    def taste(self, rated: Any, ratings: Any) -> Taste:
        return self.models[0].taste(rated, ratings)


def test_a_new_kind_of_model_is_stored_by_adding_its_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blend = Blend(
        (helpers.model(k=2), helpers.model("weighted", None, k=5)),
        np.array([0.25, 0.75], np.float32),
        ("house", "plain"),
    )
    with pytest.raises(ReleaseError, match="cannot store a Blend"):
        pack(blend)

    monkeypatch.setitem(packing.KINDS, "blend", Kind(Blend, {"weights": "m"}))
    again = through_json(blend)

    assert again.names == blend.names
    assert np.array_equal(again.weights, blend.weights)
    for left, right in zip(again.models, blend.models, strict=True):
        assert_same(left, right)
    assert again.models[0].scale is again.models[1].scale
    with pytest.raises(ReleaseError, match=r"^names: must be a tuple, not \['house'\]"):
        pack(replace(blend, names=["house"]))


# --- what is refused


def specified(path: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    """Sets an entry of the specification; an ellipsis removes it."""

    def change(tensors: dict[str, Any], specification: dict[str, Any]) -> None:
        *parents, last = path.split("/")
        for key in parents:
            specification = specification[key]
        if value is ...:
            del specification[last]
        else:
            specification[last] = value

    return change


def stored(name: str, change_array: Callable[[NDArray[Any]], Any]) -> Any:
    """Changes a tensor, and what the specification says about it."""

    def change(tensors: dict[str, Any], specification: dict[str, Any]) -> None:
        array = tensors[name] = change_array(tensors[name].copy())
        for key in name.split("."):
            specification = specification[key]
        specification |= {"dtype": str(array.dtype), "shape": list(array.shape)}

    return change


def with_number(number: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    def change(array: NDArray[Any]) -> NDArray[Any]:
        array.flat[-1] = number
        return array

    return change


def surplus_tensor(tensors: dict[str, Any], specification: dict[str, Any]) -> None:
    tensors["secret"] = np.zeros(3)


def silent_reshape(tensors: dict[str, Any], specification: dict[str, Any]) -> None:
    tensors["item_factors"] = tensors["item_factors"].T


GRAM = "ranker.fold_in.plain.gram"
MATRIX = "ranker.fold_in.matrix"
REFUSED = {
    "unknown kind": (specified("kind", "os.system"), "model: unknown kind 'os.system'"),
    "kind that is no text": (specified("kind", ["factor-model"]), "model: unknown kind"),
    "no kind": (specified("ranker/kind", ...), "ranker: unknown kind None"),
    "kind in the wrong place": (
        specified("ranker/fold_in", {"kind": "rating-scale"}),
        "ranker.fold_in: rating-scale is no FoldIn",
    ),
    "part of a model as the model": (specified("kind", "readout"), "model: readout is no Model"),
    "base class where a subclass is wanted": (
        specified("ranker/fold_in/plain", {"kind": "none"}),
        "ranker.fold_in.plain: none is no WeightedFoldIn",
    ),
    "missing field": (specified("ranker/noise", ...), "ranker.noise: missing"),
    "missing last field": (specified("rater", ...), "rater: missing"),
    "extra field": (specified("ranker/__class__", 1), "ranker.__class__: an unknown field"),
    "text for a number": (specified("ranker/noise", "0.9"), "ranker.noise: must be a number"),
    "truth for a number": (specified("ranker/noise", True), "ranker.noise: must be a number"),
    "number for truth": (specified("ranker/unit_factors", 1), "ranker.unit_factors: must be true"),
    "fraction for a count": (
        specified("ranker/fold_in/plain/n_items", 24.0),
        "ranker.fold_in.plain.n_items: must be a whole number",
    ),
    "enormous count": (
        specified("ranker/fold_in/plain/n_items", 10**400),
        "ranker.fold_in.plain.n_items: 1000",
    ),
    "enormous number": (specified("ranker/noise", 10**400), "ranker.noise: 1000"),
    "infinite number": (specified("ranker/noise", float("inf")), "ranker.noise: inf is not finite"),
    "nothing where something must be": (specified("ranker", None), "ranker: must be an object"),
    "number where an array must be": (specified("item_ids", 3), "item_ids: must be an object"),
    "list where a part must be": (specified("scale", []), "scale: must be an object"),
    "scale that is none": (specified("scale/high", 0.25), "scale: A rating scale needs low < high"),
    "absent tensor": (specified("item_ids/tensor", "no"), "item_ids: there is no tensor 'no'"),
    "tensor name that is none": (specified("item_ids/tensor", {}), "item_ids: there is no tensor"),
    "tensor of another field": (
        specified("item_factors/tensor", "item_ids"),
        "item_factors: tensor item_ids is int64",
    ),
    "tensor of another dtype": (
        specified("item_factors", {"tensor": "item_ids", "dtype": "int64", "shape": [24]}),
        "item_factors: must be float32, not int64",
    ),
    "array entry without shape": (specified("item_ids/shape", ...), "item_ids.shape: missing"),
    "array with another shape than specified": (
        silent_reshape,
        "item_factors: tensor item_factors",
    ),
    "surplus tensor": (surplus_tensor, "secret: a tensor that belongs to no field"),
    "reference to nothing": (
        specified("rater", {"same": "elsewhere"}),
        "rater: there is no Readout at 'elsewhere'",
    ),
    "reference to another kind": (
        specified("rater", {"same": "scale"}),
        "rater: there is no Readout at 'scale'",
    ),
    "reference to itself": (specified("rater", {"same": "rater"}), "rater: there is no Readout"),
    "reference that is no text": (specified("rater", {"same": 1}), "rater: there is no Readout"),
    "NaN factors": (stored("item_factors", with_number(np.nan)), "item_factors: holds numbers"),
    "infinite gram": (stored(GRAM, with_number(np.inf)), f"{GRAM}: holds numbers"),
    "double precision factors": (
        stored("item_factors", lambda a: a.astype(np.float64)),
        "item_factors: must be float32, not float64",
    ),
    "big-endian factors": (
        stored("item_factors", lambda a: a.astype(">f4")),
        "item_factors: must be float32, not >f4",
    ),
    "flat factors": (
        stored("item_factors", lambda a: a.ravel()),
        r"item_factors: must have the shape \(n k\), not \(72,\)",
    ),
    "too few titles": (
        stored("item_factors", lambda a: a[1:]),
        r"item_factors: must have the shape \(n k\) with n = 24, not \(23, 3\)",
    ),
    "offset of other titles": (
        stored("ranker.offset", lambda a: a[1:]),
        r"ranker.offset: must have the shape \(n\) with n = 24",
    ),
    "gram of other factors": (
        stored(GRAM, lambda a: a[1:, 1:]),
        rf"{GRAM}: must have the shape \(k k\) with k = 3",
    ),
    "matrix of other factors": (
        stored(MATRIX, lambda a: a[1:]),
        rf"{MATRIX}: must have the shape \(2\+3k k\) with k = 3, not \(10, 3\)",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_does_not_belong_in_a_model_is_refused_by_its_path(what: str) -> None:
    change, message = REFUSED[what]
    tensors, specification = pack(helpers.model("learned", None))
    specification = json.loads(json.dumps(specification))
    change(tensors, specification)

    with pytest.raises(ReleaseError, match=f"^{message}"):
        unpack(tensors, specification)


def test_a_specification_that_is_no_object_is_refused() -> None:
    for nonsense in ([], "factor-model", None, 3):
        with pytest.raises(ReleaseError, match=r"^model: must be an object"):
            unpack({}, nonsense)  # type: ignore[arg-type]


def test_a_refusal_stays_short_whatever_a_file_holds() -> None:
    with pytest.raises(ReleaseError) as caught:
        unpack({}, {"kind": "x" * 100_000})

    assert len(str(caught.value)) < 200


def test_a_model_that_breaks_its_declaration_is_not_packed() -> None:
    model = helpers.model("weighted", None)
    broken = {
        "item_factors: must be float32": replace(
            model, item_factors=model.item_factors.astype(np.float64)
        ),
        "item_factors: must have the shape": replace(model, item_factors=model.item_factors[:, 0]),
        "ranker.fold_in.gram: must be an array, not list": replace(
            model, ranker=replace(model.ranker, fold_in=replace(model.ranker.fold_in, gram=[]))
        ),
        "ranker.fold_in.gram: holds numbers that are not finite": replace(
            model,
            ranker=replace(
                model.ranker,
                fold_in=replace(model.ranker.fold_in, gram=np.full((3, 3), np.nan)),
            ),
        ),
        "ranker.fold_in: cannot store a dict as FoldIn": replace(
            model, ranker=replace(model.ranker, fold_in={})
        ),
        "ranker.noise: must be a number": replace(model, ranker=replace(model.ranker, noise="1")),
    }
    for message, value in broken.items():
        with pytest.raises(ReleaseError, match=f"^{message}"):
            pack(value)


def test_numpy_numbers_are_packed_as_plain_ones() -> None:
    model = helpers.model("weighted", None)
    fold_in = replace(model.ranker.fold_in, n_items=np.int64(24), regularisation=np.float32(0.5))
    model = replace(model, ranker=replace(model.ranker, fold_in=fold_in))

    packed = pack(model)[1]["ranker"]["fold_in"]

    assert (type(packed["n_items"]), packed["n_items"]) == (int, 24)
    assert (type(packed["regularisation"]), packed["regularisation"]) == (float, 0.5)
