import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.components.text import plain


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("M*A*S*H", r"M\*A\*S\*H"),
        ("$9.99 and $5", r"\$9.99 and \$5"),
        ("[REC]", r"\[REC\]"),
        (":red[x] :material/star:", r"\:red\[x\] \:material/star\:"),
        ("<b>", r"\<b\>"),
    ],
)
def test_marks_are_taken_literally(text, markdown):
    assert plain(text) == markdown


@given(st.text(st.characters(categories=["L", "N", "Zs"])))
def test_words_stay_as_they_are(text):
    assert plain(text) == text
