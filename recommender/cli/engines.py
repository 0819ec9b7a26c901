"""What trains: this machine, or a Spark cluster (docs/spark.md); the options of `train` for it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from recommender.cli import arguments
from recommender.cli import options as common
from recommender.cli.output import progress_bar
from recommender.data import known
from recommender.errors import DataError, ParameterError

_MASTER = "local[*]"


def add(parser: ArgumentParser) -> None:
    """Adds --engine and what belongs to Spark."""
    parser.add_argument(
        "--engine",
        choices=["local", "spark"],
        default="local",
        help="what trains: this machine, or a Spark cluster, whose ratings --data names as a "
        "folder or as an address such as s3a://bucket/folder (default: local)",
    )
    parser.add_argument(
        "--master",
        metavar="URL",
        help=f"the cluster, as Spark writes it: spark://host:7077, yarn, … (default: {_MASTER}, "
        "Spark on this machine alone)",
    )
    parser.add_argument(
        "--spark",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of Spark, repeatable: spark.executor.memory=8g",
    )
    parser.add_argument(
        "--held-out",
        type=common.whole_number,
        metavar="N",
        help="how many people are kept out of a first training on Spark, to evaluate it "
        "(default: 1000, and no more than a tenth of those with 30 ratings)",
    )


def local_data(options: Namespace) -> Path | None:
    """Finds the data for this machine, and refuses what is for a cluster.

    Raises:
        ParameterError: an option that only Spark has.
        DataError: an address that only Spark reaches.
    """
    given = {"--master": options.master, "--spark": options.spark, "--held-out": options.held_out}
    for name, value in given.items():
        if value not in (None, []):
            raise ParameterError(f"{name} is for --engine spark.")
    if options.data and "://" in options.data:
        raise DataError(f"{options.data} is an address; only --engine spark reads from those.")
    return known.source(None if options.data is None else Path(options.data))


def train_on_spark(options: Namespace, models: Path) -> Path:
    """Trains a release on a cluster and returns its folder; errors as `spark.train.train`."""
    if options.with_visitors:
        raise ParameterError("--with-visitors is for --engine local.")
    if options.data is None:
        raise DataError("Spark reads from a folder or an address: name it with --data.")
    if options.held_out == 0:
        raise ParameterError("--held-out must be 1 or more: without people there is no evaluation.")
    place = options.data if "://" in options.data else str(known.source(Path(options.data)))
    settings = dict(_setting(text) for text in options.spark)
    algorithms = arguments.algorithms(options.algorithm, options.domain)
    from recommender.spark.train import HELD_OUT, train

    with progress_bar() as progress:
        return train(
            options.domain,
            place,
            master=options.master or _MASTER,
            models=models,
            algorithms=algorithms or None,
            options=settings,
            held_out=options.held_out or HELD_OUT,
            seed=options.seed,
            progress=progress,
        )


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.startswith("spark.") or not equals:
        raise ParameterError(f"{text!r} is no setting of Spark; write spark.NAME=VALUE.")
    return name, value
