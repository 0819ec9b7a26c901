"""Settings: what the environment decides, read once, typed and checked.

Every variable starts with TASTEMAP_, is optional, and is read here and nowhere else; a blank one
counts as not set. A variable that names what is not there is an error at the start, not a surprise
later.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recommender.errors import SettingError

BUNDLED_MODELS = Path(__file__).resolve().parent.parent / "models"
"""Where the releases lie that come with the project."""

USER_CACHE = Path(os.path.expanduser("~/.cache")) / "tastemap"
"""Where fetched data sets lie if nothing else is said."""

USER_STATE = Path(os.path.expanduser("~/.local/state")) / "tastemap"
"""Where the running app writes if nothing else is said."""

_TRAINING_MEMORY, _TRAINING_MINUTES, _API_PER_MINUTE = 4096, 60, 300


@dataclass(frozen=True)
class Settings:
    """What can be set.

    Attributes:
        models: TASTEMAP_MODELS, the folder of releases; those that come with the project if not
            set. Only a folder that the variable names must exist.
        data: TASTEMAP_DATA, a folder of data sets; `--data` finds the names in it. None if not set.
        cache: TASTEMAP_CACHE, the folder of fetched data sets; one in the user's cache if not set.
            It is made when the first set is fetched.
        hub_repository: TASTEMAP_HUB_REPO, "owner/name" on the Hugging Face Hub; "{domain}" in it
            stands for each domain. None if not set: then nothing asks the Hub.
        hub_revision: TASTEMAP_HUB_REVISION, the branch, tag or commit to follow there.
        hub_seconds: TASTEMAP_HUB_SECONDS, how long the running app waits between two looks at it.
        adult: TASTEMAP_ADULT, 1 to offer titles for adults only as well; they are left out if it is
            0 or not set.
        state: TASTEMAP_STATE, the folder of what the running app writes: trainings, uploads, its
            database; one in the user's home if not set. It is made when it is first needed.
        training_memory: TASTEMAP_TRAINING_MEMORY, what a training in the background may take with
            all its processes, MiB.
        training_minutes: TASTEMAP_TRAINING_MINUTES, how long it may take.
        database_url: TASTEMAP_DATABASE_URL, where the database is, as SQLAlchemy writes it; None
            for SQLite in `state`. It may hold a password.
        admin_password_hash: TASTEMAP_ADMIN_PASSWORD_HASH, of the password that opens the Admin
            page, as `python -m recommender password` prints it; None for no such password.
        admins: TASTEMAP_ADMINS, who may open it by OpenID Connect, in lower-case letters.
        tmdb_key: TASTEMAP_TMDB_KEY, a key of TMDB's API: movies are then shown with their posters.
            None if not set.
        jikan: TASTEMAP_JIKAN, 1 to show anime with their pictures from MyAnimeList.
        api_per_minute: TASTEMAP_API_PER_MINUTE, how many requests to the JSON API may come from one
            place.
        split: TASTEMAP_SPLIT, (domain, model, model): the two models that consenting visitors of a
            domain are divided between.
        visitors_repository: TASTEMAP_VISITORS_REPO, "owner/name" of a data set on the Hub that
            holds a copy of visitors' ratings; None for no copy.
    """

    models: Path = BUNDLED_MODELS
    data: Path | None = None
    cache: Path = USER_CACHE
    hub_repository: str | None = None
    hub_revision: str = "main"
    hub_seconds: int = 120
    adult: bool = False
    state: Path = USER_STATE
    training_memory: int = _TRAINING_MEMORY
    training_minutes: int = _TRAINING_MINUTES
    database_url: str | None = field(default=None, repr=False)
    admin_password_hash: str | None = field(default=None, repr=False)
    admins: tuple[str, ...] = ()
    tmdb_key: str | None = field(default=None, repr=False)
    jikan: bool = False
    api_per_minute: int = _API_PER_MINUTE
    split: tuple[tuple[str, str, str], ...] = ()
    visitors_repository: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the settings.

        Args:
            environment: the variables; None for those of the process.

        Returns:
            The settings.

        Raises:
            SettingError: a variable names a folder that does not exist, or holds what it cannot.
        """
        variables = os.environ if environment is None else environment
        return cls(
            models=_folder(variables, "TASTEMAP_MODELS") or BUNDLED_MODELS,
            data=_folder(variables, "TASTEMAP_DATA"),
            cache=_path(variables, "TASTEMAP_CACHE") or USER_CACHE,
            hub_repository=_match(variables, "TASTEMAP_HUB_REPO", _REPOSITORY, "owner/name"),
            hub_revision=_match(
                variables, "TASTEMAP_HUB_REVISION", _REVISION, "a branch, tag or commit"
            )
            or cls.hub_revision,
            hub_seconds=int(
                _match(variables, "TASTEMAP_HUB_SECONDS", _SECONDS, "whole seconds from 1 on")
                or cls.hub_seconds
            ),
            adult=_switch(variables, "TASTEMAP_ADULT"),
            state=_path(variables, "TASTEMAP_STATE") or USER_STATE,
            training_memory=_number(variables, "TASTEMAP_TRAINING_MEMORY", _TRAINING_MEMORY),
            training_minutes=_number(variables, "TASTEMAP_TRAINING_MINUTES", _TRAINING_MINUTES),
            database_url=variables.get("TASTEMAP_DATABASE_URL", "").strip() or None,
            admin_password_hash=variables.get("TASTEMAP_ADMIN_PASSWORD_HASH", "").strip() or None,
            admins=_names(variables, "TASTEMAP_ADMINS"),
            tmdb_key=variables.get("TASTEMAP_TMDB_KEY", "").strip() or None,
            jikan=_switch(variables, "TASTEMAP_JIKAN"),
            api_per_minute=_number(variables, "TASTEMAP_API_PER_MINUTE", _API_PER_MINUTE),
            split=_split(variables, "TASTEMAP_SPLIT"),
            visitors_repository=_match(
                variables, "TASTEMAP_VISITORS_REPO", _DATA_SET, "owner/name"
            ),
        )


