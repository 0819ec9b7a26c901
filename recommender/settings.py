"""Settings: what the environment decides, read once, typed and checked.

Every variable starts with TASTEMAP_, is optional, and is read here and nowhere else; a blank one
counts as not set. A variable that names what is not there is an error at the start, not a surprise
later.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recommender.errors import SettingError

BUNDLED_MODELS = Path(__file__).resolve().parent.parent / "models"
"""Where the releases lie that come with the project."""

USER_CACHE = Path(os.path.expanduser("~/.cache")) / "tastemap"
"""Where fetched data sets lie if nothing else is said."""


@dataclass(frozen=True)
class Settings:
    """What can be set.

    Attributes:
        models: TASTEMAP_MODELS, the folder of releases; those that come with the project if not
            set. Only a folder that the variable names must exist.
        data: TASTEMAP_DATA, a folder of data sets; `--data` finds the names in it. None if not set.
        cache: TASTEMAP_CACHE, the folder of fetched data sets; one in the user's cache if not set.
            It is made when the first set is fetched.
        adult: TASTEMAP_ADULT, 1 to offer titles for adults only as well; they are left out if it is
            0 or not set.
        tmdb_key: TASTEMAP_TMDB_KEY, a key of TMDB's API: movies are then shown with their posters.
            None if not set.
        jikan: TASTEMAP_JIKAN, 1 to show anime with their pictures from MyAnimeList.
    """

    models: Path = BUNDLED_MODELS
    data: Path | None = None
    cache: Path = USER_CACHE
    adult: bool = False
    tmdb_key: str | None = field(default=None, repr=False)
    jikan: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Reads the settings.

        Args:
            environment: the variables; None for those of the process.

        Returns:
            The settings.

        Raises:
            SettingError: a variable names a folder that does not exist, or is neither 0 nor 1.
        """
        variables = os.environ if environment is None else environment
        return cls(
            models=_folder(variables, "TASTEMAP_MODELS") or BUNDLED_MODELS,
            data=_folder(variables, "TASTEMAP_DATA"),
            cache=_path(variables, "TASTEMAP_CACHE") or USER_CACHE,
            adult=_switch(variables, "TASTEMAP_ADULT"),
            tmdb_key=variables.get("TASTEMAP_TMDB_KEY", "").strip() or None,
            jikan=_switch(variables, "TASTEMAP_JIKAN"),
        )


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


def _path(variables: Mapping[str, str], name: str) -> Path | None:
    value = variables.get(name, "").strip()
    return Path(value).expanduser() if value else None
