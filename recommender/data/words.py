"""The words of a title, written as people type them.

Case, accents, punctuation and "&" make no difference to somebody who looks for a title, so the
search, the matching of lists and the franchises compare names in this form: lower case, plain
letters, one space between words (Unicode NFKD without the combining marks, and a table for the
letters that Unicode does not take apart).
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
_MARKS = re.compile(r"['’ʼ`´.*·&+]")
_FRACTIONS = re.compile("(?=[¼½¾])")
_WORD = re.compile(r"[^\W_]+")

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
    plain = text.lower() if text.isascii() else _plain_letters(text)
    if _MARKS.search(plain):
        plain = _APOSTROPHES.sub("", plain)
        plain = _INITIALS.sub(lambda found: re.sub(r"\W", "", found[0]), plain)
        plain = _AND.sub(" and ", plain)
    return tuple(_WORD.findall(plain) or plain.split())


def _plain_letters(text: str) -> str:
    # Decomposed before and after: a mathematical 𝑨 is a capital only once it is an A.
    folded = unicodedata.normalize("NFKD", _FRACTIONS.sub(" ", text)).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.translate(_LETTERS)


def with_digits(name: tuple[str, ...]) -> tuple[str, ...]:
    """Writes numbers as digits: "rocky iv" as "rocky 4", "seven samurai" as "7 samurai".

    A letter that opens a name ("V for Vendetta") is no number.
    """
    letter = name[:1] if name and len(name[0]) == 1 else ()
    return (*letter, *[_NUMERALS.get(word, word) for word in name[len(letter) :]])


def is_number(word: str) -> bool:
    """Says whether a word is a Roman numeral or the name of a number; digits are not."""
    return word in _NUMERALS