_REPOSITORY = re.compile(r"[\w.-]+/([\w.-]|\{domain\})+", re.ASCII)
_DATA_SET = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_REVISION = re.compile(r"[\w-][\w./-]*", re.ASCII)
_SECONDS = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_SPLIT = re.compile(r"([a-z]+):([a-z0-9-]+),([a-z0-9-]+)")


def _match(
    variables: Mapping[str, str], name: str, shape: re.Pattern[str], words: str
) -> str | None:
    value = variables.get(name, "").strip()
    if value and not shape.fullmatch(value):
        raise SettingError(f"{name} is {value!r}; set it to {words}, or unset it.")
    return value or None


def _folder(variables: Mapping[str, str], name: str) -> Path | None:
    folder = _path(variables, name)
    if folder is not None and not folder.is_dir():
        value = variables[name].strip()
        raise SettingError(f"{name} names {value}, which is no folder; make it or unset {name}.")
    return folder


def _switch(variables: Mapping[str, str], name: str) -> bool:
    value = variables.get(name, "").strip()
    if value not in ("", "0", "1"):
        raise SettingError(f"{name} is {value!r}; set it to 1 or 0, or unset it.")
    return value == "1"


def _number(variables: Mapping[str, str], name: str, default: int) -> int:
    value = variables.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value)):
        raise SettingError(f"{name} is {value!r}; set it to a whole number from 1 on, or unset it.")
    return int(value)


def _names(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = (part.strip().casefold() for part in variables.get(name, "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _split(variables: Mapping[str, str], name: str) -> tuple[tuple[str, str, str], ...]:
    value = variables.get(name, "")
    parts = [_SPLIT.fullmatch(part) for part in value.split()]
    found = [(part[1], part[2], part[3]) for part in parts if part and part[2] != part[3]]
    if len(found) < len(parts) or len({domain for domain, *_ in found}) < len(found):
        raise SettingError(
            f"{name} is {value!r}; set it to domain:model,model, as movies:blend,taste-als, "
            "each domain once, with a space between two, or unset it."
        )
    return tuple(found)


def _path(variables: Mapping[str, str], name: str) -> Path | None:
    value = variables.get(name, "").strip()
    return Path(value).expanduser() if value else None
