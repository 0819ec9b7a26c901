"""Pictures of titles from elsewhere, where a key or a switch allows it; covers stand in otherwise.

Movies come from TMDB (https://developer.themoviedb.org/docs), found by name and year; anime from
MyAnimeList by way of Jikan (https://docs.api.jikan.moe), by id. The browser asks this server for a
picture and this server asks the source, once: pictures are kept on disk, so the source learns
nothing of visitors. Whatever a source does, a page never waits for it: a few requests at a time,
each with a deadline, and after a fault the source is left alone for a while.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

from recommender.settings import Settings

DEADLINE = 6.0
"""Seconds that a source has for a picture, all requests together."""

MOST_BYTES, MOST_FILES = 2_000_000, 4_000
"""The largest picture, and how many are kept; the ones longest unused go first."""

_CALM = 60.0
_KNOWN_NONE = 7 * 24 * 3600.0
_BLOCK = 1 << 15
_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}


class ArtworkError(Exception):
    """A source did not answer as it should; never shown, the cover stands in."""


class Source(Protocol):
    """Where pictures come from."""

    @property
    def notice(self) -> str:
        """What has to be said where its pictures are shown."""

    @property
    def pause(self) -> float:
        """Seconds to leave between two requests for pictures."""

    def find(self, item_id: int, title: str, year: int | None, web: Web) -> str | None:
        """The address of a title's picture, None if the source has none."""


@dataclass(frozen=True)
class Tmdb:
    """The Movie Database.

    Attributes:
        key: an API key.
        api: its address.
        images: the address that paths of pictures are appended to.
    """

    key: str = field(repr=False)
    api: str = "https://api.themoviedb.org/3"
    images: str = "https://image.tmdb.org/t/p/w342"
    notice: str = (
        "Posters: TMDB. This product uses the TMDB API but is not endorsed or certified by TMDB."
    )
    pause: float = 0.05

    def find(self, item_id: int, title: str, year: int | None, web: Web) -> str | None:
        """Searches by name and year; see `Source`."""
        asked = {"query": title, "api_key": self.key} | ({"year": str(year)} if year else {})
        found = web.json(f"{self.api}/search/movie", asked)
        results = found.get("results")
        first = results[0] if isinstance(results, list) and results else {}
        path = first.get("poster_path") if isinstance(first, dict) else None
        return f"{self.images}{path}" if isinstance(path, str) and path.startswith("/") else None


@dataclass(frozen=True)
class Jikan:
    """MyAnimeList by way of Jikan, which allows three requests a second and sixty a minute.

    Attributes:
        api: its address.
        images: hosts that its pictures may lie on.
    """

    api: str = "https://api.jikan.moe/v4"
    images: tuple[str, ...] = ("cdn.myanimelist.net",)
    notice: str = "Pictures: MyAnimeList, by way of Jikan."
    pause: float = 1.0

    def find(self, item_id: int, title: str, year: int | None, web: Web) -> str | None:
        """Asks for the title's entry; see `Source`."""
        found: Any = web.json(f"{self.api}/anime/{item_id}", {})
        for name in ("data", "images", "jpg", "image_url"):
            found = found.get(name) if isinstance(found, dict) else None
        if not isinstance(found, str) or urlsplit(found).netloc not in self.images:
            return None
        return found


