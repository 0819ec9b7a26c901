"""Titles: the year comes off, the article comes first, other names are found, nothing is lost."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recommender.data.titles import move_article, parse, split_names, split_year


@pytest.mark.parametrize(
    ("text", "name", "year"),
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("  Justice League: Doom (2012) ", "Justice League: Doom", 2012),
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006),
        ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975),
        ("Big Bang Theory, The (2007-)", "Big Bang Theory, The", 2007),
        ("Diplomatic Immunity (2009– )", "Diplomatic Immunity", 2009),
        ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
        ("1984 (1956)", "1984", 1956),
        ("Nineteen Eighty-Four (1984) (1984)", "Nineteen Eighty-Four (1984)", 1984),
        ("Mona (Mona ja rakkaus) (1983))", "Mona (Mona ja rakkaus)", 1983),
        ("Land Before Time III (1995) (V)", "Land Before Time III", 1995),
        ("1984", "1984", None),
        ("2012", "2012", None),
        ("(1984)", "(1984)", None),
        ("Blade Runner 2049", "Blade Runner 2049", None),
        ("Babylon 5", "Babylon 5", None),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009),
        ("1-900 (06) (1994)", "1-900 (06)", 1994),
        ("Room (237)", "Room (237)", None),
        ("Year Far Away (3012)", "Year Far Away (3012)", None),
    ],
)
def test_the_year_is_the_last_one_in_brackets(text, name, year):
    assert split_year(text) == (name, year)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Matrix, The", "The Matrix"),
        ("Beautiful Mind, A", "A Beautiful Mind"),
        ("American Tail, An", "An American Tail"),
        ("Misérables, Les", "Les Misérables"),
        ("Postino, Il", "Il Postino"),
        ("Boot, Das", "Das Boot"),
        ("Himmel über Berlin, Der", "Der Himmel über Berlin"),
        ("École de la chair, L'", "L'École de la chair"),
        ("Vitelloni, I", "I Vitelloni"),
        ("Imposible, Lo", "Lo Imposible"),
        ("Sjunde inseglet, Det", "Det Sjunde inseglet"),
        ("Crow, The: Wicked Prayer", "The Crow: Wicked Prayer"),
        ("Good, the Bad and the Ugly, The", "The Good, the Bad and the Ugly"),
        ("Golem, wie er in die Welt kam, Der", "Der Golem, wie er in die Welt kam"),
    ],
)
def test_a_trailing_article_comes_first(written, spoken):
    assert move_article(written) == spoken


@pytest.mark.parametrize(
    "name",
    [
        *("I, Robot", "Me, Myself & Irene", "New York, New York", "Tarzan, the Ape Man"),
        *("Paris, Texas", "Crouching Tiger, Hidden Dragon", "One, Two, Three", "The Matrix"),
        *("Mystery, Alaska", "McFarland, USA", "I Love You, Man", "10,000 BC", "The", ", The"),
        *("Aguirre, der Zorn Gottes", "Am I the, theodore", "L.A., Story"),
    ],
)
def test_a_comma_without_an_article_stays(name):
    assert move_article(name) == name


@pytest.mark.parametrize(
    ("text", "display", "alternatives"),
    [
        (
            "City of Lost Children, The (Cité des enfants perdus, La)",
            "The City of Lost Children",
            ("La Cité des enfants perdus",),
        ),
        ("Seven (a.k.a. Se7en)", "Seven", ("Se7en",)),
        ("Asterix (a.k.a Asterix Conquers) (Astérix)", "Asterix", ("Asterix Conquers", "Astérix")),
        (
            "Million Dollar Duck, The (a.k.a. $1,000,000 Duck)",
            "The Million Dollar Duck",
            ("$1,000,000 Duck",),
        ),
        ("X (a.k.a. One, a.k.a. Two)", "X", ("One", "Two")),
        ("Babies (Bébé(s))", "Babies", ("Bébé(s)",)),
        (
            "Evangelion: 1.0 You Are (Not) Alone (Evangerion: Jo)",
            "Evangelion: 1.0 You Are (Not) Alone",
            ("Evangerion: Jo",),
        ),
        (
            "Birdman: Or (The Unexpected Virtue of Ignorance)",
            "Birdman: Or (The Unexpected Virtue of Ignorance)",
            (),
        ),
        ("Human Centipede II (Full Sequence), The", "The Human Centipede II", ("Full Sequence",)),
        ("Human Centipede, The (First Sequence)", "The Human Centipede", ("First Sequence",)),
        ("10th Victim, The (La decima vittima)", "The 10th Victim", ("La decima vittima",)),
        ("Ghostbusters (Ghostbusters) (Ghostbusters)", "Ghostbusters", ()),
        ("Eighth Day, The (Le Huitième jour )", "The Eighth Day", ("Le Huitième jour",)),
        ("Unbalanced (once", "Unbalanced (once", ()),
        ("Unbalanced twice)", "Unbalanced twice)", ()),
        ("Nothing ()", "Nothing", ()),
        ("(Untitled)", "(Untitled)", ()),
        ("Odd (Crow, The: Wicked Prayer)", "Odd", ("The Crow: Wicked Prayer",)),
    ],
)
def test_names_in_brackets_are_alternatives(text, display, alternatives):
    assert split_names(text) == (display, alternatives)


def test_a_whole_title_comes_apart():
    title = parse("Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il) (1966)")
    assert title.display == "The Good, the Bad and the Ugly"
    assert title.alternatives == ("Il Buono, il brutto, il cattivo",)
    assert title.year == 1966


words = st.sampled_from(["Robot", "the", "Les", "L'", "I", "Ünder", "1984", "42", "Brother"])
names = st.lists(words, min_size=1, max_size=4).map(" ".join)
texts = st.text(alphabet=" ,():&TheAIL'ab19", max_size=40)


def _words(text):
    return set(re.findall(r"[\w½³]+", text))


@given(texts)
@example("A, The, A")
@example("A, The, The")
@example("X (Y), The")
def test_a_display_title_is_its_own_display_title(text):
    display, _ = split_names(text)
    assert split_names(display) == (display, ())


@given(texts)
@example("Boum 2, La (Party 2, The) (1982)")
@example("a, L' (a, L')")
def test_no_word_of_a_title_is_lost(text):
    # "L'" joins the next word; as the pattern splits at the apostrophe, the words are the same.
    title = parse(text)
    parts = " ".join((title.display, *title.alternatives, str(title.year or "")))
    assert _words(parts) == _words(text)


@given(
    main=names,
    article=st.sampled_from(["The", "A", "Les", "Der"]),
    others=st.lists(names, max_size=3, unique=True),
    year=st.integers(1874, 2030),
)
def test_a_title_written_like_movielens_is_read_back(main, article, others, year):
    others = [other for other in others if other != f"{article} {main}"]
    brackets = "".join(f" (a.k.a. {other})" for other in others)
    title = parse(f"{main}, {article}{brackets} ({year})")
    assert title.display == f"{article} {main}"
    assert title.alternatives == tuple(others)
    assert title.year == year


def test_every_real_title_has_a_display_title_and_keeps_its_words(movies):
    for display in movies.catalogue["title"]:
        assert not re.search(r", (The|A|An|Les|La|Le)$", display)
        assert parse(display).display == display
