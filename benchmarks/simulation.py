"""A simulation of visitors who rate a title every five seconds, from one act's end to the next.

Each process of the app is one Python interpreter, which shares its time among all acts under way in
it (processor sharing) and loses some of it while there are several. When the app has answered, an
act goes on in other places, which are shared likewise and lose nothing: the database and the proxy,
and the process that plays the visitors. If more places are at work than there are cores, they share
the cores. The loss is the one number that is fitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, log

import numpy as np

PAUSE = 5.0
"""Seconds from one act of a visitor to the next."""
STAY = range(10, 31)
"""How many titles somebody rates before leaving."""
SECONDS = 240.0
"""How long a simulated crowd stays."""
LIMIT = 500.0
"""Milliseconds within which 95 % of updates should be there."""
LOSSES = np.arange(0, 0.51, 0.02)
_NEARLY = 5


@dataclass(frozen=True)
class Constants:
    """What acts cost, in seconds of a core.

    Attributes:
        updates: of the app, for each of many updates.
        arrival: of the app, for a first page.
        loss: share of an interpreter's time that goes while several acts are under way in it.
    """

    updates: Sequence[float]
    arrival: float
    loss: float = 0.0


@dataclass(frozen=True)
class Setting:
    """Where a crowd is.

    Attributes:
        visitors: who are there at once.
        replicas: processes of the app.
        cores: that all places share.
        beside: seconds of a core for each update, of every other place.
    """

    visitors: int
    replicas: int
    cores: int
    beside: tuple[float, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Of a crowd.

    Attributes:
        median: milliseconds within which half of its updates are there.
        most: milliseconds within which 95 % are.
        cores: that the app takes.
    """

    median: float
    most: float
    cores: float

    @classmethod
    def of(cls, updates: Sequence[float], cores: float) -> Figures:
        """Summarises updates, given in milliseconds."""
        median, most = np.percentile(updates, [50, 95])
        return cls(float(median), float(most), cores)


def simulate(constants: Constants, setting: Setting, seed: int = 0) -> Figures:
    """Plays a crowd.

    Args:
        constants: what an act costs.
        setting: where.
        seed: of when visitors come and what their acts cost.

    Returns:
        Its figures. An update counts from when it was due, as in `benchmarks.visitors`.
    """
    generator = np.random.default_rng(seed)
    n, replicas = setting.visitors, setting.replicas
    places = replicas + len(setting.beside)
    losing = np.arange(places) < replicas
    due = generator.uniform(0, PAUSE, n)
    more = generator.integers(0, max(STAY), n)
    # Where each visitor's act is, -1 for none, and the seconds of a core that it still takes there.
    place, left = np.full(n, -1), np.full(n, inf)
    arrives = np.zeros(n, np.bool_)
    now, busy = 0.0, 0.0
    updates: list[float] = []
    while now < SECONDS:
        acting = place >= 0
        acts = np.bincount(place[acting], minlength=places)
        core = min(1.0, setting.cores / max(np.count_nonzero(acts), 1))
        lost = np.where(losing & (acts > 1), constants.loss, 0.0)
        speed = core * (1 - lost) / np.maximum(acts, 1)
        rate = np.where(acting, speed[place], 1.0)
        to_come = np.where(acting, left / rate, due - now)
        first = int(to_come.argmin())
        step = max(float(to_come[first]), 0.0)
        left[acting] -= step * rate[acting]
        busy += step * core * np.count_nonzero(acts[:replicas])
        now += step
        if not acting[first]:
            place[first] = first % replicas
            left[first] = (
                constants.arrival if arrives[first] else generator.choice(constants.updates)
            )
            continue
        following = max(place[first] + 1, replicas)
        if following < places and not arrives[first]:
            place[first], left[first] = following, setting.beside[following - replicas]
            continue
        place[first], left[first] = -1, inf
        if not arrives[first]:
            updates.append(1000 * (now - due[first]))
            more[first] -= 1
        # Whoever has had enough goes, and somebody else comes at once.
        leaves = not arrives[first] and more[first] <= 0
        due[first] = now if leaves else max(due[first] + PAUSE, now)
        if leaves:
            more[first] = generator.choice(STAY)
        arrives[first] = leaves
    return Figures.of(updates, busy / now)


def fit(constants: Constants, crowds: Mapping[Setting, Figures]) -> Constants:
    """Finds the loss with which the simulation is nearest to what was measured.

    Args:
        constants: without a loss.
        crowds: what was measured where.

    Returns:
        The constants with the loss that has the least mean square of the logarithms of simulated
        over measured, of all three figures.
    """

    def distance(loss: float) -> float:
        tried = replace(constants, loss=loss)
        return sum(
            (log(getattr(made, name)) - log(getattr(figures, name))) ** 2
            for setting, figures in crowds.items()
            for made in [simulate(tried, setting)]
            for name in ("median", "most", "cores")
        )

    return replace(constants, loss=float(min(LOSSES, key=distance)))


def most_visitors(constants: Constants, cores: int) -> int:
    """How many visitors, to the nearest five, a process on each core carries within `LIMIT`."""
    low, high = 0, int(2 * PAUSE * cores / np.mean(constants.updates))
    while high - low > _NEARLY:
        middle = (low + high) // 2
        within = simulate(constants, Setting(middle, cores, cores)).most <= LIMIT
        low, high = (middle, high) if within else (low, middle)
    return _NEARLY * (low // _NEARLY)
