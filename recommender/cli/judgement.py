"""What `python -m recommender judge` does: a release beside the champion, for whoever promotes."""

from __future__ import annotations

from argparse import Namespace

from recommender.cli.output import Answer, progress_bar, table
from recommender.data import known
from recommender.errors import DataError, ParameterError, ReleaseError
from recommender.settings import Settings


def judge(options: Namespace) -> Answer:
    """Judges a release beside the champion on the release's own data, and keeps the judgement."""
    from recommender.data import load
    from recommender.evaluation import judgement_file
    from recommender.evaluation.judgement import judge, recipe_of, rivals
    from recommender.evaluation.report import few_ratings_outcomes
    from recommender.releases import Registry
    from recommender.training.jobs import judged_file

    settings = Settings.from_environment()
    registry = Registry(options.models or settings.models)
    challenger = registry.open(options.domain, options.release)
    champion = registry.open(options.domain)
    if champion.id == challenger.id:
        raise ReleaseError(f"{champion.id} is the champion itself; name another release.")
    data = load(options.domain, known.source(options.data))
    learned = challenger.manifest["data"]
    if dict(data.provenance.files) != learned["files"]:
        raise DataError(
            f"{challenger.id} learned from {learned['name']}, and these are other files; "
            "name its data with --data."
        )
    refused = None
    asked = {name: recipe_of(challenger, name) for name in (challenger.ranker, challenger.rater)}
    try:
        asked |= rivals(champion)
    except ParameterError as error:
        refused = str(error)
    with progress_bar() as progress:
        outcomes = few_ratings_outcomes(
            data, asked, seed=challenger.manifest["training"]["seed"], progress=progress
        )
    judgement = judge(challenger, champion, data, outcomes, refused)
    file = judged_file(settings.state, options.domain, challenger.id)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        judgement_file.write(judgement, file)
    except OSError as error:
        raise ReleaseError(f"{file} cannot be written ({error.strerror}).") from error
    lines = [
        [
            found.figure,
            f"{found.challenger.value:.3f}",
            f"{found.champion.value:.3f}",
            f"{found.difference.value:+.4f}",
            f"{found.difference.low:+.4f} to {found.difference.high:+.4f}",
        ]
        for found in judgement.comparisons
    ]
    heading = ["", "challenger", "champion", "difference", "95 %"]
    moved = [
        f"Somebody who likes {', '.join(change.likes) or 'a bit of all'} "
        f"({100 * change.share:.0f} % are alike): {len(change.shared)} of "
        f"{len(change.challenger)} titles stay."
        for change in judgement.changes
    ]
    verdict = "It passes the gate." if judgement.passed else "It does not pass the gate."
    text = "\n\n".join(
        [
            judgement.basis,
            *([table(heading, lines)] if lines else []),
            "\n".join(moved),
            "\n".join([verdict, *judgement.reasons]),
        ]
    )
    return Answer(judgement_file.to_json(judgement), text)
