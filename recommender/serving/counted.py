"""Figures for Prometheus on what is recommended, by a page or by the API; nothing personal."""

from __future__ import annotations

from prometheus_client import Counter, Histogram, disable_created_metrics

# Else every figure has a second one, of when it was first there.
disable_created_metrics()  # type: ignore[no-untyped-call]

SECONDS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Bounds of every histogram of durations."""

RECOMMENDATIONS = Counter(
    "tastemap_recommendations", "Lists that were recommended.", ["by", "domain", "model"]
)
PAGE_SECONDS = Histogram(
    "tastemap_page_seconds", "How long a page took to be made.", ["page"], buckets=SECONDS
)
LIST_SECONDS = Histogram(
    "tastemap_list_seconds",
    "How long Recommend took to make and draw a list.",
    ["domain"],
    buckets=SECONDS,
)
