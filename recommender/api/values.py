"""What may be asked of the API and what it answers, as pydantic models.

They validate what comes in, and the published description is generated from them, so the two
cannot differ. A body is taken at its word: "5" is no number.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from recommender.serving import dials

MOST_RATINGS, MOST_IDS, MOST_TITLES, MOST_NAMES = 1000, 5000, 100, 50

_LARGEST_ID = 10**15 - 1
"""Every program reads whole numbers up to here exactly."""


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_WHOLE = BeforeValidator(_whole)
"""JSON makes no difference between 5 and 5.0."""

ItemId = Annotated[int, Field(ge=0, le=_LARGEST_ID), _WHOLE]
ItemIds = Annotated[list[ItemId], Field(max_length=MOST_IDS)]
Count = Annotated[int, Field(ge=1, le=MOST_TITLES, description="How many titles."), _WHOLE]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Names = Annotated[list[Name], Field(max_length=MOST_NAMES)]
Domain = Annotated[Name, Field(description="As GET /domains lists them.", examples=["movies"])]
Ratings = Annotated[
    dict[
        Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,14})$")],
        Annotated[float, Field(allow_inf_nan=False)],
    ],
    Field(
        max_length=MOST_RATINGS,
        description="item_id -> rating on the domain's scale.",
        json_schema_extra={"additionalProperties": False},
        examples=[{"1": 5, "3": 2, "6": 3.5}],
    ),
]


class Value(BaseModel):
    """What all have in common: no field is unknown, no value is guessed or changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Asked(Value):
    model_config = ConfigDict(strict=True)


def _dial(name: str) -> Any:
    low, high = dials.RANGES[name]
    return Field(ge=low, le=high)


class Dials(_Asked):
    """The dials of the page: three sliders, and filters. What is left out is not turned."""

    surprise: Annotated[int, _dial("surprise"), _WHOLE] = 0
    variety: Annotated[int, _dial("variety"), _WHOLE] = 0
    adventure: Annotated[int, _dial("adventure"), _WHOLE] = 0
    genres: Names = Field(default=[], description="A title has at least one of them.")
    without: Names = Field(default=[], description="Genres of which a title has none.")
    first_year: Annotated[int | None, _dial("first_year"), _WHOLE] = None
    last_year: Annotated[int | None, _dial("last_year"), _WHOLE] = None
    fewest_episodes: Annotated[int | None, _dial("fewest_episodes"), _WHOLE] = None
    most_episodes: Annotated[int | None, _dial("most_episodes"), _WHOLE] = None
    kinds: Names = Field(default=[], description='As "TV"; a title is of one of them.')
    fewest_ratings: Annotated[int, _dial("fewest_ratings"), _WHOLE] = 0
    one_per_franchise: bool = False
    no_sequels: bool = Field(
        default=False, description="No later part before the first one is known."
    )
    show_seen: bool = Field(default=False, description="Offers titles, too, that were watched.")
    show_planned: bool = Field(default=False, description="Offers titles, too, that are planned.")


class Visitor(_Asked):
    """Whose taste is asked about."""

    domain: Domain
    ratings: Ratings
    model: Name | None = Field(
        default=None, description="Which ranks; the release's own if left out."
    )


class Wish(Visitor):
    """What is to be recommended to whom."""

    count: Count = 20
    exclude: ItemIds = Field(default=[], description="Titles not to recommend.")
    seen: ItemIds = Field(default=[], description="Titles watched and not rated.")
    planned: ItemIds = Field(default=[], description="Titles to be watched anyway.")
    dials: Dials = Field(default_factory=Dials)


class Why(Visitor):
    """Which title is to be explained to whom."""

    item_id: ItemId


class Sought(Value):
    """Which titles are looked for."""

    domain: Domain
    q: Annotated[
        str,
        StringConstraints(min_length=1, max_length=100),
        Field(description="A name, perhaps misspelt or unfinished, perhaps with the year behind."),
    ]
    count: Count = 10


class Near(Value):
    """How many neighbours."""

    count: Count = 20


class Scale(Value):
    """The numbers that are ratings: `low`, `low` + `step`, … `high`."""

    low: float
    high: float
    step: float
    liked: float = Field(description="From here on a title counts as liked.")


class Serving(Value):
    """A domain and the release that serves it."""

    domain: str
    release: str
    titles: int = Field(description="How many there are.")
    scale: Scale
    models: list[str]
    ranker: str = Field(description="The model that orders titles if none is named.")
    rater: str = Field(description="The model that predicts ratings where the ranker does not.")
    genres: list[str]
    kinds: list[str]


class Domains(Value):
    """What is served."""

    domains: list[Serving]


class Title(Value):
    """A title."""

    item_id: int
    title: str
    year: int | None


class Similar(Title):
    """A title that was found, with how well it answers the name, or how near it is."""

    rank: int
    similarity: float


class Titles(Value):
    """Titles of a domain, best first."""

    domain: str
    release: str
    titles: list[Similar]


class Recommended(Title):
    """A title that is recommended. It is ranked by the score and by nothing else."""

    rank: int
    score: float = Field(description="Higher is better; it has no unit.")
    predicted_rating: float
    low: float = Field(description="From here …")
    high: float = Field(description="… to here the rating will be in 4 of 5 cases.")
    because: list[str] = Field(description="Rated titles that set this one apart.")


class _Answered(Value):
    domain: str
    release: str
    model: str
    unknown: list[int] = Field(description="Rated ids that are not in the catalogue.")


class Recommendations(_Answered):
    """What is recommended, the best first."""

    recommendations: list[Recommended]


class Part(Value):
    """What a rating brings to the score of a title, or, without one, where it starts."""

    label: str
    item_id: int | None
    rating: float | None
    contribution: float


class Explanation(_Answered):
    """The score of a title as the sum of its parts, the largest first."""

    item_id: int
    title: str
    score: float
    parts: list[Part]


class HubStatus(Value):
    """How the last look at a repository of the Hub went."""

    domain: str | None
    checked_at: str | None
    commit: str | None
    release: str | None
    fault: str | None


class Health(Value):
    """How the server is."""

    status: Literal["live", "ready", "degraded"]
    version: str
    domains: dict[str, str] | None = Field(default=None, description="Which release serves each.")
    reason: str | None = Field(default=None, description="What is wrong and what to do about it.")
    hub: dict[str, HubStatus] | None = Field(
        default=None, description="By repository, if one is followed."
    )


class Problem(Value):
    """What is wrong with a request."""

    field: str | None = Field(description='As "ratings.1"; null for nothing in particular.')
    message: str = Field(description="What is wrong and what to do about it.")


class Problems(Value):
    """Why there is no other answer."""

    errors: list[Problem]
