"""A visitor without a browser: speaks to a running app as one does, over its websocket.

It rates what it is offered and reads on the page what is said to be saved.
"""

from __future__ import annotations

import json
import re
import time
from contextlib import ExitStack
from ssl import SSLContext

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

_SAVED = re.compile(r"^([\d,]+) (?:ratings? )?saved")


class Client:
    """A visitor who has agreed before.

    Attributes:
        rated: item id -> rating, in the order in which they were given.
        elements: the page as it was drawn last: where an element is -> what it is.
        received: bytes of all messages so far.
    """

    def __init__(self, url: str, secret: str, ssl: SSLContext | None = None) -> None:
        address = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._closing = ExitStack()
        self._socket = self._closing.enter_context(
            connect(
                address,
                ssl=ssl,
                subprotocols=["streamlit"],
                additional_headers={"Cookie": f"tastemap_visitor=on.{secret}"},
                max_size=None,
                open_timeout=60,
                # A busy server may answer late; one that is gone breaks the connection off.
                ping_interval=None,
            )
        )
        self._cache: dict[str, ForwardMsg] = {}
        self.elements: dict[tuple[int, ...], object] = {}
        self.rated: dict[int, float] = {}
        self.received = 0
        self._parts: dict[tuple[int, ...], str] = {}
        self._fragment = self._page = ""
        self._send(BackMsg(rerun_script={"query_string": ""}))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Leaves the page."""
        self._closing.close()

    def rate(self, rating: float) -> None:
        """Rates the first title that is offered and waits for the page."""
        widget, data, part = self._cards()
        item_id = next(card["id"] for card in data["cards"] if card["rating"] is None)
        number = data["acknowledged"] + 1
        event = {"number": number, "type": "rate", "item_id": item_id, "rating": rating}
        message = BackMsg(rerun_script={"query_string": "", "fragment_id": part})
        state = message.rerun_script.widget_states.widgets.add()
        state.id = _make_trigger_id(widget, "events")
        state.json_trigger_value = json.dumps([{"event": "events", "value": [event]}])
        self.rated[item_id] = rating
        self._send(message)

    def saved(self) -> int:
        """How many ratings the page says are saved."""
        found = [_SAVED.match(text) for text in self.texts()]
        return next((int(one[1].replace(",", "")) for one in found if one), 0)

    def acknowledged(self) -> dict[int, float]:
        """The ratings that are said to be saved: those that were given first."""
        return dict(list(self.rated.items())[: self.saved()])

    def texts(self) -> list[str]:
        """The Markdown on the page."""
        return [
            element.markdown.body
            for element in self.elements.values()
            if element.WhichOneof("type") == "markdown"
        ]

    def look_again(self) -> None:
        """Does what the browser does a second after a page that is not done: asks for that part."""
        time.sleep(1)
        if self._fragment:
            self._send(BackMsg(rerun_script={"fragment_id": self._fragment, "is_auto_rerun": True}))

    def _cards(self) -> tuple[str, dict, str]:
        """The widget of the titles to rate, what it shows, and the part of the page it lies in."""
        for path, element in self.elements.items():
            if element.WhichOneof("type") == "bidi_component":
                match json.loads(element.bidi_component.json):
                    case [{"label": "Titles to rate"} as data]:
                        return element.bidi_component.id, data, self._parts[path]
        raise LookupError("There is nothing to rate on the page.")

    def _send(self, message: BackMsg) -> None:
        message.rerun_script.page_script_hash = self._page
        part = bool(message.rerun_script.fragment_id)
        if not part:
            self._fragment = ""
        # What a whole page does not send again is gone; other threads read the page meanwhile.
        page = dict(self.elements) if part else {}
        self._socket.send(message.SerializeToString())
        while self._take(self._socket.recv(timeout=60), page) != "script_finished":
            pass
        self.elements = page

    def _take(self, raw: bytes | str, page: dict[tuple[int, ...], object]) -> str:
        self.received += len(raw)
        message = ForwardMsg()
        message.ParseFromString(raw)
        if message.WhichOneof("type") == "ref_hash":
            path = message.metadata.delta_path
            whole = ForwardMsg()
            whole.CopyFrom(self._cache[message.ref_hash])
            whole.metadata.delta_path[:] = path
            message = whole
        elif message.hash:
            self._cache[message.hash] = message
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        if kind == "auto_rerun":
            self._fragment = message.auto_rerun.fragment_id
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            assert element.WhichOneof("type") != "exception", element.exception.message
            path = tuple(message.metadata.delta_path)
            page[path], self._parts[path] = element, message.delta.fragment_id
        return kind
