"""A strip at the window's foot that shows the best recommendations while they are out of sight.

On a phone the titles to rate fill the screen; the strip lets a visitor see the recommendations
change with every star, and leads to them at a tap. It hides itself as soon as they are in view.
"""

from collections.abc import Sequence

from pages.components.title_cards import Card, drawing
from pages.components.widgets import CARDS

_mount = CARDS.widget("tasteStrip", html='<button class="taste-strip" type="button"></button>')


def taste_strip(cards: Sequence[Card], *, text: str, target: str, key: str) -> None:
    """Show the first three covers and a text that leads to the recommendations.

    Args:
        cards: The recommendations, best first; without any there is no strip.
        text: What the strip says, as "3 rated: see your picks".
        target: Key of the container that holds the recommendations.
        key: Names this widget on the page.
    """
    _mount(
        key=key,
        data={"text": text, "target": target, "cards": [drawing(card) for card in cards[:3]]},
    )
