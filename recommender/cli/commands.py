"""What the commands of the command line do: one function each, options in, an answer out.

An answer is a value for `--json` and the same as text. Whatever a command needs is imported when it
runs: listing releases must not wait for the training libraries.
"""

from __future__ import annotations

import math
import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.cli import arguments, dials, engines
from recommender.cli.data import data
from recommender.cli.judgement import judge
from recommender.cli.output import Answer, progress_bar, table
from recommender.cli.password import password
from recommender.cli.reproduction import reproduce
from recommender.cli.searches import tune_all
from recommender.cli.space import publish_space
from recommender.cli.tuning import tune
from recommender.data import known
from recommender.errors import RatingError
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.evaluation.comparison import Learned
    from recommender.releases import Registry
    from recommender.serving import ServedRelease

__all__ = [
    "data",
    "delete",
    "evaluate",
    "judge",
    "password",
    "promote",
    "publish_space",
    "pull",
    "push",
    "recommend",
    "releases",
    "reproduce",
    "rollback",
    "train",
    "tune",
    "tune_all",
]


def recommend(options: Namespace) -> Answer:
    """Recommends titles to somebody who has rated a few."""
    from recommender.serving import open_release
    from recommender.serving.relax import relaxations

    release = open_release(options.domain, options.models)
    for fault in release.faults:
        print(f"recommend: {fault}", file=sys.stderr)
    ratings: dict[int, float] = {}
    for text in options.rate:
        item_id, rating = arguments.rating(text, release)
        if item_id in ratings:
            raise RatingError(f"{_named(release, item_id)} is rated twice; rate it once.")
        ratings[item_id] = rating
    visitor = release.fold_in(ratings, options.model)
    turned = dials.read(options, release.shelf)
    recommended = visitor.recommend(options.n, dials=turned)
    if len(recommended) < options.n:
        for way in relaxations(visitor, turned):
            told = f"without “{way.setting.label}” there are {way.titles:,} more titles"
            print(f"recommend: {told}", file=sys.stderr)
    rows = [
        {"rank": rank, **{name: _json(value) for name, value in row.items()}}
        for rank, row in zip(recommended.index, recommended.to_dict("records"), strict=True)
    ]
    value = {
        "release": release.id,
        "model": visitor.model,
        "ratings": [
            {"item_id": item_id, "title": _named(release, item_id), "rating": rating}
            for item_id, rating in visitor.ratings.items()
        ],
        "recommendations": rows,
    }
    heading = ["", "title", "rating", "range", "because you rated"]
    lines = [
        [
            str(row["rank"]),
            _named(release, row["item_id"]),
            _rounded(row["predicted_rating"]),
            f"{_rounded(row['low'])}–{_rounded(row['high'])}".strip("–"),
            ", ".join(row["because"]),
        ]
        for row in rows
    ]
    title = "No ratings given: popular titles.\n\n" if not ratings else ""
    return Answer(value, title + table(heading, lines))


def train(options: Namespace) -> Answer:
    """Trains, evaluates and writes a release."""
    models = options.models or Settings.from_environment().models
    if options.job is not None:
        from recommender.training.work import carry_out

        written = carry_out(options.job.absolute(), models)
        return Answer({"release": written}, f"Wrote {written}.")
    from recommender.data import load
    from recommender.training.pipeline import train_on
    from recommender.training.recipes import recipes
    from recommender.training.visitors import effect, with_visitors

    if options.engine == "spark":
        return _trained(options, engines.train_on_spark(options, models))
    algorithms = arguments.algorithms(options.algorithm, options.domain)
    algorithms = algorithms or recipes(options.domain)
    source, learned = engines.local_data(options), None
    with progress_bar() as progress:
        progress(0.0, "reading the data")
        data, joined = load(options.domain, source), None
        if options.with_visitors:
            joined = with_visitors(data, Settings.from_environment())
            data = joined.data
        trained = train_on(data, algorithms, models=models, seed=options.seed, progress=progress)
        if joined is not None:
            release = _registry(options).open(options.domain, trained.folder.name)
            roles = {name: algorithms[name] for name in {release.ranker, release.rater}}
            learned = effect(joined, roles, release, trained.outcomes, progress=progress)
    return _trained(options, trained.folder, learned)