@dataclass(frozen=True)
class Web:
    """What is left of the time for a picture, and the requests it is spent on."""

    until: float

    def json(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Asks for an object in JSON; an empty one if there is no such page.

        Raises:
            ArtworkError: anything else comes back, or nothing in time.
        """
        import json

        try:
            found = json.loads(self.get(url, query) or b"{}")
        except ValueError as error:
            raise ArtworkError("no JSON") from error
        if not isinstance(found, dict):
            raise ArtworkError("no object")
        return found

    def get(self, url: str, query: Mapping[str, str] | None = None) -> bytes | None:
        """Fetches a page; None if there is none (404).

        Raises:
            ArtworkError: the server does not answer in time, refuses, leads elsewhere or sends too
                much.
        """
        import requests
        from urllib3.exceptions import HTTPError

        try:
            with requests.get(
                url,
                dict(query or {}),
                headers={"Accept-Encoding": "identity"},
                timeout=self._left(),
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code == 404:
                    return None
                if answer.status_code != 200:
                    raise ArtworkError(f"status {answer.status_code}")
                body = bytearray()
                # Whatever has come, so that a server that drips is found out in time.
                while block := answer.raw.read1(_BLOCK):
                    body += block
                    self._left()
                    if len(body) > MOST_BYTES:
                        raise ArtworkError("too large")
                return bytes(body)
        except (requests.RequestException, HTTPError) as error:
            # Its words hold the address and with it the key.
            raise ArtworkError(type(error).__name__) from None

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise ArtworkError("out of time")
        return left


class Artwork:
    """The pictures of some domains, kept in a folder. Safe for many threads."""

    def __init__(self, sources: Mapping[str, Source], folder: Path) -> None:
        """Takes the sources by domain, and the folder, which is made when first needed."""
        self.sources = dict(sources)
        self._folder = folder
        self._calm_until: dict[str, float] = {}
        self._next: dict[str, float] = {}
        self._lock = Lock()

    @classmethod
    def of(cls, settings: Settings) -> Artwork:
        """The pictures that the settings allow; without any, no domain has a source."""
        sources: dict[str, Source] = {}
        if settings.tmdb_key:
            sources["movies"] = Tmdb(settings.tmdb_key)
        if settings.jikan:
            sources["anime"] = Jikan()
        return cls(sources, settings.cache / "artwork")

    def picture(
        self, domain: str, item_id: int, title: str, year: int | None
    ) -> tuple[bytes, str] | None:
        """A title's picture: kept, else from the source.

        Args:
            domain: "movies", …
            item_id: the title.
            title: its name.
            year: None if unknown.

        Returns:
            The picture and its media type; None if there is none to be had now.
        """
        source = self.sources.get(domain)
        if source is None:
            return None
        path = self._folder / domain / str(item_id)
        kept = _kept(path)
        if kept is None:
            kept = self._fetch(source, domain, item_id, title, year)
            if kept is None:
                return None
            self._keep(path, kept)
        kind = _kind(kept)
        return (kept, kind) if kind else None

    def _fetch(
        self, source: Source, domain: str, item_id: int, title: str, year: int | None
    ) -> bytes | None:
        """The picture, b"" if the source has none, None if it does not answer."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next.get(domain, now))
            if now < self._calm_until.get(domain, now) or start - now > DEADLINE:
                return None
            self._next[domain] = start + source.pause
        time.sleep(start - now)
        try:
            web = Web(time.monotonic() + DEADLINE)
            address = source.find(item_id, title, year, web)
            found = None if address is None else web.get(address)
            if found and not _kind(found):
                raise ArtworkError("no picture")
            return found or b""
        except ArtworkError as error:
            print(f"artwork: {domain} {item_id}: {error}")
            with self._lock:
                self._calm_until[domain] = time.monotonic() + _CALM
            return None

    def _keep(self, path: Path, picture: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(picture)
        os.replace(file.name, path)
        kept = [one for one in path.parent.iterdir() if not one.name.startswith(".")]
        if len(kept) > MOST_FILES:
            by_use = sorted(kept, key=lambda one: one.stat().st_mtime)
            for one in by_use[: len(kept) - MOST_FILES + MOST_FILES // 10]:
                one.unlink(missing_ok=True)


def _kept(path: Path) -> bytes | None:
    """What is kept of a title, b"" if it is known to have no picture; None if nothing is."""
    try:
        picture = path.read_bytes()
        if not picture and time.time() - path.stat().st_mtime > _KNOWN_NONE:
            return None
        if picture:
            os.utime(path)
    except FileNotFoundError:
        return None
    return picture


def _kind(picture: bytes) -> str:
    """The media type that the first bytes tell, "" for what is no picture."""
    found = next((kind for start, kind in _KINDS.items() if picture.startswith(start)), "")
    return "" if found == "image/webp" and picture[8:12] != b"WEBP" else found
