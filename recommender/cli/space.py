"""`python -m recommender publish-space`: the app onto a Hugging Face Space (docs/deploy.md)."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.cli.output import Answer, progress_bar, table
from recommender.errors import ParameterError

if TYPE_CHECKING:
    from recommender.space import Prepared


def add(command: Callable[[str, str, str], ArgumentParser]) -> None:
    """Adds the command.

    Args:
        command: makes one from its name, what it does, and an example.
    """
    parser = command(
        "publish-space",
        "publish the app as a Hugging Face Space, by one commit of exactly the files it needs",
        "publish-space owner/tastemap --create --secret TASTEMAP_ADMIN_PASSWORD_HASH",
    )
    parser.add_argument("space", nargs="?", metavar="OWNER/NAME", help="the Space")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="only lay the files out in a folder, check and list them; nothing is asked of the Hub",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="FOLDER",
        help="where a dry run lays them out (default: a new temporary one)",
    )
    parser.add_argument(
        "--create", action="store_true", help="make the Space, a private one, if there is none"
    )
    parser.add_argument("--public", action="store_true", help="make it one that all can see")
    for kind, told in (("secret", "a secret"), ("variable", "a variable, which all can see,")):
        parser.add_argument(
            f"--{kind}",
            action="append",
            default=[],
            metavar="NAME[=VARIABLE]",
            help=f"set {told} of the Space to what the environment has under this name, or under "
            "VARIABLE, repeatable",
        )
    parser.add_argument(
        "--parent",
        metavar="COMMIT",
        help="refuse if this is not the newest commit there (default: what is there now)",
    )


def publish_space(options: Namespace) -> Answer:
    """Prepares the files of a Space and, unless it is a dry run, publishes them."""
    from recommender.space import prepare, publish

    if options.dry_run:
        folder = options.folder or Path(tempfile.mkdtemp(prefix="tastemap-space-"))
        return _listed(prepare(folder))
    if options.space is None or options.folder is not None:
        raise ParameterError(
            "Name the Space, as owner/name, and no --folder; or say --dry-run to see the files."
        )
    with tempfile.TemporaryDirectory() as parent, progress_bar() as progress:
        progress(0.0, "Preparing")
        prepared = prepare(Path(parent, "space"))
        commit = publish(
            prepared,
            options.space,
            progress,
            create=options.create,
            public=options.public,
            secrets=_named(options.secret),
            variables=_named(options.variable),
            parent=options.parent,
        )
    value = {
        "space": options.space,
        "commit": commit,
        "source": prepared.commit,
        "files": len(prepared.sizes),
        "bytes": sum(prepared.sizes.values()),
    }
    return Answer(
        value,
        f"Published {prepared.commit[:12]} on {options.space} (commit {commit[:8]}): "
        f"{value['files']} files, {_mb(value['bytes'])} MB. The Space builds now.",
    )


def _listed(prepared: Prepared) -> Answer:
    files = [{"path": path, "bytes": size} for path, size in prepared.sizes.items()]
    total = sum(prepared.sizes.values())
    value = {
        "folder": str(prepared.folder),
        "source": prepared.commit,
        "bytes": total,
        "files": files,
    }
    lines = [[f"{size:,}", path] for path, size in prepared.sizes.items()]
    ending = f"{len(files)} files, {_mb(total)} MB, in {prepared.folder}. Nothing was published."
    return Answer(value, f"{table(['bytes', 'file'], lines)}\n\n{ending}")


def _named(texts: list[str]) -> dict[str, str]:
    pairs = (text.partition("=") for text in texts)
    return {name: variable if equals else name for name, equals, variable in pairs}


def _mb(size: object) -> str:
    assert isinstance(size, int)
    return f"{size / 1e6:,.1f}"
