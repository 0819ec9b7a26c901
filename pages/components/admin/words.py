"""Numbers in words for the Admin page."""


def size(n_bytes: float) -> str:
    """Bytes: "9.0 MB", "1.2 GB"."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """Seconds: "40 s", "2 min", "1 h 5 min"; rounded as one says it."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
