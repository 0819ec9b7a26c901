"""Anime Recommendations Database, as CooperUnion published it on Kaggle in 2016.

anime.csv (anime_id,name,genre,type,episodes,rating,members), its names with HTML entities and
without years, and rating.csv (user_id,anime_id,rating): 7.8 million entries of 73,515 users. A
rating of -1 says "if the user watched it but didn't assign a rating" (its page): such entries are
kept as watched. The published rating.csv has ten entries of ids that anime.csv lacks and seven
pairs of user and anime twice; all are left out and counted. The names are romanised Japanese
alone; english_anime.csv adds the English ones of well-known titles, for who looks for them.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd

from recommender.data.dataset import DataSet, Provenance
from recommender.data.files import Source
from recommender.data.myanimelist import ENTRY_TYPES, Entries, anime_of, assemble
from recommender.data.numbers import read_numbers
from recommender.data.readers import FolderReader, RatingsFile, extent
from recommender.data.scale import ANIME_SCALE
from recommender.data.tables import Layout, read_rows

_COMMAS = Layout(separator=",")
_FILES = ("rating.csv", "anime.csv")
_NAME = "Anime Recommendations Database"
_URL = "https://www.kaggle.com/datasets/CooperUnion/anime-recommendations-database"
_ENGLISH = Path(__file__).with_name("english_anime.csv")
_UNRATED = -1.0
_PUBLISHED = 7_813_737


def _read(source: Source) -> DataSet:
    entries = Entries.of(read_numbers(source, "rating.csv", ENTRY_TYPES, _COMMAS))
    rows = read_rows(source, "anime.csv", ("anime_id", "name", "genre", "type"), _COMMAS)
    with _ENGLISH.open(encoding="utf-8", newline="") as names:
        english = {row["romanised"]: [row["english"]] for row in csv.DictReader(names)}
    return assemble(
        [
            replace(anime, alternatives=[*anime.alternatives, *english.get(anime.title, ())])
            for anime in anime_of(
                rows, title="name", genres="genre", kind="type", episodes="episodes"
            )
        ],
        entries,
        provenance=Provenance(
            name=_NAME,
            citation=f"CooperUnion. 2016. {_NAME}. Kaggle. {_URL}. Collected from "
            f"MyAnimeList.{extent(len(entries.values), _PUBLISHED)}",
            licence="CC0: public domain.",
            url=_URL,
            files=source.sha256(*_FILES),
        ),
        unrated=_UNRATED,
    )


def _write_titles(catalogue: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("anime_id", "name", "genre", "type", "episodes"))
        for item_id, row in catalogue.iterrows():
            episodes = "Unknown" if pd.isna(row["episodes"]) else row["episodes"]
            rows.writerow((item_id, row["title"], ", ".join(row["genres"]), row["kind"], episodes))


READER = FolderReader(
    name=_NAME,
    domain="anime",
    url=_URL,
    files=_FILES,
    read=_read,
    ratings=(
        RatingsFile("rating.csv", ENTRY_TYPES, _COMMAS, ANIME_SCALE, frozenset({_UNRATED}), True),
    ),
    titles=("anime.csv", _COMMAS),
    published=_PUBLISHED,
    write_titles=_write_titles,
)
