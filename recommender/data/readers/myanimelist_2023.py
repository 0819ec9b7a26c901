"""Anime Dataset 2023, as Sajid Uddin published it on Kaggle.

anime-dataset-2023.csv (anime_id, Name, English name, Other name, Genres, Type, Episodes, Aired and
16 more columns, with "UNKNOWN" for missing values), and users-score-2023.csv (user_id, Username,
anime_id, Anime Title, rating): 24,325,191 ratings of 270,033 users. The two columns of text beside
the ratings are skipped while the file is parsed. The set has ratings alone and does not tell what
was watched without one.
"""

from recommender.data.dataset import DataSet, Provenance
from recommender.data.files import Source
from recommender.data.myanimelist import ENTRY_TYPES, Entries, anime_of, assemble
from recommender.data.numbers import read_numbers
from recommender.data.readers import FolderReader, RatingsFile
from recommender.data.scale import ANIME_SCALE
from recommender.data.tables import Layout, read_rows

_COMMAS = Layout(separator=",")
_RATINGS, _TITLES = _FILES = ("users-score-2023.csv", "anime-dataset-2023.csv")
_NAMES = ("English name", "Other name")
_NAME = "Anime Dataset 2023"
_URL = "https://www.kaggle.com/datasets/dbdmobile/myanimelist-dataset"


def _read(source: Source) -> DataSet:
    columns = ("anime_id", "Name", "Genres", *_NAMES, "Type", "Aired")
    rows = read_rows(source, _TITLES, columns, _COMMAS)
    return assemble(
        anime_of(rows, alternatives=_NAMES, aired="Aired", missing="UNKNOWN"),
        Entries.of(read_numbers(source, _RATINGS, ENTRY_TYPES, _COMMAS)),
        provenance=Provenance(
            name=_NAME,
            citation=f"Sajid Uddin. 2023. {_NAME}. Kaggle. {_URL}. Collected from MyAnimeList.",
            licence="See the data set's page.",
            url=_URL,
            files=source.sha256(*_FILES),
        ),
        unrated=None,
    )


READER = FolderReader(
    name=_NAME,
    domain="anime",
    url=_URL,
    files=_FILES,
    read=_read,
    ratings=(RatingsFile(_RATINGS, ENTRY_TYPES, _COMMAS, ANIME_SCALE, tolerant=True),),
    titles=(_TITLES, _COMMAS),
)
