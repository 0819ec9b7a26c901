"""An OpenID Connect provider for tests: real HTTP, real signatures, and nobody has a password."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.browser.server import free_port

CLIENT, SECRET = "tastemap", "a secret of the client"


@dataclass
class Provider:
    """The provider.

    Attributes:
        url: its issuer.
        people: name -> what it vouches for.
    """

    url: str
    people: Mapping[str, Mapping[str, Any]]
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    _codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def secrets(self, app: str) -> str:
        """The section of secrets.toml that lets an app at a URL ask it."""
        return (
            f'[auth]\nredirect_uri = "{app}/oauth2callback"\ncookie_secret = "{"x" * 40}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )

    def app(self) -> Starlette:
        """Its routes."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/chosen", self._chosen),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/favicon.ico", lambda request: Response(status_code=204)),
            ]
        )

    def _metadata(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        links = "".join(
            f'<li><a href="/chosen?{urlencode({**asked, "who": who})}">{who}</a></li>'
            for who in self.people
        )
        return HTMLResponse(f"<!doctype html><title>Who are you?</title><ul>{links}</ul>")

    def _chosen(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(str(form["code"]))
        assert form["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": asked["who"],
            "iat": now,
            "exp": now + 600,
            **({"nonce": asked["nonce"]} if "nonce" in asked else {}),
            **self.people[asked["who"]],
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._key)
        answer = {"access_token": "none", "token_type": "Bearer", "id_token": token}
        return JSONResponse(answer)

    def _keys(self, request: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))


@contextmanager
def provide(people: Mapping[str, Mapping[str, Any]]) -> Iterator[Provider]:
    """Runs a provider until the block ends.

    Args:
        people: see `Provider`.
    """
    port = free_port()
    provider = Provider(f"http://localhost:{port}", people)
    config = uvicorn.Config(provider.app(), host="localhost", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end
        time.sleep(0.02)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(20)
