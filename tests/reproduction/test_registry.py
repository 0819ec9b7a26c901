"""The reference systems are found by their files, and each says what it is."""

import subprocess
import sys

import pytest

from recommender import reproduction
from recommender.data.fetching.published import published
from recommender.data.readers import all_readers
from recommender.errors import ParameterError


def test_the_five_are_there():
    assert reproduction.names() == ["r1", "r2", "r3", "r4", "r5"]


@pytest.mark.parametrize("name", reproduction.names())
def test_a_system_names_its_domain_and_data_that_can_be_fetched(name):
    system = reproduction.system(name)
    assert system.title
    assert system.domain in {reader.domain for reader in all_readers()}
    assert set(system.data) & set(published(system.domain))


def test_an_unknown_system_is_refused_with_those_there_are():
    with pytest.raises(ParameterError, match="no reference system 'r9'; there are r1, r2, r3"):
        reproduction.system("r9")


def test_naming_them_loads_no_training_library():
    code = (
        "import sys\n"
        "from recommender import reproduction\n"
        "[reproduction.system(name) for name in reproduction.names()]\n"
        "print([name for name in ('surprise', 'sklearn', 'numba') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
