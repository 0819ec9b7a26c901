"""A file that a stranger has sent, opened with care: plain, gzipped or zipped; text, XML or JSON.

Whatever it holds, opening it costs bounded time and memory and raises nothing but `DataError`,
which names file, line and mend. What is packed is unpacked no further than the limits, no member of
a zip is written anywhere, XML may declare no entities (defusedxml), JSON may be neither deep nor
vast.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from recommender.data.tables import Layout, as_text, data_rows
from recommender.errors import DataError

MOST_MEGABYTES = 10
"""Most of a file as it is sent; the export of ten thousand titles stays below."""

MOST_UNPACKED = 40_000_000
"""Most bytes that what is read of a packed file may have unpacked."""

MOST_MEMBERS = 2_000
"""Most files in a zip."""

MOST_LINES = 50_000
"""Most entries of a list."""

MOST_VALUES = 1_000_000
"""Most values in JSON; each costs about a hundred bytes of memory."""

LONGEST = 300
"""Longest title, in characters; none of the catalogues comes near."""

_BLOCK = 1 << 16
_BIGGEST_INDEX = 1_000_000
_END_OF_ZIP = b"PK\x05\x06"
# The first row is read as any other here, then taken as the header.
_COMMAS = Layout(separator=",", header=())
_PLAIN_PATH = re.compile(r"(?!\.|__MACOSX/)[\w .()/-]{1,200}")
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Upload:
    """A file with what is in it.

    Attributes:
        name: what the visitor's computer calls it, shortened; only ever shown.
        paths: names of the files in a zip, as "ratings.csv" or "lists/watchlist.json"; of any other
            file its own name, without ".gz".
    """

    def __init__(self, name: str, data: bytes) -> None:
        """Opens a file.

        Args:
            name: what the visitor's computer calls it.
            data: its bytes.

        Raises:
            DataError: it is empty, too large, damaged, or packed in a way unknown here.
        """
        self.name = " ".join(re.sub(r"[^\w.()\[\] -]", " ", name[-60:]).split()) or "the file"
        self._left = MOST_UNPACKED
        if not data:
            raise DataError(f"{self.name} is empty; export your list again.")
        if len(data) > MOST_MEGABYTES * 1_000_000:
            raise DataError(
                f"{self.name} has {len(data) / 1e6:.0f} MB; a list may have {MOST_MEGABYTES} MB. "
                "Is it the export of your ratings?"
            )
        self._archive: zipfile.ZipFile | None = None
        # Some browsers unpack what they download and leave it its name.
        path = re.sub(r"\.gz$", "", self.name, flags=re.IGNORECASE)
        self.paths: tuple[str, ...] = (path,)
        self._unpacked = {path: self._gunzip(data) if data.startswith(b"\x1f\x8b") else data}
        if data.startswith((b"PK\x03\x04", _END_OF_ZIP)):
            self._archive = _open_zip(self.name, data)
            members = (info.filename for info in self._archive.infolist() if not info.is_dir())
            self.paths = tuple(path for path in members if _PLAIN_PATH.fullmatch(path))
            self._unpacked = {}

    @property
    def is_zip(self) -> bool:
        """Whether it holds several files."""
        return self._archive is not None

    @property
    def top(self) -> dict[str, str]:
        """Bare name -> path of the files in the outermost folder that holds any."""
        depth = min((path.count("/") for path in self.paths), default=0)
        outermost = (path for path in self.paths if path.count("/") == depth)
        return {path.rsplit("/", 1)[-1]: path for path in outermost}

    def read(self, path: str) -> bytes:
        """Returns the bytes of one of `paths`, unpacked.

        Raises:
            DataError: it is damaged, locked with a password, or unpacks beyond the limit.
        """
        if path not in self._unpacked and self._archive is not None:
            self._unpacked[path] = self._unzip(self._archive, path)
        return self._unpacked[path]

    def _unzip(self, archive: zipfile.ZipFile, path: str) -> bytes:
        try:
            if archive.getinfo(path).compress_type not in _COMPRESSIONS:
                raise NotImplementedError("another compression")
            with archive.open(path) as member:
                return self._take(iter(lambda: member.read(_BLOCK), b""), path)
        except (RuntimeError, NotImplementedError) as error:
            # How zipfile says that a member is encrypted, or compressed in a way unknown to it.
            raise DataError(f"{path} in {self.name} cannot be opened; {_AS_IT_CAME}.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
            raise DataError(f"{path} in {self.name} is damaged; {_AS_IT_CAME}.") from error

    def text(self, path: str) -> str:
        """Returns a file's text.

        Raises:
            DataError: as `read`, or the text is not UTF-8 (or, where all of it can be, Latin-1).
        """
        return as_text(self.read(path), path, "latin-1")

    def begins(self, path: str) -> str:
        """Returns the first sign of a file, as "<" of XML and "[" or "{" of JSON; "" for none.

        Raises:
            DataError: as `read`.
        """
        head = self.read(path)[:1_000].removeprefix(b"\xef\xbb\xbf").lstrip()
        return head[:1].decode("latin-1")

    def header(self, path: str) -> tuple[str, ...]:
        """Returns the first line of a CSV, by field; nothing sensible of any other file.

        Raises:
            DataError: as `read`, or the text is UTF-16.
        """
        first = self.read(path).split(b"\n", 1)[0][:_BLOCK]
        if first.startswith((b"\xff\xfe", b"\xfe\xff")):
            as_text(first, path)
        text = first.decode("utf-8-sig", errors="replace").replace("\x00", "")
        try:
            _, fields = next(data_rows([text], path, _COMMAS), (1, []))
        except DataError:
            return ()
        return tuple(field.strip() for field in fields)

    def rows(
        self, path: str, columns: Collection[str]
    ) -> Iterator[tuple[str, Mapping[str, str] | None]]:
        """Yields place and fields of every row of a CSV, by column, without surrounding space.

        The fields of a row with too few or too many are None: it is for the caller to account for.

        Args:
            path: one of `paths`.
            columns: those there must be.

        Raises:
            DataError: a column is missing or stands there twice, or a quote is never closed.
        """
        header = self.header(path)
        missing = [column for column in columns if header.count(column) != 1]
        if missing:
            raise DataError(
                f"{path}:1: the header line needs the column {missing[0]} once; {_AS_IT_CAME}."
            )
        lines = data_rows(io.StringIO(self.text(path), newline=""), path, _COMMAS)
        next(lines)
        for line, fields in lines:
            whole = len(fields) == len(header)
            stripped = (field.strip() for field in fields)
            yield f"{path}:{line}", dict(zip(header, stripped, strict=True)) if whole else None

    def json(self, path: str) -> Any:
        """Returns what a JSON file holds: dicts, lists, text, finite numbers, booleans and None.

        Raises:
            DataError: it is no JSON, too deep, or too vast.
        """
        text = self.text(path)
        if sum(map(text.count, ",[{")) > MOST_VALUES:
            raise DataError(f"{path} holds more than {MOST_VALUES:,} values; {_AS_IT_CAME}.")
        try:
            return json.loads(text, parse_constant=_no_number, parse_int=_whole)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}:{error.lineno}: this is no JSON ({error.msg}).") from error
        except RecursionError as error:
            raise DataError(f"{path} is nested too deeply; {_AS_IT_CAME}.") from error
        except ValueError as error:
            raise DataError(f"{path}: {error}; {_AS_IT_CAME}.") from error

    def parse_xml(self, path: str, handler: ContentHandler) -> None:
        """Tells a handler what an XML file holds.

        Raises:
            DataError: it is no sound XML, or declares a document type or entities.
        """
        from defusedxml.common import DefusedXmlException
        from defusedxml.sax import parseString

        try:
            parseString(self.read(path), handler, forbid_dtd=True)
        except SAXParseException as error:
            raise DataError(
                f"{path}:{error.getLineNumber()}: this is no sound XML ({error.getMessage()}); "
                f"{_AS_IT_CAME}."
            ) from error
        except DefusedXmlException as error:
            raise DataError(
                f"{path} declares a document type or entities, which no export of a list does; "
                "it is not read."
            ) from error
        except (SAXException, LookupError, ValueError) as error:
            raise DataError(f"{path} cannot be read as XML; {_AS_IT_CAME}.") from error

    def _gunzip(self, data: bytes) -> bytes:
        try:
            return self._take(_unzipped(data), self.name)
        except zlib.error as error:
            raise DataError(f"{self.name} is damaged; {_AS_IT_CAME}.") from error

    def _take(self, blocks: Iterator[bytes], path: str) -> bytes:
        """Joins blocks, as long as they stay within the limit."""
        taken = []
        for block in blocks:
            self._left -= len(block)
            if self._left < 0:
                raise DataError(
                    f"{path} unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB; no list does. "
                    "It is not read."
                )
            taken.append(block)
        return b"".join(taken)


_AS_IT_CAME = "export your list again and bring the file as it comes"


def limit_entries(place: str, before: int) -> None:
    """Raises `DataError` for an entry that too many stand before."""
    if before >= MOST_LINES:
        raise DataError(
            f"{place}: the list goes on after {MOST_LINES:,} entries; bring a shorter one."
        )


def _unzipped(data: bytes) -> Iterator[bytes]:
    """Unpacks gzip block by block; zlib.error if it is damaged or cut off."""
    while data:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not unpacker.eof:
            block = unpacker.decompress(data, _BLOCK)
            data = unpacker.unconsumed_tail
            if not block and not data and not unpacker.eof:
                raise zlib.error("the end is missing")
            yield block
        # Several members may follow each other; zeros fill a block up.
        data = unpacker.unused_data.lstrip(b"\x00")


def _open_zip(name: str, data: bytes) -> zipfile.ZipFile:
    # The index is at the end, and its size stands there: a vast one is not even parsed.
    end = data.rfind(_END_OF_ZIP)
    if end < 0 or int.from_bytes(data[end + 12 : end + 16], "little") > _BIGGEST_INDEX:
        raise DataError(f"{name} is no sound zip; {_AS_IT_CAME}.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise DataError(f"{name} is a damaged zip; {_AS_IT_CAME}.") from error
    if len(archive.infolist()) > MOST_MEMBERS:
        raise DataError(f"{name} holds more than {MOST_MEMBERS:,} files; {_AS_IT_CAME}.")
    return archive


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _whole(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)
