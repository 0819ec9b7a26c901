"""The words of a title, written as people type them.

Case, accents, punctuation and "&" make no difference to somebody who looks for a title, so the
search and the choice of titles to ask about compare names in this form: lower case, plain letters,
one space between words (Unicode NFKD without the combining marks, and a table for the letters that
Unicode does not take apart).
"""

import re
import unicodedata

ARTICLES = frozenset({"the", "a", "an"})
"""Words that people leave out. "Die Hard" and "La La Land" show why there are English ones only."""

_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´](?=\w)")
# "A.I.", "E.T.", "M*A*S*H", "S.W.A.T." are one word.
_INITIALS = re.compile(r"(?<!\w)\w(?:[.*·]\w)+(?!\w)")
_AND = re.compile(r"&|(?<=\s)\+(?=\s)")
_FRACTIONS = re.compile("(?=[¼½¾])")
_SEPARATORS = re.compile(r"[\W_]+")

_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ENGLISH = "one two three four five six seven eight nine ten eleven twelve thirteen"
_NUMERALS = {
    word: str(number)
    for numbers in (_ROMAN, _ENGLISH)
    for number, word in enumerate(numbers.split(), start=1)
}


def words(text: str) -> tuple[str, ...]:
    """Takes a name apart: "Amélie & M*A*S*H" gives ("amelie", "and", "mash").

    A name of nothing but signs, such as "$", stays as it is; only a blank text has no words.
    """
    # Decomposed before and after: a mathematical 𝑨 is a capital only once it is an A.
    folded = unicodedata.normalize("NFKD", _FRACTIONS.sub(" ", text)).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    plain = _APOSTROPHES.sub("", plain.translate(_LETTERS))
    plain = _INITIALS.sub(lambda found: re.sub(r"\W", "", found[0]), plain)
    return tuple(_SEPARATORS.sub(" ", _AND.sub(" and ", plain)).split() or plain.split())


def with_digits(name: tuple[str, ...]) -> tuple[str, ...]:
    """Writes numbers as digits: "rocky iv" as "rocky 4", "seven samurai" as "7 samurai".

    A letter that opens a name ("V for Vendetta") is no number.
    """
    return tuple(
        word if at == 0 and len(word) == 1 else _NUMERALS.get(word, word)
        for at, word in enumerate(name)
    )


def is_number(word: str) -> bool:
    """Says whether a word is a Roman numeral or the name of a number; digits are not."""
    return word in _NUMERALS


def series(title: str) -> tuple[str, ...]:
    """What the titles of a series have in common, roughly: "Toy Story 2" gives ("toy", "story").

    The first two words before a colon, without articles, numbers and "part". Never empty for a name
    that has a word.
    """
    head = words(title.split(": ")[0])
    kept = tuple(
        word
        for at, word in enumerate(with_digits(head))
        if word not in ARTICLES and word not in {"part", "episode", "vol"}
        if at == 0 or not word.isdigit()
    )
    return (kept or head)[:2]
