"""What `python -m recommender tune-all` does: search every algorithm, and write down what it found.

The record is a JSON file that the repository keeps (`docs/tuning-movies.json`); the defaults in the
code are what it says, which a test checks.
"""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.cli import arguments
from recommender.cli.output import Answer, progress_bar
from recommender.data import known

if TYPE_CHECKING:
    from recommender.training.searches import Decision

_LABELS = {"ndcg": "NDCG@10", "rmse": "RMSE"}
_HEADER = ("algorithm", "figure", "searched", "before", "best found", "difference", "decision")
_SIDES = ("before", "after", "difference")
_TESTED = ("test folds: before", "after", "difference")


def add_options(parser: ArgumentParser) -> None:
    """Adds what is special to this command."""
    parser.add_argument(
        "--algorithm",
        action="append",
        default=[],
        metavar="NAME",
        help="search this one only, repeatable (default: all there are)",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=40.0,
        metavar="N",
        help="computing time of each process for the search, shared among the algorithms "
        "(default: 40); what was found is then put to the test folds",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: one per core)",
    )
    parser.add_argument(
        "--study",
        type=Path,
        metavar="FOLDER",
        help="keeps the trials; the same command again goes on where it was "
        "(default: studies/all-DOMAIN)",
    )
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="also writes what it found, as JSON"
    )


def tune_all(options: Namespace) -> Answer:
    """Searches the hyper-parameters of every algorithm of a domain."""
    from recommender.data import load
    from recommender.training.searches import judged, search

    data = load(options.domain, known.source(options.data))
    folder = options.study or Path("studies", f"all-{options.domain}")
    workers = options.workers
    chosen = arguments.algorithms(options.algorithm, options.domain)
    with progress_bar() as progress:
        decisions = search(
            options.domain,
            data.ratings,
            folder,
            minutes=options.minutes,
            algorithms={algorithm.name: algorithm for algorithm in chosen.values()} or None,
            workers=workers,
            seed=options.seed,
            progress=lambda done, phrase: progress(0.8 * done, phrase),
        )
        tested = judged(
            decisions,
            data.ratings,
            folder / "test-folds.jsonl",
            workers=workers,
            seed=options.seed,
            progress=lambda done, phrase: progress(0.8 + 0.2 * done, phrase),
        )
    record = {
        "domain": options.domain,
        "data": data.provenance.name,
        "ratings": data.ratings.fingerprint,
        "seed": options.seed,
        "minutes": options.minutes,
        "workers": workers,
        "visitors": decisions[0].found.sample_size,
        "searches": [_search(decision) for decision in decisions],
        "chosen": {decision.stage.name: asdict(decision.after) for decision in decisions},
        "test_folds": {
            name: {
                figure: {side: getattr(verdict, side).rounded() for side in _SIDES}
                for figure, verdict in figures.items()
            }
            for name, figures in tested.items()
        },
    }
    if options.record:
        options.record.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    return Answer(record, described(record))


def described(record: Mapping[str, Any]) -> str:
    """The record as a Markdown table, one line a search."""
    lines = [[*_HEADER, *_TESTED], ["---"] * (len(_HEADER) + len(_TESTED))]
    for found in record["searches"]:
        best, name, figure = found["best"], found["algorithm"], found["figure"]
        tested = record["test_folds"].get(name, {}).get(figure)
        changes = ", ".join(
            f"{key} {_number(found['before'][key])} → {_number(value)}"
            for key, value in sorted((best["parameters"] if found["changed"] else {}).items())
            if value != found["before"][key]
        )
        lines.append(
            [
                f"`{name}`",
                _LABELS[figure],
                f"{', '.join(found['searched'])}; {found['trials']} trials",
                f"{found['defaults']['value']:.4f}",
                f"{best['value']:.4f}" if best else "",
                _interval(best["minus_defaults"]) if best else "",
                changes or "kept: within chance",
                *(
                    (
                        f"{tested['before']['value']:.4f}",
                        f"{tested['after']['value']:.4f}",
                        _interval(tested["difference"]),
                    )
                    if tested
                    else ("", "", "")
                ),
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _search(decision: Decision) -> dict[str, Any]:
    found, best = decision.found, next(iter(decision.found.trials), None)
    before = asdict(decision.before)
    return {
        "algorithm": decision.stage.name,
        "figure": decision.stage.figure,
        "searched": {name: str(allowed) for name, allowed in decision.space.items()},
        "before": {name: before[name] for name in decision.space},
        "trials": len(found.trials),
        "refused": found.refused,
        "seconds": round(found.seconds),
        "defaults": found.defaults.estimate.rounded(),
        "best": {
            "parameters": dict(best.parameters),
            **best.estimate.rounded(),
            "minus_defaults": best.against(found.defaults).rounded(),
        }
        if best
        else None,
        "changed": found.better is not None,
    }


def _interval(estimate: Mapping[str, float]) -> str:
    return f"{estimate['value']:+.4f} ({estimate['low']:+.4f} to {estimate['high']:+.4f})"


def _number(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
