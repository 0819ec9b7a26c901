"""A copy of what visitors let be kept, in a data set on the Hub: it survives a disk that does not.

Every saved event becomes a line of a file of this process, which huggingface_hub's
`CommitScheduler` uploads every few minutes; files only grow. A server that starts reads all of them
back into its database, which changes nothing there that is newer. Whoever is forgotten goes from
all files, and the history of the data set is squashed, so that it holds no older ones.

A thread of its own asks the Hub: neither visitors nor the writer wait for it, whatever it does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING

from recommender.errors import DataError, TastemapError
from recommender.visitors.changes import Event, Forget
from recommender.visitors.lines import from_line, to_line

if TYPE_CHECKING:
    from huggingface_hub import CommitScheduler

    from recommender.visitors.keep import Batch

FOLDER = "data"
MINUTES = 5.0
"""Between two uploads: what a lost disk may cost at most."""
RETRY = 60.0
"""Seconds until the Hub is asked again after it has failed."""
_CHUNK = 2_000


@dataclass(eq=False)
class HubCopy:
    """The copy of one server.

    Attributes:
        repository: "owner/name" of the data set; made private if it is not there.
        folder: of this process's file.
        keep: saves a batch in the database.
        minutes: between two uploads.
        fault: why the Hub did not do what it was last asked for, or None.
        unread: lines of the copy that were no events.
    """

    repository: str
    folder: Path
    keep: Callable[[Batch], object]
    minutes: float = MINUTES
    fault: str | None = None
    unread: int = 0
    _scheduler: CommitScheduler | None = None
    _restored: bool = False
    _forgotten: set[str] = field(default_factory=set)
    _name: str = field(default_factory=lambda: f"{token_hex(8)}.jsonl")
    _thread: Thread | None = None
    _file: Lock = field(default_factory=Lock)
    _changed: Condition = field(default_factory=Condition)

    def start(self) -> None:
        """Begins to read the copy back and to upload, in the background; once is enough."""
        with self._changed:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="visitors-copy", daemon=True)
                self._thread.start()

    def append(self, batch: Batch) -> None:
        """Takes what has just been saved; on this disk when it returns.

        Raises:
            OSError: the disk refuses.
        """
        lines = [to_line(visitor, event) for visitor, events in batch for event in events]
        with self._file:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
        gone = {visitor for visitor, events in batch if Forget() in events}
        if gone:
            with self._changed:
                self._forgotten |= gone
                self._changed.notify_all()
        self.start()

    def step(self) -> None:
        """Does what there is to do on the Hub: reads back once, uploads from then on, forgets.

        Raises:
            Exception: whatever the Hub or the database raises; the next call goes on from there.
        """
        from huggingface_hub import CommitScheduler

        if self._scheduler is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._scheduler = CommitScheduler(
                repo_id=self.repository,
                repo_type="dataset",
                folder_path=self.folder,
                path_in_repo=FOLDER,
                every=self.minutes,
                private=True,
            )
        if not self._restored:
            self._restore()
            self._restored = True
        if gone := frozenset(self._forgotten):
            self._purge(gone)
            with self._changed:
                self._forgotten -= gone
        last = self._scheduler.last_future
        if last.done() and (error := last.exception()) is not None:
            raise error

    def stop(self) -> None:
        """Uploads what is left, and no more from then on."""
        if self._scheduler is not None:
            self._scheduler.trigger().result()
            self._scheduler.stop()

    @property
    def _path(self) -> Path:
        return self.folder / self._name

    def _run(self) -> None:
        while True:
            try:
                self.step()
                self.fault = None
            except TastemapError as error:
                self.fault = str(error)
            except Exception as error:
                # Of the Hub's errors only the kind is told: their texts may hold a token.
                self.fault = f"{self.repository} cannot be used ({type(error).__name__})."
            with self._changed:
                self._changed.wait_for(lambda: bool(self._forgotten) and self.fault is None, RETRY)

    def _restore(self) -> None:
        """Reads the files of all processes into the database, this one's too, in their order."""
        found = []
        for text in (*self._on_hub().values(), self._here()):
            for line in text.splitlines():
                try:
                    found.append(from_line(line))
                except DataError:
                    self.unread += 1
        # The forgotten first: nothing of them is then brought back, not for a moment.
        found.sort(key=lambda one: (not isinstance(one[2], Forget), one[0]))
        rows: list[tuple[str, Sequence[Event]]] = [(who, [event]) for _, who, event in found]
        for start in range(0, len(rows), _CHUNK):
            self.keep(rows[start : start + _CHUNK])

    def _purge(self, gone: frozenset[str]) -> None:
        """Takes the lines of the forgotten out of all files, here and on the Hub."""
        from huggingface_hub import CommitOperationAdd, HfApi

        assert self._scheduler is not None
        with self._file, self._scheduler.lock:
            if self._path.exists():
                kept = _without(self._path.read_text("utf-8"), gone)
                unfinished = self._path.with_name(f".{self._name}.writing")
                unfinished.write_text(kept, "utf-8")
                unfinished.replace(self._path)
        head = HfApi().dataset_info(self.repository).sha
        texts = self._on_hub(head)
        cleaned = {name: _without(text, gone) for name, text in texts.items()}
        operations = [
            CommitOperationAdd(name, cleaned[name].encode())
            for name in texts
            if cleaned[name] != texts[name] and name != f"{FOLDER}/{self._name}"
        ]
        if operations:
            HfApi().create_commit(
                self.repository,
                operations,
                repo_type="dataset",
                commit_message="Forget",
                parent_commit=head,
            )
        self._scheduler.trigger().result()
        HfApi().super_squash_history(self.repository, repo_type="dataset")

    def _on_hub(self, revision: str | None = None) -> dict[str, str]:
        from huggingface_hub import HfApi

        api = HfApi()
        commit = revision or api.dataset_info(self.repository).sha
        names = api.list_repo_files(self.repository, repo_type="dataset", revision=commit)
        return {
            name: Path(
                api.hf_hub_download(self.repository, name, repo_type="dataset", revision=commit)
            ).read_text("utf-8", errors="replace")
            for name in names
            if name.startswith(f"{FOLDER}/") and name.endswith(".jsonl")
        }

    def _here(self) -> str:
        with self._file:
            return self._path.read_text("utf-8") if self._path.exists() else ""


def _without(text: str, gone: Iterable[str]) -> str:
    """The lines that are about none of these visitors, and those that say who is forgotten."""
    marks = [f'"visitor":"{visitor}"' for visitor in gone]
    return "".join(
        line
        for line in text.splitlines(keepends=True)
        if '"kind":"forget"' in line or not any(mark in line for mark in marks)
    )
