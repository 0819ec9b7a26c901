"""The README's tables of the bundled releases, from their `evaluation.json`."""

from __future__ import annotations

import recommender
from benchmarks.table import print_table
from recommender.releases import Registry
from recommender.settings import BUNDLED_MODELS


def main() -> None:
    for domain in Registry(BUNDLED_MODELS).domains():
        print(f"{domain}\n")
        print_table(*table(domain))
        print()


def table(domain: str) -> tuple[list[str], list[list[str]]]:
    """Header and one row a model: NDCG@10 overall and by k, RMSE by k and cross-validated."""
    evaluation = recommender.open_release(domain).evaluation
    sizes = sorted({cell["k"] for cell in next(iter(evaluation["few_ratings"].values()))["cells"]})
    header = ["model", "NDCG@10", "95 %", *(f"k = {k}" for k in sizes)]
    header += [*(f"RMSE, k = {k}" for k in sizes), "cross-validated RMSE"]
    rows = []
    by_quality = sorted(
        evaluation["few_ratings"].items(), key=lambda pair: -pair[1]["mean"]["ndcg@10"]["value"]
    )
    for name, report in by_quality:
        mean = report["mean"]["ndcg@10"]
        row = [f"`{name}`", f"{mean['value']:.3f}", f"{mean['low']:.3f}–{mean['high']:.3f}"]
        row += [_mean(report, k, lambda cell: cell["ndcg@10"]["value"]) for k in sizes]
        row += [_mean(report, k, lambda cell: cell["rmse"]) for k in sizes]
        known = evaluation["cross_validation"].get(name)
        rows.append([*row, f"{known['rmse']['value']:.3f}" if known else ""])
    return header, rows


def _mean(report, k, figure) -> str:
    """The mean over both ways of showing, blank if the model has no such figure."""
    figures = [figure(cell) for cell in report["cells"] if cell["k"] == k]
    return "" if None in figures else f"{sum(figures) / len(figures):.3f}"
