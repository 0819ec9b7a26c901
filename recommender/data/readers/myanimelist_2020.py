"""Anime Recommendation Database 2020, as Hernan Valdivieso published it on Kaggle and GitHub.

anime.csv (MAL_ID, Name, Genres, which its readme calls Genders, English name, Japanese name, Type,
Episodes, Aired and 27 more columns, with "Unknown" for missing values), and either or both of
animelist.csv (user_id,anime_id,rating,watching_status,watched_episodes), 109 million entries of
325,770 users, and rating_complete.csv (user_id,anime_id,rating), the 57 million of them that rate
an anime watched to its end. animelist.csv is read if it is there, for it has all ratings. Its
readme says "0 if the user didn't assign a score": such an entry is kept as watched, unless its
watching_status is 6, "Plan to Watch" (watching_status.csv): then it says nothing and is left out
and counted.
"""

from recommender.data.dataset import DataSet, Provenance
from recommender.data.files import Source
from recommender.data.myanimelist import ENTRY_TYPES, Entries, anime_of, assemble
from recommender.data.numbers import read_numbers
from recommender.data.readers import FolderReader, RatingsFile
from recommender.data.scale import ANIME_SCALE
from recommender.data.tables import Layout, read_header, read_rows

_COMMAS = Layout(separator=",")
_TITLES, _LISTS, _COMPLETE = "anime.csv", "animelist.csv", "rating_complete.csv"
_ID, _NAMES = "MAL_ID", ("English name", "Japanese name")
_NAME = "Anime Recommendation Database 2020"
_URL = "https://www.kaggle.com/datasets/hernan4444/anime-recommendation-database-2020"
_UNRATED = 0.0
_PLANNED = 6
_LIST_TYPES = ENTRY_TYPES | {"watching_status": "int16"}


def _read(source: Source) -> DataSet:
    genres = "Genders" if "Genders" in read_header(source, _TITLES, _COMMAS) else "Genres"
    columns = (_ID, "Name", genres, *_NAMES, "Type", "Aired")
    titles = anime_of(
        read_rows(source, _TITLES, columns, _COMMAS),
        item_id=_ID,
        genres=genres,
        alternatives=_NAMES,
        aired="Aired",
        missing="Unknown",
    )
    has_lists = _LISTS in source
    file = _LISTS if has_lists else _COMPLETE
    return assemble(
        titles,
        # Read here and not before, so that nothing else holds on to a gigabyte of columns.
        _listed(source) if has_lists else _complete(source),
        provenance=Provenance(
            name=f"{_NAME} ({file})",
            citation=f"Hernan Valdivieso. {_NAME}. Kaggle. {_URL}. Collected from MyAnimeList.",
            licence="CC0: public domain, as the data set's page says.",
            url=_URL,
            files=source.sha256(file, _TITLES),
        ),
        unrated=_UNRATED if has_lists else None,
    )


def _listed(source: Source) -> Entries:
    table = read_numbers(source, _LISTS, _LIST_TYPES, _COMMAS)
    entries = Entries.of(table)
    planned = (table.columns["watching_status"] == _PLANNED) & (entries.values == _UNRATED)
    return entries.drop(planned, "entries that are planned, neither watched nor rated")


def _complete(source: Source) -> Entries:
    return Entries.of(read_numbers(source, _COMPLETE, ENTRY_TYPES, _COMMAS))


READER = FolderReader(
    name=_NAME,
    domain="anime",
    url=_URL,
    files=(_TITLES,),
    read=_read,
    one_of=(_LISTS, _COMPLETE),
    ratings=(
        RatingsFile(_LISTS, _LIST_TYPES, _COMMAS, ANIME_SCALE, frozenset({_UNRATED}), True),
        RatingsFile(_COMPLETE, ENTRY_TYPES, _COMMAS, ANIME_SCALE, tolerant=True),
    ),
    titles=(_TITLES, _COMMAS),
)
