"""The check of ratings that somebody brings: `python -m recommender.training.upload_check`.

`recommender.training.uploads.add` runs it. It trusts neither names nor sizes nor contents: an
archive is looked through before anything of it is unpacked, and only the readers decide what good
ratings are. Where they refuse, the lines are gone through one by one.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import IO, Any

from recommender.data import load
from recommender.data.files import Source, open_source
from recommender.data.line_report import BadLine, bad_ratings, bad_titles
from recommender.data.readers import FolderReader, all_readers
from recommender.data.tables import read_header, read_rows, whole_number
from recommender.errors import DataError, RatingError, ReleaseError
from recommender.releases import Registry
from recommender.settings import Settings
from recommender.training import processes
from recommender.training.folder import write_json
from recommender.training.uploads import FACTS, NAME, UNFINISHED, Report

LARGEST = 2 << 30
"""Bytes that an upload may have when it is unpacked."""
_MOST_MEMBERS, _HIGHEST_RATIO, _SMALL = 500, 200, 16 << 20
_BLOCK = 1 << 20
_LINK = 0o120000


def receive(request: Mapping[str, Any]) -> Report:
    """Checks what somebody brings, and keeps it if it is good.

    Args:
        request: see `uploads.add`.

    Returns:
        The report.
    """
    files = {name: Path(path) for name, path in request["files"].items()}
    domain, state = request["domain"], Path(request["state"])
    if len(files) == 1 and (folder := next(iter(files.values()))).is_dir():
        return _checked(domain, folder, str(folder))
    home = state / "uploads"
    unfinished = home / f".{token_hex(6)}{UNFINISHED}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home)
        unfinished.mkdir()
    except OSError as error:
        return Report.of_error(DataError(f"{home} cannot be written to ({error.strerror})."))
    try:
        _unpack(domain, files, unfinished)
        _complete(domain, unfinished, Path(request["models"]))
        name = _name(files, unfinished)
        report = _checked(domain, unfinished, name)
        if report.accepted and not (home / name).exists():
            _keep(unfinished, home / name, request, report)
    except DataError as error:
        report = Report.of_error(error)
    except OSError as error:
        said = f"The disk refused ({error.strerror or error}); nothing was kept. Make room."
        report = Report.of_error(DataError(said))
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return report


def _sweep(home: Path) -> None:
    """Removes what a check that died has left: nothing takes as long as an hour."""
    for path in home.glob(f".*{UNFINISHED}"):
        if time.time() - path.stat().st_mtime > 3600:
            shutil.rmtree(path, ignore_errors=True)


def _unpack(domain: str, files: Mapping[str, Path], folder: Path) -> None:
    """Copies what was brought into a folder, under the names that readers know."""
    left = LARGEST
    for given, path in files.items():
        name = Path(given.replace("\\", "/")).name
        if not NAME.fullmatch(name):
            raise DataError(f"{given[:100]!r} is no name for a file; rename it.")
        if zipfile.is_zipfile(path):
            left = _unzip(path, name, folder, left)
        else:
            with path.open("rb") as file:
                target = _known_name(domain, name, file)
                left = _copy(file, folder / target, left)
    if not any(folder.iterdir()):
        raise DataError("Nothing was brought; choose a file.")


def _unzip(path: Path, name: str, folder: Path, left: int) -> int:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MOST_MEMBERS:
                raise DataError(f"{name} holds {len(members):,} files; it is no data set.")
            for member in members:
                _refuse_hostile(name, member)
            if sum(member.file_size for member in members) > left:
                raise DataError(f"{name} is larger than {LARGEST >> 20:,} MiB when unpacked.")
            for member in members:
                bare = member.filename.split("/")[-1]
                if not NAME.fullmatch(bare) or member.filename.startswith(("__MACOSX/", ".")):
                    continue
                if (folder / bare).exists():
                    raise DataError(f"{name} holds {bare} twice; keep one of them.")
                with archive.open(member) as file:
                    left = _copy(file, folder / bare, left)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise DataError(f"{name} is damaged or encrypted ({error}); make it again.") from error
    return left


def _refuse_hostile(name: str, member: zipfile.ZipInfo) -> None:
    parts = member.filename.replace("\\", "/").split("/")
    if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise DataError(f"{name} holds {member.filename[:80]!r}, which leads out of it; refused.")
    if (member.external_attr >> 16) & 0o170000 == _LINK:
        raise DataError(f"{name} holds the link {member.filename[:80]!r}; refused.")
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > _SMALL and ratio > _HIGHEST_RATIO:
        raise DataError(
            f"{name} holds {member.filename[:80]!r}, which grows {ratio:,.0f} times when unpacked; "
            "refused."
        )


def _copy(file: IO[bytes], target: Path, left: int) -> int:
    with target.open("xb") as copy:
        while block := file.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise DataError(f"It is larger than {LARGEST >> 20:,} MiB; bring less at a time.")
            copy.write(block)
    return left


def _known_name(domain: str, name: str, file: IO[bytes]) -> str:
    """The name that a reader wants for a file: its own, or by its header line if it has another."""
    readers = list(_readers(domain))
    if any(name in (*reader.files, *reader.one_of) for reader in readers):
        return name
    head = file.read(1 << 12).splitlines()
    file.seek(0)
    header = head[0].decode("utf-8-sig", "replace").split(",") if head else []
    columns = {column.strip() for column in header}
    for reader in readers:
        for ratings in reader.ratings if reader.write_titles else ():
            if set(ratings.columns) <= columns:
                return ratings.name
    wanted = "; ".join(f"{reader.name}: {', '.join(reader.wants)}" for reader in readers)
    raise DataError(f"{name} is none of the files that are known. {wanted}.")


def _complete(domain: str, folder: Path, models: Path) -> None:
    """Adds the champion's titles to ratings that came without any."""
    source = open_source(folder)
    for reader in _readers(domain):
        alone = any(ratings.name in source for ratings in reader.ratings)
        if alone and reader.write_titles and reader.titles and reader.titles[0] not in source:
            try:
                champion = Registry(models).open(domain)
            except ReleaseError as error:
                raise DataError(
                    f"{reader.titles[0]} is missing, and there is no champion to take the titles "
                    f"from ({error})."
                ) from error
            reader.write_titles(champion.catalogue, folder / reader.titles[0])
            return


