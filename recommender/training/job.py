"""What a background training is: what was asked for, how it stands, what it may take.

A request comes from a form and is read back from a file, so it is checked both times; the words of
a refusal name the field and its bounds. Nothing here imports a training library: a page lists
trainings with it, and the process that watches one stays small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

from recommender.errors import JobError, ParameterError
from recommender.training.fields import an_object, known, names, number_or_word, one_of, whole

State = Literal["waiting", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = ("waiting", "running", "done", "failed", "cancelled")
ENDED = ("done", "failed", "cancelled")

METHODS = ("grid", "random", "model")
OBJECTIVES = ("ndcg", "rmse", "mae", "cv-rmse", "cv-mae")
"""How to search for hyper-parameters, and what to make better, as `recommender.evaluation` has
them; importing that here would load what a page does not need."""

Value = float | str
"""Of a hyper-parameter: a number or a word."""

_LONGEST = {"domain": 40, "source": 1000, "by": 200, "note": 2000}
_MOST_ALGORITHMS, _MOST_TRIALS, _MOST_VALUES, _LARGEST_SEED = 40, 1000, 100, 2**31 - 1


@dataclass(frozen=True)
class JobSearch:
    """A search for better hyper-parameters before the training.

    Attributes:
        algorithm: the name of the one to tune; the training takes it as it was found.
        space: parameter -> the values to try; none for those near its default.
        method: of `METHODS`: "grid" tries all of a grid, the others as many as `trials` says.
        trials: settings to try at most, 1 to 1,000.
        objective: of `OBJECTIVES`, what to make better.
    """

    algorithm: str
    space: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    method: str = "grid"
    trials: int = 40
    objective: str = "ndcg"

    def __post_init__(self) -> None:
        names("search: algorithm", [self.algorithm])
        names("search: parameter", an_object("search: space", self.space))
        for name, values in self.space.items():
            if isinstance(values, str) or not isinstance(values, list | tuple):
                raise ParameterError(f"search: {name} needs a list of values to try.")
            if len(values) > _MOST_VALUES:
                raise ParameterError(f"search: {name} may have {_MOST_VALUES} values at most.")
            for value in values:
                number_or_word(f"search: {name}", value)
        frozen = {name: tuple(values) for name, values in self.space.items()}
        object.__setattr__(self, "space", MappingProxyType(frozen))
        whole("search: trials", self.trials, 1, _MOST_TRIALS)
        one_of("search: method", self.method, METHODS)
        one_of("search: objective", self.objective, OBJECTIVES)


@dataclass(frozen=True)
class JobRequest:
    """What to train, and who wants it.

    Attributes:
        domain: "movies", "anime", …
        source: a data set: a folder or zip, or its name among the uploads, in TASTEMAP_DATA or the
            cache; None for the data that a package ships.
        algorithms: name -> hyper-parameters, what they leave open being what suits the domain; none
            for all that a release of the domain holds.
        search: what to tune first, or None.
        seed: of everything random, 0 to 2,147,483,647.
        by: who asks for it.
        note: why.
        visitors: also learn from what visitors of the app have let be kept.
    """

    domain: str
    source: str | None = None
    algorithms: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    search: JobSearch | None = None
    seed: int = 0
    by: str = ""
    note: str = ""
    visitors: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.visitors, bool):
            raise ParameterError("visitors must be true or false.")
        for name, longest in _LONGEST.items():
            text = getattr(self, name)
            if text is None and name == "source":
                continue
            if not isinstance(text, str) or len(text) > longest or "\x00" in text:
                raise ParameterError(f"{name} must be a text of at most {longest:,} characters.")
        names("domain", [self.domain])
        names("algorithm", an_object("algorithms", self.algorithms))
        if len(self.algorithms) > _MOST_ALGORITHMS:
            raise ParameterError(f"At most {_MOST_ALGORITHMS} algorithms go into a release.")
        for name, parameters in self.algorithms.items():
            for parameter, value in an_object(name, parameters).items():
                number_or_word(f"{name}: {parameter}", value)
        frozen = {name: MappingProxyType(dict(p)) for name, p in self.algorithms.items()}
        object.__setattr__(self, "algorithms", MappingProxyType(frozen))
        whole("seed", self.seed, 0, _LARGEST_SEED)

    def to_json(self) -> dict[str, Any]:
        """The request as a JSON value."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        plain["algorithms"] = {name: dict(p) for name, p in self.algorithms.items()}
        if self.search is not None:
            search = {item.name: getattr(self.search, item.name) for item in fields(JobSearch)}
            plain["search"] = search | {"space": {n: list(v) for n, v in self.search.space.items()}}
        return plain

    @classmethod
    def from_json(cls, value: Any) -> JobRequest:
        """Reads a request; `ParameterError` for what is none."""
        found = known(cls, "the request", value)
        if found.get("search") is not None:
            found["search"] = JobSearch(**known(JobSearch, "search", found["search"]))
        try:
            return cls(**found)
        except TypeError as error:
            raise ParameterError(f"the request is not whole: {error}.") from error


