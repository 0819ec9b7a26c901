"""What an admin and a training read of visitors."""

from datetime import UTC, datetime, timedelta

import pytest

from recommender.errors import StorageError
from recommender.visitors import records
from recommender.visitors.changes import Context
from recommender.visitors.keep import MONOTONE
from tests.visitors.made import ADA, BOB, CLEO, kept, put, rated, reason, shown

ANIME = Context("anime", "r9", "blend")
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.fixture
def three(engine):
    put(engine, ADA, rated({1: 4.0, 2: 3.0}, at=at(NOON)))
    put(engine, ADA, [*shown([5], at(NOON), ANIME), *rated({5: 9.0}, at(NOON), ANIME)])
    put(engine, BOB, rated({1: 2.0}, at=at(NOON - timedelta(days=2))))
    put(engine, CLEO, rated(dict.fromkeys(range(MONOTONE), 5.0), at=at(NOON), brought=True))
    return engine


def test_a_training_reads_the_domain_without_those_who_are_set_apart(three):
    found = records.kept(three, "movies")
    rows = sorted(zip(found.visitors, found.item_ids, found.values, strict=True))
    assert rows == sorted([(ADA, 1, 4.0), (ADA, 2, 3.0), (BOB, 1, 2.0)])
    assert len(found.sha256) == 64
    assert len(records.kept(three, "books")) == 0


def test_the_overview_counts_them_apart(three):
    found = records.overview(three, "movies")
    assert (found.visitors, found.ratings) == (2, 3)
    assert (found.apart, found.apart_ratings) == (1, MONOTONE)
    assert found.newest == NOON
    assert records.overview(three, "books").newest is None


def test_ratings_are_counted_by_the_day_of_the_first(three):
    put(three, BOB, rated({1: 3.0}, at=at(NOON)))
    days = records.by_day(three, "movies", 3, NOON.date())
    assert list(days.values()) == [(1, 1), (0, 0), (2, 1)]
    assert list(days)[-1] == NOON.date()


def test_whoever_is_set_apart_is_listed_and_counts_when_let(three):
    (one,) = records.apart(three)
    assert (one.visitor, one.ratings) == (CLEO, MONOTONE)
    records.let_count(three, CLEO[:12])
    assert reason(three, CLEO) == ""
    assert records.apart(three) == []
    assert records.overview(three, "movies").visitors == 3


def test_all_that_is_kept_of_one_visitor_is_exported(three):
    found = records.export(three, ADA[:8])
    assert found["visitor"] == ADA
    ratings = {(row["domain"], row["item_id"]): row["rating"] for row in found["ratings"]}
    assert ratings == {("movies", 1): 4.0, ("movies", 2): 3.0, ("anime", 5): 9.0}
    (one,) = found["recommended"]
    assert (one["outcome"], one["rank"], one["rating"]) == ("rated", 1, 9.0)
    assert "visitor" not in one


def test_one_visitor_is_deleted_and_no_other(three):
    assert records.forget(three, f" {ADA[:12].upper()} ") == ADA
    assert kept(three, ADA) == kept(three, ADA, "anime") == {}
    assert kept(three, BOB) == {1: 2.0}


@pytest.mark.parametrize("number", ["", "1234567", "xyzxyzxyz", "%", "0" * 33, "00000000"])
def test_a_number_that_names_nobody_is_said_and_nobody_is_deleted(three, number):
    with pytest.raises(StorageError, match="number"):
        records.forget(three, number)
    assert kept(three, ADA)
