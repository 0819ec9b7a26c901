"""Admin, Releases: how the Hugging Face Hub stands, and exchanging releases with it."""

import streamlit as st

from pages.components.admin.door import perform
from pages.components.text import plain, small
from recommender.admin.releases import PULL, PUSH
from recommender.errors import TastemapError
from recommender.releases import Registry, watch
from recommender.releases.hub import Hub, HubRelease, Pulled
from recommender.releases.watch import HubStatus
from recommender.serving.opened import prepare
from recommender.settings import Settings


def hub_state(domain: str) -> None:
    """Draws how the last look at the Hub went, and what can be taken from there."""
    settings = Settings.from_environment()
    hub = Hub.of(settings)
    if hub is None:
        return
    look = _look(hub, domain)
    with st.container(border=True, gap="small", key="admin-hub"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader("Hugging Face Hub", anchor=False, width="content")
            st.badge("out of order", color="red") if look.fault else st.badge("followed")
        st.markdown(f"`{look.repository}` at `{hub.revision}`. {_told(look)}")
        if look.fault:
            st.error(plain(look.fault), icon=":material/cloud_off:")
        with st.container(horizontal=True, gap="small"):
            if st.button("Take the newest", icon=":material/cloud_download:", key="admin.pull"):
                _pull(hub, domain, settings)
            if st.button("What is there?", icon=":material/list:", key="admin.hub.list"):
                _list(hub, domain)
        _published(hub, domain, settings)


def push_form(domain: str, release_id: str, registry: Registry) -> None:
    """Draws the way to publish a release; nothing without a Hub."""
    hub = Hub.of(Settings.from_environment())
    if hub is None:
        return
    with st.popover("Push", icon=":material/cloud_upload:", key=f"admin.push.{release_id}"):
        st.write(f"Publishes it in {plain(hub.repository_of(domain))}, for whoever may read there.")
        create = st.checkbox(
            "Make the repository, a private one, if there is none",
            key=f"admin.push.create.{release_id}",
        )
        if st.button("Publish", type="primary", key=f"admin.publish.{release_id}"):
            _push(hub, domain, release_id, registry, create)


def _look(hub: Hub, domain: str) -> HubStatus:
    repository = hub.repository_of(domain)
    looks = (one for one in watch.statuses() if one.repository == repository)
    return next(looks, HubStatus(repository, domain))


def _told(look: HubStatus) -> str:
    if look.checked is None:
        return "It has not been looked at yet."
    found = f": release `{look.release}`, commit `{look.commit[:12]}`" if look.commit else ""
    return f"Looked at {look.checked:%Y-%m-%d %H:%M:%S} UTC{found}."


def _pull(hub: Hub, domain: str, settings: Settings, release_id: str | None = None) -> None:
    def said(pulled: Pulled) -> str:
        came = "has come" if pulled.fetched else "was here already"
        return f"{pulled.release.id} {came}{' and serves' if pulled.promoted else ''}."

    with st.container():
        bar = st.progress(0.0, "Asking the Hub")
        perform(
            PULL,
            lambda who: hub.pull(
                None if hub.one_domain else domain,
                Registry(settings.models),
                lambda share, phrase: bar.progress(min(share, 1.0), plain(phrase)),
                release_id=release_id,
                ready=prepare,
            ),
            said,
            domain=domain,
            release=release_id or "",
        )
    st.rerun()


def _push(hub: Hub, domain: str, release_id: str, registry: Registry, create: bool) -> None:
    seen = _look(hub, domain).commit
    key = f"admin.pushed.{domain}"
    # What this tab has published is not yet seen by the watch; it is no surprise all the same.
    parent = st.session_state.get(key, {}).get(seen, seen)
    bar = st.progress(0.0, "Asking the Hub")
    commit = perform(
        PUSH,
        lambda who: hub.push(
            domain,
            release_id,
            registry,
            lambda share, phrase: bar.progress(min(share, 1.0), plain(phrase)),
            parent,
            create=create,
        ),
        lambda commit: f"{release_id} is published, commit {commit[:12]}.",
        domain=domain,
        release=release_id,
    )
    if commit:
        st.session_state[key] = {seen: commit}
    st.rerun()


def _list(hub: Hub, domain: str) -> None:
    try:
        with st.spinner("Asking the Hub …"):
            st.session_state[f"admin.hub.{domain}"] = hub.releases(domain)
    except TastemapError as error:
        st.error(plain(str(error)), icon=":material/cloud_off:")


def _published(hub: Hub, domain: str, settings: Settings) -> None:
    found: list[HubRelease] | None = st.session_state.get(f"admin.hub.{domain}")
    if found is None:
        return
    if not found:
        st.write("No release has been published there.")
    here = Registry(settings.models).ids(domain)
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"`{one.id}` {small(f'commit {one.commit[:12]}')}", width="content")
            if one.id in here:
                st.badge("here", color="green")
            elif st.button("Take", key=f"admin.take.{one.id}", icon=":material/cloud_download:"):
                _pull(hub, domain, settings, one.id)