def _trained(options: Namespace, folder: Path, learned: Learned | None = None) -> Answer:
    """What a training has written."""
    registry = _registry(options)
    release = registry.open(options.domain, folder.name)
    champion = registry.aliases(options.domain).champion
    value = {
        "release": release.id,
        "folder": str(folder),
        "models": sorted(release.models),
        "ranker": release.ranker,
        "rater": release.rater,
        "champion": champion == release.id,
        "visitors": asdict(learned) if learned else None,
    }
    then = (
        "It is the champion and serves."
        if champion == release.id
        else f"{champion} still serves; to change that: "
        f"python -m recommender promote --domain {options.domain} {release.id}"
    )
    text = f"Wrote {folder}: {release.ranker} ranks, {release.rater} predicts ratings. {then}"
    return Answer(value, "\n".join([text, *(learned.said if learned else ())]))


def evaluate(options: Namespace) -> Answer:
    """Compares algorithms under the few-ratings protocol and by cross-validation."""
    from recommender.data import load
    from recommender.evaluation.report import evaluate
    from recommender.training.recipes import recipes

    algorithms = arguments.algorithms(options.algorithm, options.domain)
    data = load(options.domain, known.source(options.data))
    with progress_bar() as progress:
        report = evaluate(
            data,
            algorithms or recipes(options.domain),
            seed=options.seed,
            progress=progress,
        )
    heading = ["model", "NDCG@10", "95 %"]
    lines = []
    for name, found in report["few_ratings"].items():
        mean = found["mean"]["ndcg@10"]
        heading[3:] = [f"{cell['shown']} {cell['k']}" for cell in found["cells"]]
        errors = report["cross_validation"].get(name)
        lines.append(
            [
                name,
                f"{mean['value']:.3f}",
                f"{mean['low']:.3f}–{mean['high']:.3f}",
                *(f"{cell['ndcg@10']['value']:.3f}" for cell in found["cells"]),
                f"{errors['rmse']['value']:.3f}" if errors else "",
            ]
        )
    text = (
        f"{report['visitors']} visitors; NDCG@10 by what they showed and how many ratings\n\n"
        + table([*heading, "RMSE"], lines)
    )
    return Answer(report, text)


def releases(options: Namespace) -> Answer:
    """Lists the releases."""
    if options.hub:
        from recommender.cli.hub import on_hub

        return on_hub(options)
    registry = _registry(options)
    domains = [options.domain] if options.domain else registry.domains()
    value: list[dict[str, Any]] = [
        {
            "domain": domain,
            "release": listed.id,
            "created": listed.created.isoformat() if listed.created else None,
            "mib": round(listed.size / 2**20, 1),
            "champion": listed.champion,
            "previous": listed.previous,
            "broken": listed.broken,
        }
        for domain in domains
        for listed in registry.releases(domain)
    ]
    lines = [
        [
            row["domain"],
            row["release"],
            f"{row['mib']} MiB",
            "champion" if row["champion"] else "previous" if row["previous"] else "",
            f"broken: {row['broken']}" if row["broken"] else "",
        ]
        for row in value
    ]
    empty = f"No releases in {registry.root}. To make one: python -m recommender train"
    return Answer(value, table([], lines) if lines else empty)


def promote(options: Namespace) -> Answer:
    """Makes a release the champion."""
    release = _registry(options).promote(options.domain, options.release)
    return Answer({"champion": release.id}, f"{release.id} is the champion and serves.")


def rollback(options: Namespace) -> Answer:
    """Swaps the champion and the release before it."""
    release = _registry(options).rollback(options.domain)
    return Answer({"champion": release.id}, f"{release.id} is the champion and serves again.")


def delete(options: Namespace) -> Answer:
    """Deletes a release, or the old ones."""
    registry = _registry(options)
    if options.release is None:
        gone = registry.retain(options.domain, options.keep)
    else:
        registry.delete(options.domain, options.release, previous=options.previous)
        gone = [options.release]
    left = registry.size(options.domain)
    text = f"Deleted {', '.join(gone) or 'nothing'}; {left / 2**20:.1f} MiB are left."
    return Answer({"deleted": gone, "mib": round(left / 2**20, 1)}, text)


def pull(options: Namespace) -> Answer:
    """Takes a release from the Hub."""
    from recommender.cli.hub import pull

    return pull(options)


def push(options: Namespace) -> Answer:
    """Publishes a release on the Hub."""
    from recommender.cli.hub import push

    return push(options)


def _registry(options: Namespace) -> Registry:
    from recommender.releases import Registry

    return Registry(options.models or Settings.from_environment().models)


def _named(release: ServedRelease, item_id: int) -> str:
    return release.shelf.named(release.shelf.position[item_id])


def _json(value: Any) -> Any:
    """A value as JSON has it, where NaN is no number."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
