"""The OpenID Connect provider that a Hugging Face Space brings along.

A Space with `hf_oauth: true` in the head of its README has a client at Hugging Face, which its
environment names (https://huggingface.co/docs/hub/spaces-oauth). Streamlit wants it as secrets.
"""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OPENID_PROVIDER_URL", "SPACE_HOST")


def space_secrets(
    environment: Mapping[str, str], cookie_secret: str
) -> dict[str, dict[str, str | dict[str, str]]]:
    """Returns the secrets by which the app signs people in with Hugging Face.

    Args:
        environment: the variables of the process.
        cookie_secret: what the cookies of those who are signed in are signed with.

    Returns:
        The section "auth"; nothing where the environment is not that of such a Space.
    """
    client, secret, provider, host = (environment.get(name, "").strip() for name in _NAMES)
    if not (client and secret and provider and host):
        return {}
    return {
        "auth": {
            "redirect_uri": f"https://{host}/oauth2callback",
            "cookie_secret": cookie_secret,
            "client_id": client,
            "client_secret": secret,
            "server_metadata_url": f"{provider.rstrip('/')}/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid profile"},
        }
    }
