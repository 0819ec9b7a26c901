"""Data sets of the Hugging Face Hub.

`huggingface_hub.snapshot_download` waits for ever on a Hub that does not answer (its calls that
resolve a branch and list a commit have no time-out), and checks no checksum. So the library does
what only it can, resolve a revision into a commit with its list of files, and sign the requests;
the files come by `download`, which resumes and checks every one of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
from huggingface_hub import HfApi, constants, get_token, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import DatasetInfo, RepoSibling

from recommender.data.fetching.download import Remote, download
from recommender.errors import FetchError

if TYPE_CHECKING:
    from recommender.algorithms.contract import Progress


def download_set(
    repository: str, revision: str | None, folder: Path, progress: Progress, patience: float
) -> Path:
    """Download all files of a data set.

    Args:
        repository: "owner/name".
        revision: A branch, tag or commit; None for the main branch.
        folder: Where to put it; a part of an earlier call in it is gone on from.
        progress: Called with the share of the bytes that are there.
        patience: Seconds without a byte after which to give up.

    Returns:
        The folder inside `folder` that holds the whole set.

    Raises:
        FetchError: If the Hub cannot be reached or refuses, or a file did not come whole.
    """
    found = _resolve(repository, revision, patience)
    # One folder a commit: what came from an older one must not be mixed in.
    whole = folder / str(found.sha)
    files = found.siblings
    if not files:
        raise FetchError(f"The data set {repository} is empty; name another.")
    total = sum(file.size or 0 for file in files) or 1
    done = 0
    for file in files:
        target = (whole / file.rfilename).resolve()
        if not target.is_relative_to(whole.resolve()):
            raise FetchError(f"{repository} has a file {file.rfilename}, which leads out of it.")
        target.parent.mkdir(parents=True, exist_ok=True)
        size = file.size or 0

        def show(share: float, phrase: str, done: int = done, size: int = size) -> None:
            progress((done + share * size) / total, phrase)

        download(_remote(repository, found, file), target, show, patience)
        done += size
    return whole


def _resolve(repository: str, revision: str | None, patience: float) -> DatasetInfo:
    try:
        return HfApi().dataset_info(
            repository, revision=revision, timeout=patience, files_metadata=True
        )
    except RevisionNotFoundError as error:
        raise FetchError(
            f"The data set {repository} has no revision {revision}; name another branch, tag or "
            "commit, or none."
        ) from error
    except GatedRepoError as error:
        raise FetchError(
            f"The data set {repository} is given to those who accept its conditions; accept them "
            f"at {constants.ENDPOINT}/datasets/{repository} and sign in with `hf auth login`."
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise FetchError(_not_readable(repository)) from error
    except OfflineModeIsEnabled as error:
        raise FetchError("HF_HUB_OFFLINE is set; unset it to fetch from the Hub.") from error
    except httpx2.TimeoutException as error:
        raise FetchError(
            f"{constants.ENDPOINT} has not answered for {patience:g} seconds; try again later."
        ) from error
    except (HfHubHTTPError, httpx2.HTTPError) as error:
        if isinstance(error, HfHubHTTPError) and error.response.status_code in (401, 403):
            raise FetchError(_not_readable(repository)) from error
        raise FetchError(
            f"{constants.ENDPOINT} cannot tell what {repository} holds "
            f"({type(error).__name__}); check the connection to the network and try again."
        ) from error


def _not_readable(repository: str) -> str:
    return (
        f"{constants.ENDPOINT} has no data set {repository} that you may read; check the name, or "
        "sign in with `hf auth login` if it is private."
    )


def _remote(repository: str, found: DatasetInfo, file: RepoSibling) -> Remote:
    checksum = f"git:{file.blob_id}" if file.blob_id else None
    token = get_token()
    return Remote(
        url=hf_hub_url(repository, file.rfilename, repo_type="dataset", revision=found.sha),
        size=file.size,
        # The blob of a large file is a pointer to it, which tells the file's own checksum.
        checksum=f"sha256:{file.lfs.sha256}" if file.lfs else checksum,
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )
