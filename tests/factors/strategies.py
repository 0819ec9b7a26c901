"""Visitors and factors as hypothesis draws them: also with zeros, ties and titles twice."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

# Multiples of 1/64 up to 4: small enough for exact comparisons, without denormal numbers.
numbers = st.integers(-256, 256).map(lambda n: n / 64)
positive = st.integers(1, 256).map(lambda n: n / 64)


def matrix(n, k, elements=numbers):
    return arrays.arrays(np.float64, (n, k), elements=elements)


@st.composite
def visits(draw, fewest=0):
    """Rows (n, k), ratings (n,) and offsets (n,) of a visitor with at least `fewest` ratings."""
    n, k = draw(st.integers(fewest, 8)), draw(st.integers(0, 4))
    rows = draw(matrix(n, k))
    ratings = draw(arrays.arrays(np.float64, n, elements=st.integers(1, 10).map(lambda r: r / 2)))
    return rows, ratings, draw(arrays.arrays(np.float64, n, elements=numbers))


@st.composite
def catalogues(draw, factors=numbers):
    """All item factors (n_items, k), the rated positions, each once, and their ratings."""
    n_items, k = draw(st.integers(1, 9)), draw(st.integers(1, 4))
    items = draw(matrix(n_items, k, factors))
    rated = draw(st.lists(st.integers(0, n_items - 1), unique=True))
    ratings = draw(st.lists(st.integers(1, 10), min_size=len(rated), max_size=len(rated)))
    return items, np.array(rated, np.intp), np.array(ratings, np.float64) / 2
