"""Visits to the Admin page."""

from pages.components.admin import door
from recommender.admin.passwords import PasswordHash
from recommender.storage import Entry
from tests.pages.visits import Visit

PASSWORD = "purple owl likes tea"
HASH = str(PasswordHash.of(PASSWORD))


def sign_in(password: str = PASSWORD) -> Visit:
    """Visits the page and types a password."""
    visit = Visit("admin.py")
    visit.app.text_input[0].set_value(password)
    return visit.press("Sign in")


def go_to(visit: Visit, section: str) -> Visit:
    """Goes to a section."""
    visit.app.button_group(key="admin.section").set_value(section)
    return visit.run()


def press(visit: Visit, key: str) -> Visit:
    """Presses the button of a key."""
    visit.app.button(key=key).click()
    return visit.run()


def promote(visit: Visit, release: str, reason: str = "it is only a test") -> Visit:
    """Lets a release serve."""
    visit.app.text_input(key=f"admin.reason.{release}").set_value(reason)
    return press(visit, f"admin.serve.{release}")


def log() -> list[Entry]:
    """The newest acts."""
    return door.office().log.read(100)