def _checked(domain: str, folder: Path, name: str) -> Report:
    """Reads a folder; if that fails, says of every line what is wrong with it."""
    readers = list(_readers(domain))
    source = open_source(folder)
    bad: list[BadLine] = []
    total, refused = 0, ""
    for reader in readers:
        if reader.titles and reader.recognises(source):
            found, n = bad_titles(source, *reader.titles)
            bad, total = bad + found, total + n
    if not bad:
        try:
            data = load(domain, folder)
        except (DataError, RatingError) as error:
            refused = str(error).replace(str(folder), "The upload")
        else:
            n_users = len(set(data.ratings.users.tolist()))
            said = f"{len(data.ratings):,} ratings by {n_users:,} people are good."
            counts = len(data.ratings), n_users, data.ratings.n_items
            return Report(name, said, *counts, dropped=dict(data.dropped))
        for reader in readers:
            for ratings in reader.ratings:
                if ratings.name in source and reader.recognises(source):
                    ids = _ids(source, reader)
                    try:
                        found, n = bad_ratings(source, ratings, ids)
                    except DataError:
                        continue
                    bad, total = bad + found, total + n
    if not bad:
        return Report.of_error(DataError(refused))
    lines = "1 line" if total == 1 else f"{total:,} lines"
    said = f"{lines} cannot be used; nothing was kept. {refused}".strip()
    return Report(None, said, bad=tuple(asdict(line) for line in bad), total=total)


def _readers(domain: str) -> Iterator[FolderReader]:
    for reader in all_readers():
        if isinstance(reader, FolderReader) and reader.domain == domain:
            yield reader


def _ids(source: Source, reader: FolderReader) -> set[int]:
    """The ids of the titles, as the first column of the catalogue file has them."""
    if reader.titles is None:
        return set()
    name, layout = reader.titles
    header = read_header(source, name, layout)
    rows = read_rows(source, name, header[:1], layout, "latin-1")
    numbers = (whole_number(row.fields[header[0]]) for row in rows)
    return {number for number in numbers if number is not None}


def _name(files: Mapping[str, Path], folder: Path) -> str:
    """A name after what was brought and what is in it."""
    digest = sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    words = "-".join(re.findall("[a-z0-9]+", Path(next(iter(files))).stem.lower())) or "ratings"
    return f"{words[:40]}-{digest.hexdigest()[:8]}"


def _keep(unfinished: Path, target: Path, request: Mapping[str, Any], report: Report) -> None:
    paths = [path for path in sorted(unfinished.iterdir()) if path.is_file()]
    facts = {
        "domain": request["domain"],
        "ratings": report.ratings,
        "users": report.users,
        "titles": report.titles,
        "size": sum(path.stat().st_size for path in paths),
        "by": str(request["by"])[:200],
        "note": str(request["note"])[:2000],
        "added": datetime.now(UTC).isoformat(),
        "files": {path.name: sha256(path.read_bytes()).hexdigest() for path in paths},
    }
    write_json(unfinished / FACTS, facts, lasting=True)
    unfinished.rename(target)


def main() -> int:
    """Reads what `add` asks from standard input, and prints the report."""
    processes.step_back()
    processes.bound(Settings.from_environment().training_memory + 1024)
    print(json.dumps(asdict(receive(json.load(sys.stdin)))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
