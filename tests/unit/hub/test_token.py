"""The token goes to the endpoint alone, and into nothing that is kept or shown."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from otdi_site.hub import write_snapshot
from otdi_site.model.snapshot import Snapshot, SnapshotRow
from otdi_site.tokens import TokenFinder
from tests.hub_server import ALL, COLLECTION, FAULTS, HubServer
from tests.unit.hub.runs import Site, texts

TOKEN = "hf_aVeryGoodTokenOfThirtyFour00000000"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def other_host() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    return TOKEN


def everything(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*")))


def test_the_token_goes_to_the_endpoint(site: Site, hub: HubServer, token: str) -> None:
    hub.token = token
    hub.fill(2)
    site.refresh()
    assert {request.authorization for request in hub.requests} == {f"Bearer {token}"}


@pytest.mark.parametrize("fault", ["redirect-elsewhere", "link-elsewhere"])
@pytest.mark.parametrize("target", [COLLECTION, "listing", "example-org/dataset-1"])
def test_no_other_host_is_asked_at_all(
    site: Site, hub: HubServer, other_host: HubServer, token: str, fault: str, target: str
) -> None:
    # The same address by another name is another host, too.
    hub.elsewhere = other_host.url.replace("127.0.0.1", "localhost")
    hub.fill(5)
    hub.datasets["example-org/dataset-1"]["author"] = "somebody-else"
    hub.fail(target, fault)
    site.refresh()
    assert other_host.requests == []
    assert hub.requests


def test_another_port_of_the_same_host_is_another_host(
    site: Site, hub: HubServer, other_host: HubServer, token: str
) -> None:
    hub.elsewhere = other_host.url
    hub.fill(5)
    hub.fail(ALL, "redirect-elsewhere")
    report = site.refresh()
    assert other_host.requests == []
    assert "pointed to another host" in texts(report)


@pytest.mark.parametrize("fault", [None, *sorted(set(FAULTS) - {"slow", "drip", "drip-headers", "429-long"})])
def test_the_token_is_in_no_file_and_no_message(
    site: Site, hub: HubServer, token: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], fault: str | None
) -> None:
    hub.fill(2)
    if fault:
        hub.fail(ALL, fault)
    report = site.refresh(attempts=1)
    write_snapshot(tmp_path / "snapshots", site.snapshot)
    captured = capfd.readouterr()
    assert token not in everything(tmp_path / "snapshots") + texts(report) + captured.out + captured.err


def test_a_server_that_hands_the_token_back_does_not_get_it_published(
    site: Site, hub: HubServer, token: str, tmp_path: Path
) -> None:
    hub.fill(3)
    hub.datasets["example-org/dataset-1"].update(
        description=f"x {token}", tags=[f"language:{token}"], cardData={"pretty_name": token}
    )
    hub.items[COLLECTION][2]["note"] = {"text": f"Bearer {token}"}
    hub.items[COLLECTION].append({"id": f"example-org/{token}"})
    hub.titles[COLLECTION] = token
    report = site.refresh()
    write_snapshot(tmp_path / "snapshots", site.snapshot)
    assert token not in everything(tmp_path / "snapshots") + texts(report)
    assert site.row("example-org/dataset-0").title == "Dataset 0"


@pytest.mark.parametrize(
    "disguise",
    [
        lambda token: f"{token[:9]}\0{token[9:]}",
        lambda token: f"{token[:9]}\u202e{token[9:]}",
        lambda token: "\ufeff".join(token),
        lambda token: "\u200b".join(token),
        lambda token: "".join(f"%{ord(character):02X}" for character in token),
        lambda token: "".join(f"&#{ord(character)};" for character in token),
        lambda token: " ".join(token),
        lambda token: b64encode(f"Bearer {token}".encode()).decode(),
    ],
)
def test_a_token_that_comes_back_in_disguise_is_not_kept(
    site: Site, hub: HubServer, token: str, tmp_path: Path, disguise: Callable[[str], str]
) -> None:
    hub.fill(4)
    wrapped = disguise(token)
    hub.datasets["example-org/dataset-1"].update(description=f"x {wrapped} y")
    hub.datasets["example-org/dataset-2"].update(cardData={"pretty_name": wrapped})
    hub.datasets["example-org/dataset-3"].update(tags=[token[:9], token[9:]])
    hub.items[COLLECTION][0]["note"] = {"text": wrapped}
    hub.titles[COLLECTION] = wrapped
    report = site.refresh()
    written = write_snapshot(tmp_path / "snapshots", site.snapshot)
    assert written.diagnostics == ()
    shown = everything(tmp_path / "snapshots") + texts(report)
    assert wrapped not in shown
    assert not TokenFinder.of([token]).is_in(shown)
    assert site.snapshot.rows.keys() >= {"example-org/dataset-1", "example-org/dataset-2"}


def test_a_snapshot_that_holds_the_token_is_not_written(token: str, tmp_path: Path) -> None:
    row = SnapshotRow("a/b", "https://x.org", "2026-01-02T03:04:05Z", title=token)
    written = write_snapshot(tmp_path / "snapshots", Snapshot(rows={row.id: row}))
    assert [problem.code for problem in written.diagnostics] == ["OTD445"]
    assert not (tmp_path / "snapshots").exists()


def test_a_refused_token_is_said_and_the_public_is_read_without_it(site: Site, hub: HubServer, token: str) -> None:
    hub.token = "another"
    hub.fill(4)
    report = site.refresh(attempts=1)
    assert "refused the Hugging Face token" in texts(report)
    assert token not in texts(report)
    assert report.counts.added == 4
    assert [request.authorization for request in hub.requests] == [f"Bearer {token}", None, None]


@pytest.mark.parametrize("value", ["hf_tökén", "two words", "tab\there", "“quoted”"])
def test_a_token_that_cannot_be_sent_is_said_and_not_sent(
    site: Site, hub: HubServer, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", value)
    hub.fill(2)
    report = site.refresh()
    assert "token cannot be sent" in texts(report)
    assert value not in texts(report)
    assert report.counts.added == 2
    assert {request.authorization for request in hub.requests} == {None}


def test_with_a_token_missing_is_told_from_refused(site: Site, hub: HubServer, token: str) -> None:
    hub.token = token
    hub.add_dataset("other/alone")
    site.extra_ids = ["other/alone", "other/missing"]
    report = site.refresh(collections=())
    assert "refused the Hugging Face token" not in texts(report)
    assert "other/missing is not on the Hub, or private there" in texts(report)


def test_a_password_in_the_endpoint_is_in_no_file_and_no_message(site: Site, hub: HubServer, tmp_path: Path) -> None:
    hub.fill(2)
    hub.fail("example-org/dataset-1", "500")
    report = site.refresh(endpoint=hub.url.replace("://", "://user:opensesame@"))
    write_snapshot(tmp_path / "snapshots", site.snapshot)
    assert site.row("example-org/dataset-0").endpoint == hub.url
    assert "opensesame" not in everything(tmp_path / "snapshots") + texts(report)


def run_python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


REFRESH = f"""
import sys
from otdi_site.hub import refresh
from otdi_site.model.refresh import RefreshSettings
from otdi_site.model.snapshot import Snapshot
from otdi_site.diagnostics import format_text
report = refresh(RefreshSettings(collections=({COLLECTION!r},), attempts=1), Snapshot())
print(report.summary())
print(format_text(report.diagnostics))
"""


def test_the_librarys_environment_variables_work(hub: HubServer) -> None:
    hub.fill(2)
    done = run_python(REFRESH, HF_ENDPOINT=hub.url, HF_TOKEN=TOKEN, HF_DEBUG="1")
    assert "2 new" in done.stdout, done.stderr
    # The library asks one address more unless it is told not to send telemetry.
    assert hub.requests[0].path.startswith("/api/collections/")
    assert {request.authorization for request in hub.requests} == {f"Bearer {TOKEN}"}
    assert TOKEN not in done.stdout + done.stderr


def test_the_librarys_offline_switch_makes_no_request(hub: HubServer) -> None:
    hub.fill(2)
    done = run_python(REFRESH, HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="1")
    assert "HF_HUB_OFFLINE is set" in done.stdout, done.stderr
    assert hub.requests == []


def test_reading_and_writing_a_snapshot_does_not_import_the_library(tmp_path: Path) -> None:
    done = run_python(
        f"""
import sys, pathlib
from otdi_site.hub import load_snapshot, write_snapshot, is_due
snapshot, _ = load_snapshot(pathlib.Path({str(tmp_path)!r}))
write_snapshot(pathlib.Path({str(tmp_path)!r}), snapshot)
assert "huggingface_hub" not in sys.modules
"""
    )
    assert (done.returncode, done.stderr) == (0, "")
