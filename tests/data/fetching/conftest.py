"""Servers for the tests of fetching."""

from collections.abc import Iterator

import pytest

from tests.data.fetching.servers import Site, hanging, site


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def silent_address() -> Iterator[str]:
    """The address of a server that never answers."""
    with hanging() as address:
        yield address
