"""What the benchmarks share: a table, a clock, and a line about the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from time import perf_counter

import numpy as np


def machine() -> str:
    """One line on what the figures were measured on."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"numpy {np.__version__}; load average {load:.1f} at the start"
    )


def markdown(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a Markdown table."""
    print(markdown(header, rows))


def milliseconds(work: Callable[[], object], repeats: int, warm_up: int = 5) -> list[float]:
    """Times `work`, one figure a call."""
    for _ in range(warm_up):
        work()
    figures = []
    for _ in range(repeats):
        started = perf_counter()
        work()
        figures.append(1000 * (perf_counter() - started))
    return figures


def summary(figures: Sequence[float]) -> list[str]:
    """Median and 95th percentile as cells."""
    return [f"{median(figures):.1f}", f"{quantiles(figures, n=20)[-1]:.1f}"]
