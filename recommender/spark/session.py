"""A session with a Spark cluster: in clear words if something is missing, closed in any case."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import recommender
from recommender.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PATIENCE = 10.0
"""Seconds that a master may take to answer."""


@contextmanager
def session(master: str, options: Mapping[str, str]) -> Iterator[SparkSession]:
    """Opens a session whose workers know this package.

    Args:
        master: as Spark has it: "local[2]", "spark://host:7077", "yarn", "k8s://…".
        options: Spark's own settings by name, beside those of its configuration files.

    Yields:
        The session; it is stopped at the end.

    Raises:
        EngineError: pyspark, Java or the master is missing, or Spark gives up.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(
            "The engine spark needs pyspark: pip install -r requirements-spark.txt"
        ) from error
    _require_java()
    _require_master(master)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("Tastemap")
    for name, value in ({"spark.ui.showConsoleProgress": "false"} | dict(options)).items():
        builder = builder.config(name, value)
    try:
        with tempfile.TemporaryDirectory() as folder:
            with without_pandas():
                spark = builder.getOrCreate()
            try:
                spark.sparkContext.addPyFile(str(_zipped(Path(folder))))
                yield spark
            finally:
                spark.stop()
    except (Py4JError, PySparkException) as error:
        raise EngineError(f"Spark gave up: {_reason(error)}") from error


@contextmanager
def without_pandas() -> Iterator[None]:
    """Silences what pyspark says of pandas 3, which nothing here goes through."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        yield


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=str(Path(home, "bin")) if home else None) is None:
        raise EngineError(
            "The engine spark needs Java 17 or newer, and there is none"
            f"{f' in JAVA_HOME, {home}' if home else ''}: install a Java runtime or set JAVA_HOME "
            "to the folder of one."
        )


def _require_master(master: str) -> None:
    """Asks a standalone master, which Spark itself would wait minutes for."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
            return
        except (OSError, ValueError, OverflowError):
            continue
    raise EngineError(
        f"No Spark master answers at {master}; start one, or name the one that its page shows."
    )


def _zipped(folder: Path) -> Path:
    """This package as workers import it."""
    home = Path(recommender.__file__).parent
    target = folder / "recommender.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(home.rglob("*.py")):
            archive.write(path, path.relative_to(home.parent))
    return target


def _reason(error: Exception) -> str:
    """The first line that says something."""
    java = getattr(error, "java_exception", None)
    text = str(java.toString() if java is not None else error)
    line = next((line for line in text.splitlines() if line.strip()), type(error).__name__)
    return re.sub(r"^(?:[\w.$]+(?:Exception|Error): )+", "", line.strip())[:300]
