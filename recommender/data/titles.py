"""From a catalogue's way of writing a title to the title that a person reads and searches.

MovieLens writes "City of Lost Children, The (Cité des enfants perdus, La) (1995)": the article
behind, other names and the year in brackets (its README: "titles are entered identically to titles
provided by the IMDB, including year of release", and in practice by hand, with every slip that this
brings). `parse` turns it into the display title "The City of Lost Children", the alternative "La
Cité des enfants perdus" and the year 1995. Readers of MovieLens formats use it.
"""

import re
from dataclasses import dataclass

_ARTICLES = (
    *("The", "A", "An", "Da"),  # English
    *("Le", "La", "Les", "L'", "L’", "Un", "Une"),  # French
    *("Il", "Lo", "I", "Gli", "Una", "Uno"),  # Italian
    *("El", "Los", "Las"),  # Spanish
    *("O", "Os", "As", "Um", "Uma"),  # Portuguese
    *("Der", "Die", "Das", "Ein", "Eine"),  # German
    *("De", "Het", "Een"),  # Dutch
    *("Den", "Det", "En", "Ett", "Et"),  # Danish, Norwegian, Swedish
    "Az",  # Hungarian, beside "A"
)
# Written behind the title, or behind its first part: "Crow, The: Wicked Prayer".
_ARTICLE = re.compile(rf"(.*\S), ({'|'.join(_ARTICLES)})(?=$|: )(.*)", re.DOTALL)

# "(1995)", "(2006–2007)", "(1973-)"; behind it "(V)" and the like, the IMDb's mark of a video, or
# a bracket closed twice, as ml-20m has it.
_YEAR = re.compile(
    r"\(\s*((?:18|19|20)\d\d)\s*(?:[-–—]\s*(?:(?:19|20)\d\d)?\s*)?\)\s*\)?\s*(?:\((?:V|TV|VG)\)\s*)?$"
)
_ALSO_KNOWN_AS = re.compile(r"(?:^|[,;/]\s*)a\.?\s?k\.?\s?a\.?:?\s+", re.IGNORECASE)
# A bracket that goes on with the sentence before it is part of the title:
# "Birdman: Or (The Unexpected Virtue of Ignorance)".
_SENTENCE_GOES_ON = re.compile(r"(?:\b(?:or|and|of|with)|[&:,;/–-])$", re.IGNORECASE)


@dataclass(frozen=True)
class Title:
    """A title taken apart.

    Attributes:
        display: What is shown.
        alternatives: Further names to find it by, in the order in which they are written.
        year: Year of (first) release, or None.
    """

    display: str
    alternatives: tuple[str, ...]
    year: int | None


def parse(text: str) -> Title:
    """Take a title with its year apart.

    Args:
        text: "Matrix, The (1999)"; the year may be missing or a range ("(2006–2007)": the first
            year counts), spaces may surround everything.

    Returns:
        The parts. Apart from brackets, "a.k.a.", the end of a range of years and a "(V)", all
        words of the text are in one of them.
    """
    name, year = split_year(text)
    display, alternatives = split_names(name)
    return Title(display, alternatives, year)


def split_year(text: str) -> tuple[str, int | None]:
    """Split "2001: A Space Odyssey (1968)" into "2001: A Space Odyssey" and 1968.

    Args:
        text: A title with or without a year in brackets at its end.

    Returns:
        The name and the year; None if there is no year or nothing but a year.
    """
    name = " ".join(text.split())
    found = _YEAR.search(name)
    if found is None or not name[: found.start()].strip():
        return name, None
    return name[: found.start()].strip(), int(found[1])


def split_names(text: str) -> tuple[str, tuple[str, ...]]:
    """Split "Postman, The (Postino, Il)" into "The Postman" and ("Il Postino",).

    Args:
        text: A title without its year.

    Returns:
        The display title and the alternatives, without repetitions.
    """
    groups: list[str] = []
    display = move_article(" ".join(text.split()))
    while (start := _last_bracket(display)) is not None:
        groups.insert(0, display[start + 1 : -1])
        display = move_article(display[:start].rstrip())
    alternatives: list[str] = []
    for group in groups:
        for part in _ALSO_KNOWN_AS.split(group):
            alternative = move_article(part.strip())
            if alternative and alternative not in (display, *alternatives):
                alternatives.append(alternative)
    return display, tuple(alternatives)


def move_article(name: str) -> str:
    """Turn "Matrix, The" into "The Matrix" and "Crow, The: Wicked Prayer" likewise.

    Args:
        name: A name; one without an article behind ("I, Robot") stays as it is.

    Returns:
        The name as it is spoken.
    """
    while found := _ARTICLE.fullmatch(name):
        rest, article, tail = found.groups()
        if rest.count("(") != rest.count(")"):
            break  # the article belongs to a name inside a bracket
        space = "" if article.endswith(("'", "’")) else " "
        name = f"{article}{space}{rest}{tail}"
    return name


def _last_bracket(name: str) -> int | None:
    """Find where the bracket group at the end of `name` opens, if it is a further name."""
    if not name.endswith(")"):
        return None
    depth = 0
    for position in range(len(name) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(name[position], 0)
        if depth == 0:
            before = name[:position].rstrip()
            if not before or _SENTENCE_GOES_ON.search(before):
                return None
            return position
    return None
