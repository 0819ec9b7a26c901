"""The commands of the command line that are about releases, and their options."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

from recommender.cli import options


def add(command: Callable[[str, str, str], ArgumentParser]) -> None:
    """Adds the commands.

    Args:
        command: makes one from its name, what it does, and an example.
    """
    releases = command("releases", "list the releases", "releases --domain movies")
    releases.add_argument("--domain", help="only those of this domain")
    releases.add_argument(
        "--hub", action="store_true", help="those on the Hub (TASTEMAP_HUB_REPO) instead"
    )
    options.models(releases)

    promote = command(
        "promote",
        "make a release the champion, the one that serves",
        "promote --domain movies 20261121-1432-ab12cd",
    )
    options.domain(promote)
    promote.add_argument("release", metavar="RELEASE", help="the release's id")
    options.models(promote)

    judge = command(
        "judge",
        "set a release beside the champion: is it better, what would change, may it serve",
        "judge --domain movies 20261121-1432-ab12cd",
    )
    options.domain(judge)
    options.data(judge)
    judge.add_argument("release", metavar="RELEASE", help="the release's id")
    options.models(judge)

    rollback = command(
        "rollback", "swap the champion and the release before it", "rollback --domain movies"
    )
    options.domain(rollback)
    options.models(rollback)

    delete = command(
        "delete",
        "delete a release, or the old ones; never the champion",
        "delete --domain movies --keep 5",
    )
    options.domain(delete)
    which = delete.add_mutually_exclusive_group(required=True)
    which.add_argument("release", nargs="?", metavar="RELEASE", help="the release's id")
    which.add_argument(
        "--keep",
        type=options.whole_number,
        metavar="N",
        help="delete all but the newest N, the champion and the release before it",
    )
    delete.add_argument(
        "--previous", action="store_true", help="RELEASE even if it is the one to roll back to"
    )
    options.models(delete)

    pull = command(
        "pull",
        "take a release from the Hub; the newest becomes the champion",
        "pull --domain movies",
    )
    options.domain(pull)
    pull.add_argument(
        "release",
        nargs="?",
        metavar="RELEASE",
        help="take this one instead, and leave the champion alone",
    )
    options.models(pull)

    push = command("push", "publish a release on the Hub", "push --domain movies")
    options.domain(push)
    push.add_argument(
        "release", nargs="?", metavar="RELEASE", help="the release's id (default: the champion)"
    )
    push.add_argument(
        "--create", action="store_true", help="make the repository, a private one, if there is none"
    )
    push.add_argument(
        "--parent",
        metavar="COMMIT",
        help="refuse if this is not the newest commit there (default: what is there now)",
    )
    options.models(push)
