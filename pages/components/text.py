"""Text from elsewhere, such as a film's name, where Streamlit reads Markdown."""

import re

_MARKS = re.compile(r"[\\`*_\[\]<>$~:#|]")


def plain(text: str) -> str:
    """The Markdown that shows a text as it is: "M*A*S*H" stays upright, "$9.99" no formula."""
    return _MARKS.sub(r"\\\g<0>", text)


def small(markdown: str) -> str:
    """The same in small letters; a caption's are too pale to be read by everybody."""
    return f":small[{markdown}]"
