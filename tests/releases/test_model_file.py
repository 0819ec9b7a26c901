import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import load, save

from recommender.errors import ReleaseError
from recommender.factors.packing import pack
from recommender.releases import model_file
from recommender.releases.model_file import pack_model, unpack_model
from tests.releases import helpers

METADATA = {"tastemap": "{}"}


@given(
    tensors=st.dictionaries(
        st.text("abc.", min_size=1, max_size=4),
        st.sampled_from(["f8", "f4", "f2", "i8", "i4"]).flatmap(
            lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0))
        ),
        max_size=4,
    )
)
def test_what_the_library_writes_is_read_as_the_library_reads_it(
    tensors: dict[str, np.ndarray[Any, Any]],
) -> None:
    data = save(tensors, METADATA)

    read, _ = model_file._contents(data)

    known = load(data)
    assert set(read) == set(known)
    for name, array in read.items():
        assert (array.dtype, array.shape) == (known[name].dtype, known[name].shape)
        assert array.tobytes() == known[name].tobytes()


def test_tensors_are_read_only_views_of_the_file() -> None:
    data = pack_model(helpers.model(), {})
    bytes_ = np.frombuffer(data, np.uint8)

    model = unpack_model(data, {}.get)

    tensors, _ = pack(model)
    assert all(np.shares_memory(array, bytes_) for array in tensors.values())
    assert not any(array.flags.writeable for array in tensors.values())


def file(change: Callable[[dict[str, Any]], object], padding: str = "") -> bytes:
    """A file of two tensors, its header changed and so long that the numbers lie aligned."""
    good = save({"a": np.arange(2.0), "b": np.arange(4, dtype=np.float32)}, METADATA)
    length = int.from_bytes(good[:8], "little")
    header = json.loads(good[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8) + padding.encode()
    return len(text).to_bytes(8, "little") + text + good[8 + length :]


REFUSED: dict[str, tuple[bytes, str]] = {
    "numbers that do not lie as their dtype wants": (
        file(lambda header: None, padding=" "),
        "tensor 'a' is not aligned",
    ),
    "a gap before a tensor": (
        file(lambda header: header["a"].update(shape=[1], data_offsets=[0, 8])),
        "tensor 'b': it cannot lie at \\[16, 32\\]",
    ),
    "tensors that overlap": (
        file(lambda header: header["b"].update(data_offsets=[0, 16])),
        "tensor 'b': it cannot lie at \\[0, 16\\]",
    ),
    "a shape of another size": (
        file(lambda header: header["b"].update(shape=[3])),
        "tensor 'b': it cannot lie at",
    ),
    "a shape with a length below zero": (
        file(lambda header: header["b"].update(shape=[-2, -2])),
        "tensor 'b': it cannot lie at",
    ),
    "a shape too long to count": (
        file(lambda header: header["b"].update(shape=[2**80, 0], data_offsets=[16, 16])),
        "tensor 'b'",
    ),
    "a shape that is none": (file(lambda header: header["b"].update(shape="4")), "tensor 'b'"),
    "an entry that is none": (file(lambda header: header.update(b=[])), "tensor 'b'"),
    "a dtype that is none": (file(lambda header: header["b"].update(dtype=[])), "tensor 'b'"),
    "a dtype that no model has": (file(lambda header: header["b"].update(dtype="U32")), "'b'"),
    "numbers of no tensor": (file(lambda header: header.pop("b")), "16 bytes belong to no tensor"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_header_that_does_not_fit_the_numbers_is_refused(what: str) -> None:
    data, message = REFUSED[what]

    with pytest.raises(ReleaseError, match=f"^it is no readable safetensors file: .*{message}"):
        model_file._contents(data)
