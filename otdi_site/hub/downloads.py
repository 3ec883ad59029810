"""Downloads bulk files that the Hub holds, through the cache of `huggingface_hub`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class DownloadProblem(NamedTuple):
    """Why a file is not on this machine; the text of a diagnostic."""

    text: str
    help: str


def download(dataset: str, file: str, revision: str, *, is_offline: bool) -> Path | DownloadProblem:
    """A file of a dataset repository on this machine; downloaded unless the cache of `huggingface_hub` has it."""
    # Without this the library makes a request to another address, even for a file that it has. It is read at import.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    kept = try_to_load_from_cache(dataset, file, repo_type="dataset", revision=revision)
    if is_offline:
        help = "run without --offline once, so that it is downloaded"
        return Path(kept) if isinstance(kept, str) else DownloadProblem("was never downloaded from the Hub", help)
    try:
        return Path(hf_hub_download(dataset, file, repo_type="dataset", revision=revision))
    except Exception as problem:  # the library raises its own, those of its HTTP client and those of the system
        if isinstance(kept, str) and _is_temporary(problem):
            # As the library does by itself where it finds no connection at all.
            return Path(kept)
        return _describe(problem)


def _is_temporary(problem: Exception) -> bool:
    """Whether the failure is temporary: no response, or one that says nothing of the file."""
    response = getattr(problem, "response", None)
    return response is None or response.status_code in (408, 429) or response.status_code >= 500


def _describe(problem: BaseException) -> DownloadProblem:
    # Never in the words of the exception: they hold what a server said, which may repeat the token.
    from huggingface_hub import errors

    if isinstance(problem, errors.LocalEntryNotFoundError) and problem.__cause__ is not None:
        return _describe(problem.__cause__)
    help = "check `dataset`, `file` and `revision`; private and gated datasets need HF_TOKEN"
    match problem:
        case errors.GatedRepoError():
            text = "access to its dataset is gated"
        case errors.RepositoryNotFoundError():
            text = "there is no such dataset, or it is private"
        case errors.RevisionNotFoundError():
            text = "the dataset has no such revision"
        case errors.LocalEntryNotFoundError() | errors.OfflineModeIsEnabled():
            text, help = "it was never downloaded, and HF_HUB_OFFLINE is set", "unset HF_HUB_OFFLINE once"
        case errors.EntryNotFoundError():
            text = "the dataset has no such file"
        case errors.HfHubHTTPError():
            text = f"the Hub answered with status {problem.response.status_code}"
            help = "build again later; if it stays so, check HF_ENDPOINT and HF_TOKEN"
        case _:
            text, help = f"the download failed ({type(problem).__name__})", "build again when the Hub can be reached"
    return DownloadProblem(f"cannot be had from the Hub: {text}", help)
