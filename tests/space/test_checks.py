"""What keeps a folder from being a Space, and that the message does not repeat a secret."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from recommender.space import Prepared, checks, prepare, requirements

README = "README.md"


@pytest.fixture(scope="module")
def good(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("good") / "space", checkout)


@pytest.fixture
def folder(good: Prepared, tmp_path: Path) -> Path:
    """A copy of the good folder, to be spoilt by files that take the place of others."""
    return Path(shutil.copytree(good.folder, tmp_path / "space", copy_function=os.link))


def put(folder: Path, name: str, content: str | bytes) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def exchange(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert re.search(old, text, re.MULTILINE)
    put(folder, name, re.sub(old, new, text, count=1, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (r"\A---\n", "", "README.md has no head of YAML"),
        ("^title:.*", "title: [", "README.md has no head of YAML"),
        ("^title:.*", "title:", "README.md: title is missing"),
        ("^sdk: docker", "sdk: streamlit", "README.md: sdk is not docker"),
        ("^app_port:.*", "app_port: 80", "README.md: app_port is no port"),
        ("^app_port:.*", "app_port: true", "README.md: app_port is no port"),
        ("^colorTo:.*", "colorTo: mauve", "README.md: colorTo is none of red"),
        ("^(short_description:.*)", rf"\1 {'x' * 60}", "longer than 60 letters"),
        ("^hf_oauth:.*", "hf_oauth: perhaps", "README.md: hf_oauth is neither"),
    ],
)
def test_a_wrong_head_of_the_readme_is_refused(folder, old, new, sentence):
    assert list(checks.head_faults(folder)) == []
    exchange(folder, README, old, new)
    (fault,) = checks.head_faults(folder)
    assert sentence in fault


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (README, "^app_port:.*", "app_port: 7861", "do not name the README's app_port, 7861"),
        ("Dockerfile", "^USER user", "USER root", "it does not end as user 1000"),
        ("Dockerfile", "^FROM .*", "", "there is no FROM"),
        ("Dockerfile", "port=7860", "port=8501", "EXPOSE and CMD do not name"),
        ("Dockerfile", "0.0.0.0", "localhost", "does not listen on 0.0.0.0"),
        ("Dockerfile", "requirements.txt", "needs.txt", "copies needs.txt, which is not there"),
        (".dockerignore", "^tests", "models/", "keeps models out of the image"),
    ],
)
def test_an_image_that_would_not_start_is_refused(folder, name, old, new, sentence):
    assert list(checks.image_faults(folder)) == []
    exchange(folder, name, old, new)
    (fault,) = checks.image_faults(folder)
    assert sentence in fault


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("numpy>=99", "numpy>=99 leaves out .*, which runs here"),
        ("-e .", "'-e .' is no package with a range"),
        ("-r others.txt", "is no package with a range"),
        ("numpy @ https://example.org/numpy.whl", "numpy comes from an address"),
        ("no-such-thing>=1", "no-such-thing is not installed here"),
    ],
)
def test_requirements_that_were_not_tried_are_refused(folder, line, sentence):
    put(folder, "requirements.txt", f"# What is needed.\npandas>=3,<4  # frames\n\n{line}\n")
    (fault,) = requirements.faults(folder, {})
    assert re.match(f"requirements.txt, line 4: .*{sentence}", fault)


def test_a_package_that_nothing_brings_is_named_with_who_imports_it(folder):
    put(folder, "pages/new.py", "import pandas\n\n\ndef f():\n    from plotly import io\n")
    put(folder, "requirements.txt", "streamlit>=1.67,<2\n")
    # Pandas comes with Streamlit.
    assert list(requirements.faults(folder, {"pages/new.py": 1})) == [
        "requirements.txt: nothing in it brings plotly, which pages/new.py imports; "
        "add its package."
    ]


def cut(folder: Path) -> None:
    path = next(folder.glob("models/movies/*/atlas.parquet"))
    put(folder, str(path.relative_to(folder)), path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut, r"models/movies: .*atlas\.parquet"),
        (
            lambda folder: exchange(
                folder, "models/movies/aliases.json", r'("champion": ")\d', r"\g<1>3"
            ),
            "models/movies/aliases.json: its champion .* is not among the files",
        ),
        (lambda folder: shutil.rmtree(folder / "models"), "models: no release comes with the app"),
        (
            lambda folder: put(folder, "models/movies/notes.txt", "Nice."),
            "models/movies/notes.txt belongs to no release",
        ),
    ],
)
def test_releases_that_would_not_serve_are_refused(
    folder: Path, spoil: Callable[[Path], None], sentence: str
):
    spoil(folder)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    sizes = {str(path.relative_to(folder)): 1 for path in paths}
    (fault,) = checks.release_faults(folder, sizes)
    assert re.match(sentence, fault)


TOKEN = f"hf_{'aB3' * 11}"
MANY = "\n".join(f"{user},{user * 7 % 90},4.5" for user in range(9))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("docs/.env", "A=1", "looks like a secret by its name"),
        (".streamlit/secrets.toml", "", "looks like a secret by its name"),
        ("recommender/server.pem", "", "looks like a secret by its name"),
        ("models/tastemap.sqlite-wal", "", "looks like a secret by its name"),
        ("pages/token.py", f'TOKEN = "{TOKEN}"', "holds a token of the Hub"),
        ("docs/a.md", "-----BEGIN RSA PRIVATE KEY-----", "holds a private key"),
        ("docs/a.md", f"scrypt:32768:8:1:{'a' * 20}:b", "holds a hash of a password"),
        ("docs/a.md", "postgresql://ada:lovelace@db/x", "holds the password of a database"),
        ("recommender/data/ratings.csv", "", "looks like ratings of people by its name"),
        ("docs/ml-1m.zip", "", "looks like ratings of people by its name"),
        ("docs/kept.csv", f"userId,movieId,rating\n{MANY}", "holds ratings of people"),
        ("docs/kept.txt", "1::1193::5::978300760\n1::661::3::978302109", "holds ratings of people"),
        ("docs/kept", "196\t242\t3\t881250949\n186\t302\t3\t891717742", "holds ratings of people"),
        ("docs/large.bin", b"0" * (33 * 2**20), "has 33 MiB, 32 are allowed"),
    ],
)
def test_what_should_not_be_shown_is_refused_and_not_repeated(tmp_path, name, content, sentence):
    put(tmp_path, name, content)
    (fault,) = checks.file_faults(tmp_path, {name: len(content)})
    assert fault.startswith(f"{name} {sentence}")
    assert not re.search(f"lovelace|{TOKEN}", fault)