@dataclass(frozen=True)
class Limits:
    """What a training may take.

    Attributes:
        memory: MiB of all its processes together.
        minutes: from start to end.
    """

    memory: int = 4096
    minutes: float = 60.0


@dataclass(frozen=True)
class Estimate:
    """What a training will take.

    Attributes:
        seconds: from start to end, about.
        bytes: memory of all its processes at the worst moment, about.
        basis: what the figures rest on, a sentence.
    """

    seconds: float
    bytes: int
    basis: str


@dataclass(frozen=True)
class Status:
    """How a training stands; `status.json` of its folder.

    Attributes:
        state: "waiting", "running", "done", "failed" or "cancelled".
        stage: what is being done, or was last.
        share: done of the whole, 0 to 1.
        seconds_left: until it ends, about; None if it does not run or nobody can tell yet.
        losses: model -> training loss after each iteration so far.
        memory: bytes that all its processes hold now.
        peak_memory: the most that they have held.
        submitted: when it was asked for, in UTC.
        started: when it began, or None.
        ended: when it ended, or None.
        release: the id of the release that it wrote, or None.
        message: how it ended or why it waits, a sentence or two; "" while there is nothing to say.
        pid: of the training process while it runs.
        expected: seconds that the estimate gave before it began.
        ratings: how many it learned from, once it has read them.
    """

    submitted: datetime
    state: State = "waiting"
    stage: str = ""
    share: float = 0.0
    seconds_left: float | None = None
    losses: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    memory: int = 0
    peak_memory: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    release: str | None = None
    message: str = ""
    pid: int | None = None
    expected: float | None = None
    ratings: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The status as a JSON value."""
        plain = {item.name: getattr(self, item.name) for item in fields(Status)}
        plain["losses"] = {name: list(curve) for name, curve in self.losses.items()}
        for name in _MOMENTS:
            plain[name] = plain[name].isoformat() if plain[name] else None
        return plain

    @classmethod
    def from_json(cls, value: Any) -> Status:
        """Reads a status; `JobError` for what is none."""
        try:
            found = known(Status, "the status", value)
            for name in _MOMENTS:
                text = found.get(name)
                found[name] = datetime.fromisoformat(text).astimezone(UTC) if text else None
            found["losses"] = {
                str(name): tuple(float(loss) for loss in curve)
                for name, curve in found.get("losses", {}).items()
            }
            status = cls(**found)
            if status.state not in STATES or not 0 <= float(status.share) <= 1:
                raise ValueError(f"state {status.state!r}, share {status.share!r}")
            for name, kind in _KINDS.items():
                if not isinstance(getattr(status, name), kind):
                    raise TypeError(f"{name} is {getattr(status, name)!r}")
        except (ParameterError, TypeError, ValueError, AttributeError) as error:
            raise JobError(f"the status cannot be read ({error})") from error
        return status


_MOMENTS = ("submitted", "started", "ended")
_KINDS: Mapping[str, Any] = {
    "submitted": datetime,
    "stage": str,
    "message": str,
    "memory": int,
    "peak_memory": int,
    "pid": int | None,
    "release": str | None,
    "seconds_left": float | int | None,
    "expected": float | int | None,
    "ratings": int | None,
}


@dataclass(frozen=True, kw_only=True)
class Job(Status):
    """A training: what was asked for and how it stands.

    Attributes:
        id: "20261125-133012-ab12cd": date and time (UTC) it was asked for, and chance.
        request: what was asked for.
    """

    id: str
    request: JobRequest

    @classmethod
    def of(cls, job_id: str, request: JobRequest, status: Status) -> Job:
        """Joins the parts."""
        stands = {item.name: getattr(status, item.name) for item in fields(Status)}
        return cls(id=job_id, request=request, **stands)
