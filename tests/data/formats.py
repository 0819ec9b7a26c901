"""Writes the same small data set in every published format, for tests to read and to spoil."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Movie = tuple[int, str, list[str]]
Rating = tuple[object, object, object, object]

MOVIES: list[Movie] = [
    (7, "City of Lost Children, The (Cité des enfants perdus, La) (1995)", ["Drama", "Sci-Fi"]),
    (1, "Toy Story (1995)", ["Animation", "Comedy"]),
    (3, "Seven (a.k.a. Se7en) (1995)", ["Crime"]),
    (20, "Unrated, An (2001)", []),
]
RATINGS: list[Rating] = [
    (2, 7, 4, 1000),
    (2, 1, 3, 1001),
    (1, 3, 5, 1002),
    (1, 1, 1, 1003),
    (5, 3, 2, 1004),
]
GENRES = ["unknown", "Animation", "Comedy", "Crime", "Drama", "Sci-Fi"]


@dataclass(frozen=True)
class Format:
    """A format: its files and how to write them."""

    name: str
    ratings_file: str
    movies_file: str
    first_line: int
    separator: str
    write: Callable[..., Path]

    def spoil_ratings(self, folder: Path, *lines: str) -> None:
        """Append lines, written with spaces between fields, to the ratings of a written set."""
        with (folder / self.ratings_file).open("a", encoding="utf-8") as file:
            for line in lines:
                file.write(line.replace(" ", self.separator) + "\n")


def _lines(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)


def _joined(ratings: Sequence[Rating], separator: str) -> list[str]:
    return [separator.join(map(str, rating)) for rating in ratings]


def write_csv(
    folder: Path, movies: Sequence[Movie] = MOVIES, ratings: Sequence[Rating] = RATINGS
) -> Path:
    rows = [
        f'{item},"{title}",{"|".join(genres) or "(no genres listed)"}'
        for item, title, genres in movies
    ]
    _lines(folder / "movies.csv", ["movieId,title,genres", *rows])
    _lines(folder / "ratings.csv", ["userId,movieId,rating,timestamp", *_joined(ratings, ",")])
    return folder


def write_10m(
    folder: Path, movies: Sequence[Movie] = MOVIES, ratings: Sequence[Rating] = RATINGS
) -> Path:
    _dat(folder, movies, ratings, "utf-8")
    return folder


def write_1m(
    folder: Path, movies: Sequence[Movie] = MOVIES, ratings: Sequence[Rating] = RATINGS
) -> Path:
    _dat(folder, movies, ratings, "latin-1")
    _lines(folder / "users.dat", ["1::F::1::10::48067"])
    return folder


def _dat(folder: Path, movies: Sequence[Movie], ratings: Sequence[Rating], encoding: str) -> None:
    rows = [f"{item}::{title}::{'|'.join(genres)}" for item, title, genres in movies]
    _lines(folder / "movies.dat", rows, encoding)
    _lines(folder / "ratings.dat", _joined(ratings, "::"))


def write_100k(
    folder: Path, movies: Sequence[Movie] = MOVIES, ratings: Sequence[Rating] = RATINGS
) -> Path:
    rows = [
        "|".join([str(item), title, "01-Jan-1995", "", "http://us.imdb.com/", *_flags(genres)])
        for item, title, genres in movies
    ]
    _lines(folder / "u.item", rows, "latin-1")
    _lines(folder / "u.data", _joined(ratings, "\t"))
    # The published file ends with an empty line.
    _lines(folder / "u.genre", [*(f"{genre}|{i}" for i, genre in enumerate(GENRES)), ""])
    return folder


def _flags(genres: Sequence[str]) -> list[str]:
    return [str(int(genre in genres)) for genre in GENRES]


CSV = Format("csv", "ratings.csv", "movies.csv", 2, ",", write_csv)
ML_10M = Format("ml-10m", "ratings.dat", "movies.dat", 1, "::", write_10m)
ML_1M = Format("ml-1m", "ratings.dat", "movies.dat", 1, "::", write_1m)
ML_100K = Format("ml-100k", "u.data", "u.item", 1, "\t", write_100k)
FORMATS = [CSV, ML_10M, ML_1M, ML_100K]
