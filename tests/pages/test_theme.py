import tomllib
from pathlib import Path

import pytest

from pages.components.cover import contrast

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
FONTS = ROOT / "pages" / "static" / "fonts"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_accents_have_aa_contrast_on_both_backgrounds(mode):
    theme = CONFIG["theme"][mode]
    for background in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        for text in ("textColor", "linkColor", "primaryColor", "grayTextColor", "redColor"):
            assert contrast(theme[text], background) >= 4.5, text
        assert contrast(theme["yellowColor"], background) >= 3, "stars"


def test_every_font_is_bundled_with_its_licence_and_nothing_else():
    named = {Path(face["url"]).name for face in CONFIG["theme"]["fontFaces"]}
    assert named == {file.name for file in FONTS.glob("*.woff2")}
    assert all(face["url"].startswith("app/static/fonts/") for face in CONFIG["theme"]["fontFaces"])
    families = {
        name.removesuffix(".woff2").removesuffix("-ext").removesuffix("-latin") for name in named
    }
    for family in families:
        licence = (FONTS / f"{family}-OFL.txt").read_text(encoding="utf-8")
        assert "SIL Open Font License, Version 1.1" in licence
    assert sum(file.stat().st_size for file in FONTS.glob("*.woff2")) < 150_000


def test_the_server_keeps_its_protection_and_hides_tracebacks():
    assert CONFIG["server"]["xsrfCookieSameSite"] == "none"
    assert CONFIG["server"].get("enableXsrfProtection", True)
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert not CONFIG["browser"]["gatherUsageStats"]
