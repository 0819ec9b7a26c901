"""Spark for tests of the engine; skipped where pyspark or Java is missing."""

import shutil
import sys

import pytest

from tests.spark import cluster

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.executor.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@pytest.fixture(scope="session")
def installed():
    """That there is a Spark, whose workers take this Python."""
    pytest.importorskip("pyspark", reason="pyspark is not installed (requirements-spark.txt)")
    if shutil.which("java") is None:
        pytest.skip("there is no Java")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        yield


@pytest.fixture(scope="module")
def running(installed, tmp_path_factory):
    """A master with two workers."""
    with cluster.started(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="module")
def spark(installed):
    """A session on this machine alone."""
    from recommender.spark.session import session

    with session("local[2]", SETTINGS) as found:
        yield found
