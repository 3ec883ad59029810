"""A Hub on the loopback, asked without the token this machine may have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub_server import HubServer
from tests.unit.hub.runs import Site


@pytest.fixture(autouse=True)
def _no_token_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("HF_", "HUGGING_FACE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # The loopback is asked without TLS, and loading certificates takes longer than all else a run does here.
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    (tmp_path / "no-certificates").mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "no-certificates"))


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer(slowness=30.0) as server:
        yield server


@pytest.fixture
def site(hub: HubServer) -> Site:
    return Site(hub)
