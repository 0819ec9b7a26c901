"""The dials of the API are the dials of the page."""

from dataclasses import fields

from recommender.api.values import Dials
from recommender.serving import dials


def test_the_api_has_every_dial_with_its_range_and_neutral_position():
    described = Dials.model_json_schema()["properties"]
    assert list(described) == [field.name for field in fields(dials.Dials)]
    for name, (low, high) in dials.RANGES.items():
        one = described[name]
        number = next(n for n in one.get("anyOf", [one]) if n["type"] == "integer")
        assert (number["minimum"], number["maximum"]) == (low, high)
    neutral = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in Dials().model_dump().items()
    }
    assert dials.Dials(**neutral) == dials.NEUTRAL
