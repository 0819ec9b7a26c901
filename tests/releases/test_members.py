"""A model that stands in another model of the release is stored once, by its name."""

import json

import pytest
from safetensors.numpy import load, save

from recommender.errors import ReleaseError
from recommender.factors.blend import BlendModel
from recommender.releases import Recipe, open_folder, write
from tests.releases import helpers

VISITOR = {1: 5.0, 4: 2.0, 10: 3.5}


@pytest.fixture
def folder(tmp_path):
    house, plain = helpers.model(), helpers.model("none", None)
    return write(
        helpers.draft(
            # In this order, so that the blend is opened before what it is made of.
            models={"blend": BlendModel((house, plain), (0.6, 0.4)), "house": house},
            recipes={"blend": Recipe("blend"), "house": Recipe("taste-als")},
        ),
        tmp_path,
    )


def with_first_member(folder, member):
    """Forges the file of the blend so that it names another first member."""
    file = folder / "blend.safetensors"
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    specification = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["tastemap"])
    specification["members"][0] = member
    helpers.forge(folder, {file.name: save(load(data), {"tastemap": json.dumps(specification)})})


def test_it_is_the_same_model_after_opening_too(folder):
    models = open_folder(folder).models
    assert models["blend"].members[0] is models["house"]
    assert models["blend"].fold_in(VISITOR).scores.shape == (helpers.N_ITEMS,)


def test_a_member_without_a_file_of_its_own_is_stored_inside(folder):
    names = load((folder / "blend.safetensors").read_bytes()).keys()
    assert all(name.startswith("members.1.") for name in names)
    assert "members.1.item_factors" in names


@pytest.mark.parametrize("name", ["nobody", "blend", 3], ids=str)
def test_a_member_that_is_not_there_or_is_the_blend_itself_is_refused(folder, name):
    with_first_member(folder, {"model": name})
    with pytest.raises(ReleaseError, match=r"blend\.safetensors: members\.0: there is no Model"):
        open_folder(folder)


def test_a_model_cannot_be_but_a_name(folder):
    file = folder / "blend.safetensors"
    helpers.forge(folder, {file.name: save({}, {"tastemap": json.dumps({"model": "house"})})})
    with pytest.raises(ReleaseError, match=r"blend\.safetensors: model: there is no Model 'house'"):
        open_folder(folder)
