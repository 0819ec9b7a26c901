"""Exports as the services write them, made of titles, scores and statuses."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence


def table(header: str, rows: Iterable[Sequence[object]]) -> str:
    """A CSV with the header line given as text."""
    out = io.StringIO()
    out.write(header + "\n")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def myanimelist(
    entries: Iterable[tuple[object, str, object, str]], *, kind: str = "anime"
) -> bytes:
    """animelist_….xml: (id, title, score, status)."""
    export_type = {"anime": 1, "manga": 2}[kind]
    parts = [
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        "<!--\n Created by XML Export feature at MyAnimeList.net\n Programmed by Xinil\n-->\n"
        "<myanimelist>\n<myinfo>\n<user_id>1</user_id>\n<user_name>somebody</user_name>\n"
        f"<user_export_type>{export_type}</user_export_type>\n</myinfo>\n"
    ]
    for item_id, title, score, status in entries:
        parts.append(
            f"<{kind}>\n<series_animedb_id>{item_id}</series_animedb_id>\n"
            f"<series_title><![CDATA[{title}]]></series_title>\n<series_type>TV</series_type>\n"
            "<series_episodes>26</series_episodes>\n<my_id>0</my_id>\n"
            "<my_watched_episodes>26</my_watched_episodes>\n"
            "<my_start_date>0000-00-00</my_start_date>\n"
            "<my_finish_date>2016-05-30</my_finish_date>\n<my_rated></my_rated>\n"
            f"<my_score>{score}</my_score>\n<my_storage></my_storage>\n"
            f"<my_status>{status}</my_status>\n<my_comments><![CDATA[]]></my_comments>\n"
            "<my_times_watched>0</my_times_watched>\n<my_tags><![CDATA[]]></my_tags>\n"
            f"<update_on_import>0</update_on_import>\n</{kind}>\n"
        )
    return "".join([*parts, "</myanimelist>\n"]).encode()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data)


LETTERBOXD = "Date,Name,Year,Letterboxd URI"
RATED = f"{LETTERBOXD},Rating"
DIARY = f"{RATED},Rewatch,Tags,Watched Date"


def letterboxd(
    ratings: Iterable[tuple[str, object, object]] = (),
    diary: Iterable[tuple[str, object, object, str]] = (),
    watched: Iterable[tuple[str, object]] = (),
    watchlist: Iterable[tuple[str, object]] = (),
    folder: str = "",
) -> bytes:
    """The zip: (name, year, rating), in the diary with the date of watching."""
    link, day = "https://boxd.it/abc", "2024-01-02"
    return zipped(
        {
            f"{folder}profile.csv": "Date Joined,Username\n2020-01-01,somebody\n",
            f"{folder}ratings.csv": table(RATED, [(day, n, y, link, r) for n, y, r in ratings]),
            f"{folder}diary.csv": table(
                DIARY, [(day, n, y, link, r, "", "", when) for n, y, r, when in diary]
            ),
            f"{folder}watched.csv": table(LETTERBOXD, [(day, n, y, link) for n, y in watched]),
            f"{folder}watchlist.csv": table(LETTERBOXD, [(day, n, y, link) for n, y in watchlist]),
            f"{folder}deleted/diary.csv": table(DIARY, [(day, "Gone", 1999, link, 1, "", "", day)]),
            f"{folder}lists/best.csv": "Letterboxd list export v7\nDate,Name\n",
        }
    )


IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),"
    "Year,Genres,Num Votes,Release Date,Directors"
)


def imdb(rows: Iterable[tuple[str, object, object, object, str]]) -> bytes:
    """ratings.csv: (title, original title, year, rating, type)."""
    made = [
        (
            *("tt0113277", r, "2024-01-02", t, o, "https://www.imdb.com/title/tt0113277/", kind),
            *("8.3", "170", y, "Action, Crime", "700000", "1995-12-15", "Michael Mann"),
        )
        for t, o, y, r, kind in rows
    ]
    return table(IMDB, made).encode()


def imdb_list(rows: Iterable[tuple[str, object, object]]) -> bytes:
    """A watchlist: (title, year, rating or "")."""
    header = "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,Year"
    made = [
        (n, "tt0113277", "2024-01-02", "2024-01-02", "", t, t, "https://imdb.com", "Movie", y, r)
        for n, (t, y, r) in enumerate(rows, start=1)
    ]
    return table(f"{header},Your Rating", made).encode()


def movielens_site(rows: Iterable[tuple[object, object, str]]) -> bytes:
    """movielens-ratings.csv: (id, rating, title with year)."""
    header = "movie_id,imdb_id,tmdb_id,rating,average_rating,title"
    return table(header, [(m, "0113277", "949", r, "4.04", t) for m, r, t in rows]).encode()


def movielens_data(rows: Iterable[tuple[object, object, object]]) -> bytes:
    """ratings.csv of a data set: (user, id, rating)."""
    header = "userId,movieId,rating,timestamp"
    return table(header, [(u, m, r, 964982703) for u, m, r in rows]).encode()


def film(title: object, year: object) -> dict[str, object]:
    ids = {"trakt": 1, "slug": "a-film", "imdb": "tt0113277", "tmdb": 949}
    return {"title": title, "year": year, "ids": ids}


def trakt(
    ratings: Iterable[tuple[str, int, object]] = (),
    watched: Iterable[tuple[str, int]] = (),
    watchlist: Iterable[tuple[str, int]] = (),
    *,
    old: bool = False,
) -> bytes:
    """The zip, flat as it is now or with folders as it was."""
    time = "2024-01-02T03:04:05.000Z"
    show = {"title": "A Show", "year": 2022, "ids": {"trakt": 2}}
    files = {
        "ratings-movies": [
            {"rated_at": time, "rating": r, "type": "movie", "movie": film(t, y)}
            for t, y, r in ratings
        ],
        "watched-movies": [
            {"plays": 1, "last_watched_at": time, "last_updated_at": time, "movie": film(t, y)}
            for t, y in watched
        ],
        "watched-history-1": [
            {"id": 1, "watched_at": time, "action": "watch", "type": "episode", "show": show}
        ],
        "lists-watchlist": [
            {"rank": n, "id": n, "listed_at": time, "type": "movie", "movie": film(t, y)}
            for n, (t, y) in enumerate(watchlist, start=1)
        ],
        "lists-list-5-best": [
            {"rank": 1, "listed_at": time, "type": "movie", "movie": film("Listed", 1999)}
        ],
        "collection-movies": [{"collected_at": time, "movie": film("Owned", 1999)}],
    }
    places = {
        "ratings-movies": "somebody/ratings/ratings-movies",
        "watched-movies": "somebody/watched/watched-movies",
        "watched-history-1": "somebody/watched/history-1",
        "lists-watchlist": "somebody/lists/watchlist",
    }
    return zipped(
        {
            f"{places.get(name, name) if old else name}.json": json.dumps(rows)
            for name, rows in files.items()
        }
    )


def anilist(
    entries: Iterable[tuple[object, str, object, str]],
    score_format: str | None = "POINT_10",
    *,
    wrapped: bool = True,
) -> bytes:
    """A MediaListCollection: (MyAnimeList id, title, score, status)."""
    collection: dict[str, object] = {
        "lists": [
            {
                "name": "Everything",
                "isCustomList": False,
                "entries": [
                    {
                        "mediaId": 7,
                        "status": status,
                        "score": score,
                        "progress": 12,
                        "media": {
                            "id": 7,
                            "idMal": item_id,
                            "title": {"romaji": title, "english": None, "native": "タイトル"},
                            "startDate": {"year": 2001, "month": 4, "day": 1},
                        },
                    }
                    for item_id, title, score, status in entries
                ],
            }
        ]
    }
    if score_format:
        collection["user"] = {"name": "x", "mediaListOptions": {"scoreFormat": score_format}}
    answer: object = collection
    if wrapped:
        answer = {"data": {"MediaListCollection": collection}}
    return json.dumps(answer).encode()


def anilist_download(rows: Iterable[tuple[int, int, int, int]]) -> bytes:
    """gdpr_data.json: (series id, series type, status, score of 100)."""
    entries = [
        {"id": n, "series_id": i, "series_type": kind, "status": status, "score": score}
        | {"progress": 3, "started_on": 0, "finished_on": 20200102, "notes": None}
        for n, (i, kind, status, score) in enumerate(rows)
    ]
    return json.dumps({"user": {"id": 1}, "lists": entries, "activity": []}).encode()


def tastemap(rows: Iterable[Sequence[object]]) -> bytes:
    """Tastemap's own: (domain, item id, title, year, status, rating)."""
    return table("domain,item_id,title,year,status,rating", rows).encode()
