"""What is missing is told in a sentence, before anything is started."""

import builtins
import socket

import pytest

from recommender.errors import EngineError
from recommender.spark.session import session


def opened(master="local[1]"):
    with session(master, {}):
        raise AssertionError("it opened")


def test_without_pyspark_one_is_told_how_to_get_it(monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **named):
        if name.split(".")[0] in ("pyspark", "py4j"):
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EngineError, match=r"pip install -r requirements-spark\.txt"):
        opened()


def test_without_java_one_is_told_so(monkeypatch, tmp_path):
    pytest.importorskip("pyspark", reason="pyspark is not installed (requirements-spark.txt)")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=r"needs Java 17 .* none in JAVA_HOME, .* JAVA_HOME"):
        opened()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="needs Java 17 or newer, and there is none: install"):
        opened()


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "127.0.0.1:{port},127.0.0.1:x", ":", ""])
def test_a_master_that_does_not_answer_is_named(address):
    pytest.importorskip("pyspark", reason="pyspark is not installed (requirements-spark.txt)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master = f"spark://{address.format(port=port)}"
    with pytest.raises(EngineError, match=f"No Spark master answers at {master};"):
        opened(master)
