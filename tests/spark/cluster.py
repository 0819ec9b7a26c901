"""A standalone Spark cluster of separate processes on this machine, for tests."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.training.trainings import until


@dataclass
class Cluster:
    """A master and its workers.

    Attributes:
        master: its address.
        workers: their processes.
    """

    master: str
    workers: list[subprocess.Popen]

    def executors(self, worker: int) -> list[psutil.Process]:
        """The processes in which a worker computes for somebody."""
        return psutil.Process(self.workers[worker].pid).children(recursive=True)

    def kill(self, worker: int) -> None:
        """Ends a worker and what computes there as a power cut would."""
        gone = [psutil.Process(self.workers[worker].pid), *self.executors(worker)]
        for process in gone:
            process.kill()
        psutil.wait_procs(gone, timeout=10)
        self.workers[worker].wait(10)


@contextmanager
def started(folder: Path, workers: int = 2):
    """Starts a cluster, each worker with a core and a gibibyte, and stops it."""
    with ExitStack() as stack:
        log, process = _start(stack, folder, "master", ["--port", "0", "--webui-port", "0"])
        found = until(lambda: _said(process, log, r"Starting Spark master at (spark://\S+)"))
        each = ["--cores", "1", "--memory", "1g", "--webui-port", "0", found[1]]
        begun = [_start(stack, folder, f"worker{n}", each) for n in range(workers)]
        for log, process in begun:
            until(lambda log=log, process=process: _said(process, log, "Successfully registered"))
        yield Cluster(found[1], [process for _, process in begun])


def _said(process: subprocess.Popen, log: Path, pattern: str) -> re.Match | None:
    assert process.poll() is None, log.read_text()
    return re.search(pattern, log.read_text())


def _start(stack: ExitStack, folder: Path, name: str, options: list[str]):
    import pyspark

    home = Path(pyspark.__file__).parent
    kind = name.rstrip("0123456789")
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}.{kind.title()}"]
    log = folder / f"{name}.log"
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_WORKER_DIR": str(folder / name),
        "PYSPARK_PYTHON": sys.executable,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", *options],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return log, process
