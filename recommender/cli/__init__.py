"""The command line: `python -m recommender <command>`.

This module says which commands and options there are and turns their outcome into text, JSON and an
exit code: 0 done, 1 it could not be done (one sentence on standard error says why and what to do),
2 the command was mistyped. What the commands do is in `recommender.cli.commands`; progress and
warnings go to standard error, so that standard output holds the answer alone.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from recommender import __version__
from recommender.cli import dials, engines, options, releases, searches, space, synthesis
from recommender.errors import TastemapError

_EXAMPLE = "example:\n  python -m recommender "


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Args:
        arguments: what stands behind the program's name; None for those of the process.

    Returns:
        The exit code.
    """
    options = _parser().parse_args(arguments)
    from recommender.cli import commands

    try:
        answer = getattr(commands, options.command.replace("-", "_"))(options)
        print(json.dumps(answer.value, indent=2, allow_nan=False) if options.json else answer.text)
        sys.stdout.flush()
    except TastemapError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(f"{options.command}: interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m recommender",
        description="Tastemap: rate a few titles, get recommendations you can question.",
        epilog=_EXAMPLE + 'recommend --rate "Toy Story=5" --rate 3=2',
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Tastemap {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, does: str, example: str) -> ArgumentParser:
        added = commands.add_parser(
            name,
            help=does,
            description=f"{does[0].upper()}{does[1:]}.",
            epilog=_EXAMPLE + example,
            formatter_class=RawDescriptionHelpFormatter,
        )
        added.add_argument("--json", action="store_true", help="print JSON and nothing else")
        return added

    recommend = command(
        "recommend",
        "recommend titles to somebody who has rated a few",
        'recommend --domain movies --rate "Toy Story=5" --rate 3=2 -n 10',
    )
    options.domain(recommend)
    recommend.add_argument(
        "--rate",
        action="append",
        default=[],
        metavar="TITLE=RATING",
        help="a title and its rating, repeatable. A title is a name, with the year where several "
        'bear it ("Heat 1995=4"), or an item id (digits)',
    )
    recommend.add_argument("--model", help="the model that ranks (default: the release's choice)")
    recommend.add_argument(
        "-n",
        type=options.whole_number,
        default=10,
        metavar="N",
        help="how many titles (default: 10)",
    )
    dials.add(recommend)
    options.models(recommend)

    train = command(
        "train",
        "train, evaluate and write a release",
        "train --domain movies --data ml-latest-small --seed 0",
    )
    options.domain(train)
    options.data(train, kind=str)
    options.algorithms(train, "in the release")
    options.models(train)
    train.add_argument(
        "--with-visitors",
        action="store_true",
        help="also learn from the ratings that visitors of the app have let be kept, and say what "
        "they do to the figures",
    )
    engines.add(train)
    train.add_argument(
        "--job",
        type=Path,
        metavar="FOLDER",
        help="carry out the request in this folder, as the app does in the background; "
        "other options but --models are then left aside",
    )

    evaluate = command(
        "evaluate",
        "compare algorithms on visitors with few ratings and by cross-validation",
        "evaluate --algorithm popularity --algorithm taste-als:k=32",
    )
    options.domain(evaluate)
    options.data(evaluate)
    options.algorithms(evaluate, "to compare")

    tune = command(
        "tune",
        "search for better hyper-parameters of an algorithm",
        "tune --algorithm taste-als --parameter k=16..128 --parameter power --trials 40",
    )
    options.domain(tune)
    options.data(tune)
    tune.add_argument(
        "--algorithm",
        required=True,
        metavar="NAME[:PARAMETER=VALUE,...]",
        help="what to tune; parameters with a value stay at it",
    )
    tune.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME[=LOW..HIGH|=A,B,...]",
        help="a parameter to search, and where, repeatable (default: all that are worth it, near "
        "their defaults)",
    )
    tune.add_argument(
        "--objective",
        choices=["ndcg", "rmse", "mae", "cv-rmse", "cv-mae"],
        default="ndcg",
        help="what to make better: a figure of the visitors who tune, who show a few ratings, "
        "or a cross-validated one (default: ndcg)",
    )
    tune.add_argument(
        "--method",
        choices=["model", "random", "grid"],
        default="model",
        help="how to choose what to try: by a model of what was seen, at random, or all of a grid "
        "(default: model)",
    )
    tune.add_argument(
        "--trials",
        type=options.whole_number,
        default=40,
        metavar="N",
        help="how many (default: 40)",
    )
    tune.add_argument(
        "--patience",
        type=options.whole_number,
        metavar="N",
        help="stop after so many trials without a better one (default: never)",
    )
    tune.add_argument(
        "--workers",
        type=options.whole_number,
        metavar="N",
        help="processes; 1 makes the outcome repeatable (default: one per core)",
    )
    tune.add_argument(
        "--study",
        type=Path,
        metavar="FOLDER",
        help="keeps the trials; the same command again goes on where it was "
        "(default: studies/DOMAIN-ALGORITHM-OBJECTIVE-METHOD)",
    )
    options.seed(tune, 0, "0")

    everything = command(
        "tune-all",
        "search every algorithm of a domain for its job; what the defaults come from",
        "tune-all --domain movies --record docs/tuning-movies.json",
    )
    options.domain(everything)
    options.data(everything)
    searches.add_options(everything)
    options.seed(everything, 0, "0")

    data = command(
        "data",
        "list the data sets; check one and say what is in it; fetch or synthesise one",
        "data --domain movies --data ml-latest-small",
    )
    data.add_argument("--domain", help="check a set of this domain (default with --data: movies)")
    options.data(data)
    actions = data.add_subparsers(dest="action", metavar="fetch|synthesise")

    def action(name: str, does: str, example: str) -> ArgumentParser:
        added = actions.add_parser(
            name,
            description=does,
            epilog=_EXAMPLE + example,
            formatter_class=RawDescriptionHelpFormatter,
        )
        # Without a default of its own it leaves alone what stands before the action.
        added.add_argument(
            "--json", action="store_true", default=SUPPRESS, help="print JSON and nothing else"
        )
        return added

    fetch = action(
        "fetch",
        "Fetch a data set into the cache, or go on where the last time broke off.",
        "data fetch ml-1m",
    )
    fetch.add_argument(
        "name",
        metavar="NAME",
        help="one that `data` lists, kaggle:owner/name[@version] or hf:owner/name[@revision]",
    )
    synthesis.add_options(
        action(
            "synthesise",
            "Make ratings that nobody gave, as many as wanted, like those of a real set.",
            "data synthesise --like anime --users 286000 --ratings 24000000",
        )
    )

    reproduce = command(
        "reproduce",
        "rerun a public reference system and print its published figures beside ours",
        "reproduce r3",
    )
    reproduce.add_argument(
        "system", metavar="SYSTEM", help="r1, r2, …: see docs/reference-systems.md"
    )
    options.data(reproduce, "the system's own, by its name")
    options.seed(reproduce, None, "the system's own, else 0")

    releases.add(command)
    space.add(command)

    command("password", "hash a password for the Admin page; asks for it", "password")
    return parser
