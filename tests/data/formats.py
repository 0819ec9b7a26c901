"""Writes the same small data sets in every published format, for tests to read and to spoil."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Movie = tuple[int, str, list[str]]
Rating = tuple[object, object, object, object]
Anime = tuple[object, str, str, str, str, str, str, str]
Entry = tuple[object, object, object]

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

# Id, name, English name, original name, genres, kind, episodes, broadcast; "" for what is missing.
ANIME: list[Anime] = [
    (44, "Nanoha  A&#039;s &amp;amp; B", "", "", "Action, Magic", "OVA", "3", "2005 to 2006"),
    (
        1,
        "Cowboy Bebop",
        "COWBOY BEBOP",
        "カウボーイビバップ",
        "Action",
        "TV",
        "26",
        "Apr 3, 1998 to ?",
    ),
    (
        5,
        "Tonari no Totoro",
        "My Neighbor Totoro",
        "となりのトトロ",
        "",
        "Movie",
        "1",
        "Apr 16, 1988",
    ),
    (90, "Unseen", "", "", "Drama, Kids, Drama", "", "", ""),
]
# User, anime, rating; None for watched and not rated.
ENTRIES: list[Entry] = [
    (3, 5, 10),
    (3, 1, 7),
    (2, 44, None),
    (2, 5, 8),
    (7, 1, None),
    (7, 5, 1),
]


@dataclass(frozen=True)
class Format:
    """A format: its files and how to write them.

    An anime format either tells what was `watched` without a rating, or leaves such entries out.
    """

    name: str
    domain: str
    ratings_file: str
    titles_file: str
    first_line: int
    separator: str
    write: Callable[..., Path]
    watched: bool = False

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


def _table(path: Path, header: str, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header.split(","), *rows])


def _filled(texts: Sequence[object], missing: str) -> list[object]:
    return [text or missing for text in texts]


def write_kaggle(
    folder: Path, titles: Sequence[Anime] = ANIME, entries: Sequence[Entry] = ENTRIES
) -> Path:
    rows = [
        (item, name, genres, kind, episodes or "Unknown", "", 9)
        for item, name, _, _, genres, kind, episodes, _ in titles
    ]
    _table(folder / "anime.csv", "anime_id,name,genre,type,episodes,rating,members", rows)
    listed = [(user, item, -1 if rating is None else rating) for user, item, rating in entries]
    _table(folder / "rating.csv", "user_id,anime_id,rating", listed)
    return folder


def write_2020(
    folder: Path, titles: Sequence[Anime] = ANIME, entries: Sequence[Entry] = ENTRIES
) -> Path:
    _titles_2020(folder, titles)
    listed = [(user, item, rating or 0, 2, 1) for user, item, rating in entries]
    header = "user_id,anime_id,rating,watching_status,watched_episodes"
    _table(folder / "animelist.csv", header, listed)
    return folder


def write_2020_complete(
    folder: Path, titles: Sequence[Anime] = ANIME, entries: Sequence[Entry] = ENTRIES
) -> Path:
    _titles_2020(folder, titles)
    _table(folder / "rating_complete.csv", "user_id,anime_id,rating", _rated(entries))
    return folder


def write_2023(
    folder: Path, titles: Sequence[Anime] = ANIME, entries: Sequence[Entry] = ENTRIES
) -> Path:
    rows = [
        (
            *(item, *_filled((name, english, original, genres), "UNKNOWN")),
            *('Two lines\nand a "quote"', kind or "UNKNOWN"),
            *(f"{episodes}.0" if episodes else "UNKNOWN", aired or "Not available"),
        )
        for item, name, english, original, genres, kind, episodes, aired in titles
    ]
    header = "anime_id,Name,English name,Other name,Genres,Synopsis,Type,Episodes,Aired"
    _table(folder / "anime-dataset-2023.csv", header, rows)
    listed = [
        (user, f"user {user}", item, f"Title, {item}", rating)
        for user, item, rating in _rated(entries)
    ]
    header = "user_id,Username,anime_id,Anime Title,rating"
    _table(folder / "users-score-2023.csv", header, listed)
    return folder


def _titles_2020(folder: Path, titles: Sequence[Anime]) -> None:
    rows = [
        (item, name, *_filled((genres, english, original, kind, episodes, aired), "Unknown"))
        for item, name, english, original, genres, kind, episodes, aired in titles
    ]
    header = "MAL_ID,Name,Genres,English name,Japanese name,Type,Episodes,Aired"
    _table(folder / "anime.csv", header, rows)


def _rated(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry[2] is not None]


CSV = Format("csv", "movies", "ratings.csv", "movies.csv", 2, ",", write_csv)
ML_10M = Format("ml-10m", "movies", "ratings.dat", "movies.dat", 1, "::", write_10m)
ML_1M = Format("ml-1m", "movies", "ratings.dat", "movies.dat", 1, "::", write_1m)
ML_100K = Format("ml-100k", "movies", "u.data", "u.item", 1, "\t", write_100k)
MOVIE_FORMATS = [CSV, ML_10M, ML_1M, ML_100K]

KAGGLE = Format("kaggle", "anime", "rating.csv", "anime.csv", 2, ",", write_kaggle, watched=True)
MAL_2020 = Format("2020", "anime", "animelist.csv", "anime.csv", 2, ",", write_2020, watched=True)
MAL_2020_COMPLETE = Format(
    "2020 complete", "anime", "rating_complete.csv", "anime.csv", 2, ",", write_2020_complete
)
MAL_2023 = Format(
    "2023", "anime", "users-score-2023.csv", "anime-dataset-2023.csv", 2, ",", write_2023
)
ANIME_FORMATS = [KAGGLE, MAL_2020, MAL_2020_COMPLETE, MAL_2023]

FORMATS = [*MOVIE_FORMATS, *ANIME_FORMATS]
