from pathlib import Path

import pytest

from recommender.releases import write
from tests.releases import helpers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good release on disk."""
    return write(helpers.draft(), tmp_path / "models")
