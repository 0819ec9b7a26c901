"""The provider of a Space: taken from its environment, if all of it is there."""

import pytest

from recommender.admin.provider import space_secrets

SPACE = {
    "OAUTH_CLIENT_ID": "client",
    "OAUTH_CLIENT_SECRET": "secret",
    "OPENID_PROVIDER_URL": "https://huggingface.co",
    "SPACE_HOST": "ada-tastemap.hf.space",
}


def test_a_space_with_a_client_signs_in_by_it():
    auth = space_secrets(SPACE, "x" * 40)["auth"]
    assert auth["redirect_uri"] == "https://ada-tastemap.hf.space/oauth2callback"
    assert auth["server_metadata_url"] == (
        "https://huggingface.co/.well-known/openid-configuration"
    )
    assert (auth["client_id"], auth["client_secret"]) == ("client", "secret")
    assert auth["cookie_secret"] == "x" * 40


@pytest.mark.parametrize("missing", SPACE)
def test_elsewhere_there_is_no_provider(missing):
    assert space_secrets({**SPACE, missing: " "}, "x") == {}
