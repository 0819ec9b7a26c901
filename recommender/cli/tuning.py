"""What `python -m recommender tune` does: search for hyper-parameters, lay the best trials out."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recommender.cli.output import Answer, progress_bar, table
from recommender.data import known
from recommender.evaluation import written

if TYPE_CHECKING:
    from recommender.evaluation.study import Found, Trial
    from recommender.evaluation.tuning import Search

_SHOWN = 10
_FEW = 200


def tune(options: Namespace) -> Answer:
    """Searches for hyper-parameters that are better than those an algorithm has."""
    from recommender.data import load
    from recommender.evaluation.objective import OBJECTIVES
    from recommender.evaluation.search_space import at_edge, search_space
    from recommender.evaluation.tuning import Search, tune
    from recommender.training.recipes import recipe

    name, fixed = written.algorithm(options.algorithm)
    algorithm = recipe(options.domain, name, **fixed)
    search = Search(
        algorithm,
        search_space(algorithm, written.to_search(options.parameter), fixed),
        OBJECTIVES[options.objective],
        options.method,
        options.seed,
    )
    data = load(options.domain, known.source(options.data))
    label = f"{options.domain}-{name}-{options.objective}-{options.method}"
    folder = options.study or Path("studies", label)
    with progress_bar() as progress:
        found = tune(
            search,
            data.ratings,
            folder,
            trials=options.trials,
            patience=options.patience,
            workers=options.workers,
            progress=progress,
        )
    best = found.trials[0] if found.trials else None
    value = {
        "domain": options.domain,
        "data": data.provenance.name,
        "algorithm": name,
        "objective": options.objective,
        "method": options.method,
        "seed": options.seed,
        "study": str(folder),
        "sample_size": found.sample_size,
        "searched": {parameter: str(allowed) for parameter, allowed in search.space.items()},
        "defaults": _as_json(found.defaults, None),
        "trials": [_as_json(trial, found.defaults) for trial in found.trials],
        "stopped_early": found.stopped_early,
        "refused": found.refused,
        "best": _written(name, fixed, best) if best else None,
        "beyond_chance": found.better is not None,
        "at_the_edge": at_edge(algorithm, search.space, best.parameters) if best else [],
    }
    return Answer(value, _text(options, search, found, value))


def _text(options: Namespace, search: Search, found: Found, value: dict[str, Any]) -> str:
    objective = search.objective
    asked = (
        f"{found.sample_size:,} ratings of people outside the test folds"
        if objective.cross_validated
        else f"{found.sample_size:,} visitors who tune"
    )
    gone = [
        f"{count} {what}"
        for count, what in (
            (found.stopped_early, "stopped early"),
            (found.refused, "refused by the algorithm"),
        )
        if count
    ]
    heading = ["", objective.label, "95 %", "minus defaults", "95 %", *search.space]
    lines = [_line("defaults", found.defaults, None)]
    shown = enumerate(found.trials[:_SHOWN], 1)
    lines += [_line(f"{rank}.", trial, found.defaults) for rank, trial in shown]
    parts = [
        f"{len(found.trials)} trial{'' if len(found.trials) == 1 else 's'} of "
        f"{value['algorithm']} on {value['data']}{''.join(f', {what}' for what in gone)}; "
        f"{objective.label} of {asked}; kept in {value['study']}",
        table(heading, lines),
    ]
    few = not objective.cross_validated and found.sample_size < _FEW
    advice = f" {found.sample_size} visitors are few: try larger data (--data)." if few else ""
    if value["at_the_edge"]:
        parts.append(
            f"The best lies at the edge of what was searched in {', '.join(value['at_the_edge'])}: "
            "look further with --parameter NAME=LOW..HIGH."
        )
    if found.better is None:
        kept = "No trial is better than the defaults by more than chance: keep them."
        return "\n\n".join([*parts, kept + advice])
    parts.append(
        f"The best: --algorithm {value['best']}\n"
        f"The best of many is lucky, too: it will do a little worse on other people.{advice} "
        "The test folds judge:\n"
        f"python -m recommender evaluate --domain {options.domain}"
        f"{f' --data {options.data}' if options.data else ''}"
        f" --algorithm {options.algorithm} --algorithm {value['best']}"
    )
    return "\n\n".join(parts)


def _line(what: str, trial: Trial, defaults: Trial | None) -> list[str]:
    figures, against = trial.estimate, trial.against(defaults) if defaults else None
    return [
        what,
        f"{figures.value:.4f}",
        f"{figures.low:.3f}–{figures.high:.3f}",
        f"{against.value:+.4f}" if against else "",
        f"{against.low:+.4f} to {against.high:+.4f}" if against else "",
        *(_number(value) for value in trial.parameters.values()),
    ]


def _number(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _as_json(trial: Trial, defaults: Trial | None) -> dict[str, Any]:
    against = {"minus_defaults": trial.against(defaults).rounded()} if defaults else {}
    return {"parameters": dict(trial.parameters), **trial.estimate.rounded(), **against}


def _written(name: str, fixed: dict[str, float | str], trial: Trial) -> str:
    parameters = {**fixed, **trial.parameters}
    return f"{name}:{','.join(f'{key}={_number(value)}' for key, value in parameters.items())}"
