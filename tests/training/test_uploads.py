"""Ratings that somebody brings: good ones are kept, others leave a report and nothing else."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from recommender.data import load
from recommender.errors import DataError
from recommender.releases import Registry
from recommender.training import upload_check
from recommender.training.plan import find_source
from recommender.training.uploads import Report, add, remove, uploads


@pytest.fixture
def bring(first, tmp_path):
    """Brings files, name -> bytes, and gives the report; in this process, as `add` does in one."""
    state = tmp_path / "state"

    def bring(files: dict[str, bytes], domain: str = "movies") -> Report:
        paths = {}
        for number, (name, content) in enumerate(files.items()):
            paths[name] = tmp_path / f"file-{number}"
            paths[name].write_bytes(content)
        request = {
            "domain": domain,
            "files": {name: str(path) for name, path in paths.items()},
            "state": str(state),
            "models": str(first[0].models),
            "by": "ann",
            "note": "newer",
        }
        report = upload_check.receive(request)
        home = state / "uploads"
        assert [path for path in home.iterdir() if path.name.startswith(".")] == []
        kept = [path.name for path in home.iterdir()]
        assert (report.accepted in kept) == (report.accepted is not None)
        return report

    bring.state = state
    return bring


@pytest.fixture
def good(village_folder):
    return {path.name: path.read_bytes() for path in village_folder.iterdir()}


def zipped(files: dict[str, bytes], compression=zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


def with_line(content: bytes, number: int, line: bytes) -> bytes:
    lines = content.splitlines()
    lines[number - 1] = line
    return b"\n".join(lines)


def refused(report: Report) -> str:
    assert report.accepted is None
    assert report.total >= 1
    return " ".join([report.said, *(line["mend"] for line in report.bad)])


# --- what is kept


def test_a_zip_of_a_published_set_is_kept_and_found_by_its_name(bring, good, village_folder):
    report = bring({"My set.zip": zipped({f"ml/{n}": c for n, c in good.items()})})
    assert report.accepted.startswith("my-set-")
    assert (report.ratings, report.users, report.titles) == (5568, 250, 260)
    (kept,) = uploads(bring.state)
    assert (kept.name, kept.by, kept.note) == (report.accepted, "ann", "newer")
    source = find_source(report.accepted, bring.state)
    assert len(load("movies", source).ratings) == len(load("movies", village_folder).ratings)


def test_ratings_alone_take_their_titles_from_the_champion(bring, good, first):
    report = bring({"october.csv": good["ratings.csv"]})
    assert report.accepted.startswith("october-")
    data = load("movies", find_source(report.accepted, bring.state))
    catalogue = Registry(first[0].models).open("movies").catalogue
    assert list(data.catalogue.index) == list(catalogue.index)
    assert list(data.catalogue["title"]) == list(catalogue["title"])
    assert data.catalogue["genres"].tolist() == catalogue["genres"].tolist()


def test_the_same_again_changes_nothing(bring, good):
    one, again = bring(good), bring(good)
    assert one.accepted == again.accepted
    assert len(uploads(bring.state)) == 1


def test_a_folder_is_checked_where_it_is(first, village_folder, tmp_path):
    report = add("movies", {"village": village_folder}, tmp_path, first[0].models)
    assert report.accepted == str(village_folder)
    assert uploads(tmp_path) == []


def test_an_upload_is_removed_by_its_name_alone(bring, good):
    name = bring(good).accepted
    for wrong in ("../state", "", ".", "nothing", f"../uploads/{name}"):
        with pytest.raises(DataError, match="There is no upload"):
            remove(bring.state, wrong)
    remove(bring.state, name)
    assert uploads(bring.state) == []


def test_the_check_runs_in_a_process_of_its_own(first, village_folder, tmp_path):
    files = {"ratings.csv": village_folder / "ratings.csv"}
    report = add("movies", files, tmp_path, first[0].models, by="bob")
    assert report.ratings == 5568
    assert [kept.by for kept in uploads(tmp_path)] == ["bob"]


# --- bad lines


@pytest.mark.parametrize(
    ("line", "field", "mend"),
    [
        (b"7,355,six,0", "rating", "rating must be a number, not 'six'"),
        (b"7,355,6.0,0", "rating", "ratings go from 0.5 to 5"),
        (b"7,355,nan,0", "rating", "rating must be a number"),
        (b"7,99999,4.0,0", "movieId", "no title of the catalogue has this id"),
        (b"x,355,4.0,0", "userId", "userId must be a whole number, not 'x'"),
        (b"7,355,4.0", "", "there are 3 fields instead of 4"),
        (b"7,355,=1+1,0", "rating", "rating must be a number, not '=1+1'"),
        (b"99999999999999999999,355,4.0,0", "userId", "userId must be a whole number"),
    ],
)
def test_a_bad_line_is_named_with_its_field_and_mend(bring, good, line, field, mend):
    good["ratings.csv"] = with_line(good["ratings.csv"], 1234, line)
    report = bring(good)
    assert mend in refused(report)
    (bad,) = report.bad
    assert (bad["file"], bad["line"], bad["field"]) == ("ratings.csv", 1234, field)


def test_a_rating_that_stands_twice_is_named_with_both_lines(bring, good):
    lines = good["ratings.csv"].splitlines()
    good["ratings.csv"] = with_line(good["ratings.csv"], 3000, lines[1])
    report = bring(good)
    assert "in line 2; keep one" in refused(report)
    assert [bad["line"] for bad in report.bad] == [3000]


def test_every_bad_line_is_counted_and_two_hundred_are_listed(bring, good):
    lines = good["ratings.csv"].splitlines()
    lines[100:1100] = [b"7,355,none,0"] * 1000
    good["ratings.csv"] = b"\n".join(lines)
    report = bring(good)
    assert report.total == 1000
    assert [bad["line"] for bad in report.bad] == list(range(101, 301))
    assert "1,000 lines cannot be used" in report.said


def test_one_bad_line_in_a_million_is_found_and_named(bring, tmp_path):
    titles = b"movieId,title,genres\n" + b"".join(b"%d,T%d,\n" % (n, n) for n in range(1, 1001))
    rows = [b"%d,%d,3.5,0" % (user, item) for user in range(1, 1001) for item in range(1, 1001)]
    rows[777_777] = b"778,778,3.6,0"
    ratings = b"userId,movieId,rating,timestamp\n" + b"\n".join(rows)
    report = bring({"movies.csv": titles, "ratings.csv": ratings})
    (bad,) = report.bad
    assert (bad["line"], bad["field"], bad["found"]) == (777_779, "rating", "3.6")
    assert report.total == 1


def test_anime_ratings_are_on_their_own_scale(bring):
    titles = b"anime_id,name,genre,type\n1,A,Drama,TV\n2,B,,Movie\n"
    ratings = b"user_id,anime_id,rating\n1,1,8\n1,2,-1\n2,1,11\n"
    report = bring({"anime.csv": titles, "rating.csv": ratings}, "anime")
    assert "ratings go from 1 to 10" in refused(report)
    assert [bad["line"] for bad in report.bad] == [4]


# --- hostile contents


def test_a_bomb_is_refused_before_it_is_unpacked(bring, good):
    bomb = zipped(good | {"ratings.csv": b"0" * (64 << 20)})
    assert len(bomb) < 1 << 20
    assert "grows" in refused(bring({"b.zip": bomb}))


def test_what_is_too_large_is_refused(bring, good, monkeypatch):
    monkeypatch.setattr(upload_check, "LARGEST", 10_000)
    assert "larger than" in refused(bring(good))
    assert "larger than" in refused(bring({"b.zip": zipped(good)}))


@pytest.mark.parametrize("name", ["../ratings.csv", "/etc/ratings.csv", "a\\..\\..\\x", "C:/x.csv"])
def test_a_path_that_leads_out_is_refused(bring, good, name, tmp_path):
    assert "leads out" in refused(bring({"b.zip": zipped(good | {name: b"x"})}))
    assert not list(tmp_path.glob("ratings.csv"))


def test_a_link_is_refused(bring, good):
    memory = io.BytesIO(zipped(good))
    with zipfile.ZipFile(memory, "a") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "link" in refused(bring({"b.zip": memory.getvalue()}))


def test_many_files_are_no_data_set(bring):
    many = zipped({f"f{n}.csv": b"" for n in range(600)})
    assert "600 files" in refused(bring({"b.zip": many}))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"ratings.csv": b"\x7fELF\x02\x01\x00\x00" * 100}, "expected UTF-8"),
        ({"ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,0".encode("utf-16")}, "UTF-8"),
        ({"ratings.csv": b""}, "is empty"),
        ({"b.zip": b"PK\x03\x04" + b"\x00" * 100}, "none of the files that are known"),
        ({"holiday.jpg": b"\xff\xd8\xff\xe0" * 50}, "none of the files that are known"),
        ({"readme.csv": b"a,b\n1,2\n"}, "none of the files that are known"),
        ({"..": b"x"}, "no name for a file"),
        ({"a/../..": b"x"}, "no name for a file"),
        ({"\x00.csv": b"x"}, "no name for a file"),
        ({"ratings.csv": b"userId,movieId,rating\n1,355,4.0\n"}, "timestamp"),
    ],
)
def test_what_is_no_ratings_file_is_refused(bring, files, said):
    assert said in refused(bring(files))


def test_titles_in_another_encoding_are_refused(bring, good):
    good["movies.csv"] = with_line(good["movies.csv"], 9, "38,Amélie,Comedy".encode("latin-1"))
    assert "movies.csv:9" in refused(bring(good))


@pytest.mark.parametrize("title", ['"=HYPERLINK(""http://x"")"', "@SUM(1)", "=cmd|' /C calc'!A0"])
def test_formulas_among_the_titles_are_refused(bring, good, title):
    lines = good["movies.csv"].splitlines()
    first_id = lines[7].split(b",")[0]
    good["movies.csv"] = with_line(good["movies.csv"], 8, first_id + f",{title},".encode())
    report = bring(good)
    assert "begins like a formula" in refused(report)
    assert (report.bad[0]["line"], report.bad[0]["field"]) == (8, "title")


def test_what_is_stored_stays_when_something_else_is_refused(bring, good):
    kept = bring(good).accepted
    before = {p.name: p.read_bytes() for p in Path(bring.state, "uploads", kept).iterdir()}
    good["ratings.csv"] = with_line(good["ratings.csv"], 5, b"broken")
    refused(bring(good))
    after = {p.name: p.read_bytes() for p in Path(bring.state, "uploads", kept).iterdir()}
    assert before == after
