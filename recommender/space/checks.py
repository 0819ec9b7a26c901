"""What keeps a folder from being a Space: one sentence a fault, with the mend.

The head of the README is what https://huggingface.co/docs/hub/spaces-config-reference asks for, the
Dockerfile what https://huggingface.co/docs/hub/spaces-sdks-docker does. Secrets and ratings are
looked for in every file, by name and by content; a message names the file and never what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recommender.errors import ReleaseError

LARGEST = 32 * 2**20
"""Bytes that a file may have; what is larger belongs into the repository of releases."""

_COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
_LONGEST_DESCRIPTION = 60

_SECRET_NAMES = re.compile(
    r"(^|/)(\.env[^/]*|secrets\.toml|\.netrc|\.pgpass|\.git-credentials|id_(rsa|ecdsa|ed25519)"
    r"|[^/]*\.(pem|key|p12|pfx|sqlite3?|db)(-wal|-shm)?)$",
    re.IGNORECASE,
)
_SECRET_CONTENT = {
    "a token of the Hub": rb"\bhf_[A-Za-z0-9]{20,}",
    "a private key": rb"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a hash of a password": rb"\bscrypt:\d+:\d+:\d+:[A-Za-z0-9+/=_-]{16,}",
    "a token of GitHub": rb"\bgh[pousr]_[A-Za-z0-9]{30,}",
    "a key of a cloud": rb"\bAKIA[0-9A-Z]{16}\b",
    # The documentation says "password" where the password is to stand.
    "the password of a database": rb"postgres(?:ql)?(?:\+\w+)?://[^\s:/@'\"`{]+:(?!password@)"
    rb"[^\s/@'\"`{]+@",
}
_RATINGS_NAMES = re.compile(
    r"(^|/)((users-)?(animelist|ratings?|rating_complete|scores?)[\w-]*\.(csv|dat|tsv|jsonl?|parquet)"
    r"|u\d?\.(data|base|test)|[^/]*\.(zip|gz|npz))$",
    re.IGNORECASE,
)
_RATINGS_CONTENT = re.compile(
    rb"\A(\d+::\d+::[\d.]+::\d+\s|\d+\t\d+\t[\d.]+\t\d+\s"
    rb"|(?=[^\n]*user)(?=[^\n]*(rating|score))[\w \"'.,;\t-]+\r?\n[^\n]*\d)",
    re.IGNORECASE,
)
_BINARY = (".parquet", ".safetensors", ".woff2")
_DATA = (".csv", ".dat", ".tsv", ".data", ".txt", ".json", ".jsonl", "")


def faults(folder: Path, sizes: Mapping[str, int]) -> Iterator[str]:
    """Yields what is wrong with a folder.

    Args:
        folder: what is to be published.
        sizes: path in it -> bytes, of all its files.
    """
    # Imported here: it takes a look at all packages that are installed.
    from recommender.space import requirements

    yield from file_faults(folder, sizes)
    yield from head_faults(folder)
    yield from image_faults(folder)
    yield from release_faults(folder, sizes)
    yield from requirements.faults(folder, sizes)


def file_faults(folder: Path, sizes: Mapping[str, int]) -> Iterator[str]:
    """Yields which files should not be shown, or are too large; see `faults`."""
    for path, size in sizes.items():
        if fault := _unfit(folder, path, size):
            yield f"{path} {fault}"


def _unfit(folder: Path, path: str, size: int) -> str | None:
    if (folder / path).is_symlink():
        return "is a symbolic link; commit the file itself."
    if size > LARGEST:
        return (
            f"has {size / 2**20:,.0f} MiB, {LARGEST / 2**20:,.0f} are allowed; "
            "put releases on the Hub instead (docs/deploy.md)."
        )
    if _SECRET_NAMES.search(path):
        return "looks like a secret by its name; take it out of git."
    if _RATINGS_NAMES.search(path):
        return "looks like ratings of people by its name; take it out of git."
    if path.endswith(_BINARY):
        return None
    content = (folder / path).read_bytes()
    for what, pattern in _SECRET_CONTENT.items():
        if re.search(pattern, content):
            return f"holds {what}; take it out, and make a new one: it is in git's history."
    if Path(path).suffix in _DATA and _RATINGS_CONTENT.match(content):
        return "holds ratings of people; take it out of git."
    return None


def _head(folder: Path) -> dict[str, Any] | None:
    """Reads the head of the README, if it has one."""
    import yaml

    start, *rest = (folder / "README.md").read_text(encoding="utf-8").split("---\n")
    if start or len(rest) < 2:
        return None
    try:
        head = yaml.safe_load(rest[0])
    except yaml.YAMLError:
        return None
    return head if isinstance(head, dict) else None


def head_faults(folder: Path) -> Iterator[str]:
    """Yields what is wrong with the head of the README; see `faults`."""
    head = _head(folder)
    if head is None:
        yield "README.md has no head of YAML between two lines of ---, as a Space needs; add one."
        return

    def text(name: str) -> str:
        value = head.get(name)
        return value.strip() if isinstance(value, str) else ""

    for name in ("title", "emoji", "license", "short_description"):
        if not text(name):
            yield f"README.md: {name} is missing in its head; write it there."
    if len(text("short_description")) > _LONGEST_DESCRIPTION:
        yield f"README.md: short_description is longer than {_LONGEST_DESCRIPTION} letters; cut it."
    for name in ("colorFrom", "colorTo"):
        if head.get(name) not in _COLOURS:
            yield f"README.md: {name} is none of {', '.join(_COLOURS)}; choose one."
    if head.get("sdk") != "docker":
        yield "README.md: sdk is not docker, in which the app runs; write sdk: docker."
    port = head.get("app_port")
    if isinstance(port, bool) or not isinstance(port, int) or not 1024 <= port < 65536:
        yield "README.md: app_port is no port from 1024 to 65535; write the Dockerfile's."
    if not isinstance(head.get("hf_oauth", False), bool):
        yield "README.md: hf_oauth is neither true nor false; write one of them."


def image_faults(folder: Path) -> Iterator[str]:
    """Yields what is wrong with the Dockerfile and what it builds from; see `faults`."""
    port = (_head(folder) or {}).get("app_port")
    text = (folder / "Dockerfile").read_text(encoding="utf-8")
    steps = [line.split(maxsplit=1) for line in text.replace("\\\n", " ").splitlines()]
    done = [(step[0].upper(), step[1]) for step in steps if len(step) == 2 and step[0] != "#"]

    def last(name: str) -> str:
        return next((rest for step, rest in reversed(done) if step == name), "")

    if not last("FROM"):
        yield "Dockerfile: there is no FROM; name the image that it starts from."
    if "--uid 1000" not in text or last("USER") in ("", "root", "0"):
        yield "Dockerfile: it does not end as user 1000, as a Space runs it; add one and USER."
    if last("EXPOSE") != str(port) or f"--server.port={port}" not in last("CMD"):
        yield f"Dockerfile: EXPOSE and CMD do not name the README's app_port, {port}; let them."
    if "--server.address=0.0.0.0" not in last("CMD"):
        yield "Dockerfile: CMD does not listen on 0.0.0.0, so nobody reaches it; let it."
    for rest in (rest for step, rest in done if step == "COPY" and "--from=" not in rest):
        *sources, _ = [word for word in rest.split() if not word.startswith("--")]
        for source in sources:
            if not (folder / source).exists():
                yield f"Dockerfile: it copies {source}, which is not there; mend the COPY."
    ignored = (folder / ".dockerignore").read_text(encoding="utf-8").split()
    here = {path.name for path in folder.iterdir()}
    for name in sorted(here.intersection(line.strip("/") for line in ignored)):
        yield f".dockerignore: it keeps {name} out of the image, which needs it; take that out."


def release_faults(folder: Path, sizes: Mapping[str, int]) -> Iterator[str]:
    """Yields what is wrong with the releases that come with the app; see `faults`."""
    from recommender.releases import Registry

    registry = Registry(folder / "models")
    if not registry.domains():
        yield "models: no release comes with the app; train one, and commit it."
    known = set()
    for domain in registry.domains():
        known.add(f"models/{domain}/aliases.json")
        try:
            champion = registry.aliases(domain).champion
            for release in registry.ids(domain):
                files = registry.open(domain, release).manifest["files"]
                known |= {f"models/{domain}/{release}/{name}" for name in ("release.json", *files)}
        except ReleaseError as error:
            yield f"models/{domain}: {error}"
            return
        if champion not in registry.ids(domain):
            yield (
                f"models/{domain}/aliases.json: its champion {champion} is not among the files; "
                "commit that release."
            )
    for path in sizes:
        if path.startswith("models/") and path not in known:
            yield f"{path} belongs to no release; take it out of git."
