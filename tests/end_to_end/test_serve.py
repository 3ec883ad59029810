"""Editing with the site in view: served, rebuilt after a change, reloaded in the browser."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hub_server import COLLECTION, HubServer
from tests.sites import change_config, command, environment, make_small_site, run

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

PATIENCE = 300.0
"""Seconds after which a test gives up waiting for something that has to happen."""
INVITATION = re.compile(r"Look at (http://localhost:\d+/\S*) ;")
PROBLEMS = 'id="otdi-problems"'
"""What a page has where something is wrong."""


class Serving:
    """A running `serve` and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output: list[str] = []
        self.errors: list[str] = []
        for stream, lines in ((process.stdout, self.output), (process.stderr, self.errors)):
            threading.Thread(target=lambda s=stream, keep=lines: keep.extend(s), daemon=True).start()

    def wait_for(self, happened: Callable[[], object]) -> None:
        ends_at = time.monotonic() + PATIENCE
        while not happened():
            assert self.process.poll() is None, f"ended: {self.output} {self.errors}"
            assert time.monotonic() < ends_at, f"waited in vain: {self.output} {self.errors}"
            time.sleep(0.05)

    @property
    def url(self) -> str:
        self.wait_for(lambda: INVITATION.search("".join(self.errors)))
        found = INVITATION.search("".join(self.errors))
        assert found is not None
        return found[1]

    @property
    def builds(self) -> list[str]:
        """The summary of each build so far."""
        return [line for line in self.errors if line.startswith("build: ")]

    def get(self, address: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"{self.url}{address.lstrip('/')}") as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()


@contextmanager
def serving(root: Path, *arguments: str, **variables: str) -> Iterator[Serving]:
    process = subprocess.Popen(
        command(root, "serve", "--port", "0", *arguments),
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
    )
    try:
        yield Serving(process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def served(small_site: Path) -> Iterator[Serving]:
    with serving(small_site, "--offline") as running:
        yield running


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_pages_are_served_and_what_is_not_there_has_the_site_s_own_page(served: Serving) -> None:
    status, home = served.get("/")
    assert (status, "Water data" in home) == (200, True)
    assert f'href="{served.url}about/"' in served.get("/about/")[1], "the address of the page is where it is served"
    assert served.get("/about")[0] == 200
    status, missing = served.get("/no/such/page.html")
    assert (status, "Nothing here" in missing) == (404, True)


def test_a_changed_page_is_rebuilt_and_only_that(served: Serving, small_site: Path) -> None:
    assert "We measure water." in served.get("/about/")[1]
    edit(small_site / "content/about.md", "We measure water.", "We count drops.")
    served.wait_for(lambda: "We count drops." in served.get("/about/")[1])
    served.wait_for(lambda: len(served.builds) == 2)
    assert ", 1 written; " in served.builds[1]


def test_many_changes_at_once_are_one_rebuild(served: Serving, small_site: Path) -> None:
    assert served.get("/")[0] == 200
    for file in [*small_site.glob("content/*.md"), small_site / "site.yaml"]:
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (small_site / "content/contribute.md").unlink()
    served.wait_for(lambda: served.get("/contribute/")[0] == 404)
    time.sleep(1.0)  # for rebuilds there must not be
    assert len(served.builds) <= 3, "the first, one for the changes, one more where they came in the middle of a look"


def test_a_new_entry_and_a_removed_page_are_noticed(served: Serving, small_site: Path) -> None:
    assert served.get("/datasets/example-org/springs.html")[0] == 404
    wells = small_site / "catalog_data/datasets/example-org/wells.yaml"
    (wells.parent / "springs.yaml").write_text(wells.read_text(encoding="utf-8").replace("ells", "prings"), "utf-8")
    served.wait_for(lambda: served.get("/datasets/example-org/springs.html")[0] == 200)
    (wells.parent / "springs.yaml").unlink()
    served.wait_for(lambda: served.get("/datasets/example-org/springs.html")[0] == 404)


def test_a_template_is_edited_again_and_again(served: Serving, small_site: Path) -> None:
    assert served.get("/")[0] == 200
    footer = small_site / "templates/partials/footer.html"
    footer.parent.mkdir(parents=True)
    for text in ("<footer>One</footer>", "<footer>Two</footer>", "<footer>One</footer>"):
        footer.write_text(text, encoding="utf-8")
        for address in ("/about/", "/datasets/example-org/wells.html"):
            served.wait_for(lambda address=address, text=text: text in served.get(address)[1])  # type: ignore[misc]
    served.wait_for(lambda: len(served.builds) >= 4)


def test_an_error_is_printed_and_the_old_page_stays_until_it_is_mended(served: Serving, small_site: Path) -> None:
    assert "We measure water." in served.get("/about/")[1]
    about = small_site / "content/about.md"
    edit(about, "We measure water.", "We count [drops](/nowhere/).")
    served.wait_for(lambda: any("error OTD206" in line for line in served.output))
    assert any(line.startswith("content/about.md:7:10: error OTD206: ") for line in served.output)
    served.wait_for(lambda: "nothing was published" in served.builds[-1])
    assert "We measure water." in served.get("/about/")[1]
    edit(about, "/nowhere/", "/contribute/")
    served.wait_for(lambda: "We count" in served.get("/about/")[1])


def test_the_browser_shows_a_change_by_itself(
    served: Serving, small_site: Path, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    answers: list[object] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: answers.append(frame)))
    page.goto(f"{served.url}about/")
    # It is connected once the server has answered its greeting, which may be before anybody waits for that.
    ends_at = time.monotonic() + PATIENCE
    while not answers and time.monotonic() < ends_at:
        page.wait_for_timeout(50)
    assert answers, "the page never heard of the server"
    time.sleep(0.5)
    edit(small_site / "content/about.md", "We measure water.", "We count drops.")
    page.get_by_text("We count drops.").wait_for(timeout=PATIENCE * 1000)
    assert problems == [], "the content security policy lets the script work"


BREAKS = {
    "content/about.md": ("We measure", "We [measure](/nowhere/)", "leads to nothing on this site"),
    "catalog_data/datasets/example-org/wells.yaml": ("hosting: owner", "hosting: <b>nobody</b>", "<b>nobody</b>"),
    "templates/partials/footer.html": ("Ours", "{% if %}", "error OTD300"),
    "site_src/css/site.css": ("margin: 0", "background: url(gone.png)", "names gone.png, which is not there"),
    "catalog_data/vocabulary/modalities.yaml": ("- {id: text,", "- {id: 'te xt',", "cannot be the id of a term"),
    "site.yaml": ("title: Water data", "titel: Water data", "unknown field 'titel'"),
}
"""What to edit in a file, and what the page says of it then."""


def test_an_error_is_seen_in_the_page_until_it_is_mended(
    small_site: Path, new_context: Callable[..., BrowserContext]
) -> None:
    make_small_site(
        small_site,
        {
            "templates/partials/footer.html": "<footer>Ours</footer>\n",
            "site_src/css/site.css": "body { margin: 0 }\n",
        },
    )
    with serving(small_site, "--offline") as served:
        page = new_context().new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(f"{served.url}about/")
        shown = page.get_by_role("alert")
        for path, (right, wrong, words) in BREAKS.items():
            edit(small_site / path, right, wrong)
            shown.get_by_text(words).first.wait_for(timeout=PATIENCE * 1000)
            place = shown.get_by_text(path).first.inner_text()
            assert re.fullmatch(rf"{re.escape(path)}(:\d+:\d+|:\d+)?", place), place
            assert "help: " in shown.inner_text()
            assert shown.locator("pre").count() or path.startswith("site_src/"), "the source line"
            box = shown.bounding_box()
            assert box is not None
            assert (box["x"], box["y"]) == (0, 0)
            assert page.locator("main").get_by_text("We measure water.").count() == 1, "over the last good page"
            edit(small_site / path, wrong, right)
            shown.wait_for(state="detached", timeout=PATIENCE * 1000)
            page.get_by_text("We measure water.").wait_for(timeout=PATIENCE * 1000)
        assert problems == [], "the content security policy lets it be seen"


def test_a_page_of_the_published_site_has_no_trace_of_serving(served: Serving, small_site: Path) -> None:
    assert "livereload" in served.get("/")[1]
    assert "livereload" not in (small_site / "_site/index.html").read_text(encoding="utf-8")


def test_ctrl_c_ends_serving_without_a_traceback(served: Serving) -> None:
    assert served.get("/")[0] == 200
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=PATIENCE) == 0
    assert "Traceback" not in "".join(served.errors)


def test_the_hub_is_asked_once_and_not_at_every_change(small_site: Path) -> None:
    with HubServer(quota=None) as hub:
        hub.add_dataset("example-org/tides")
        hub.add_collection(COLLECTION, ["example-org/tides"])
        with serving(small_site, HF_ENDPOINT=hub.url) as served:
            assert served.get("/datasets/example-org/tides.html")[0] == 200
            asked = len(hub.requests)
            assert asked > 0
            time.sleep(1.0)  # for rebuilds there must not be
            assert len(served.builds) == 1, "what the first build fetched is no change"
            edit(small_site / "content/about.md", "We measure water.", "We count drops.")
            served.wait_for(lambda: "We count drops." in served.get("/about/")[1])
            assert served.get("/datasets/example-org/tides.html")[0] == 200
            assert len(hub.requests) == asked


def test_a_port_that_is_taken_is_wrong_usage(small_site: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finished = run(small_site, "serve", "--port", str(port), "--offline")
    assert finished.status == 2
    assert finished.last_line.startswith(f"error: cannot listen on port {port}: ")
    assert "--port" in finished.last_line
    assert not (small_site / "_site").exists(), "it is said before the site is built"


def test_the_first_build_may_fail(small_site: Path) -> None:
    about = small_site / "content/about.md"
    right = about.read_text(encoding="utf-8")
    about.write_text("no front matter\n", encoding="utf-8")
    with serving(small_site, "--offline") as served:
        status, page = served.get("/")
        assert status == 503
        assert "content/about.md:1:1" in page
        about.write_text(right, encoding="utf-8")
        served.wait_for(lambda: served.get("/about/")[0] == 200)
        assert PROBLEMS not in served.get("/about/")[1]


def test_the_configuration_may_be_wrong_from_the_start(small_site: Path) -> None:
    config = small_site / "site.yaml"
    right = config.read_text(encoding="utf-8")
    config.write_text(right.replace("title: ", "titel: ", 1), encoding="utf-8")
    with serving(small_site, "--offline") as served:
        assert "site.yaml:1:1" in served.get("/")[1]
        config.write_text(right, encoding="utf-8")
        served.wait_for(lambda: served.get("/")[0] == 200)


def test_imported_files_are_watched(small_site: Path) -> None:
    row = '{"id": "example-org/tides", "description": "Invented.", "tags": ["license:mit"]}\n'
    rows = small_site / "elsewhere/rows.jsonl"
    rows.parent.mkdir()
    rows.write_text(row, encoding="utf-8")
    with serving(small_site, "--offline") as served:
        assert served.get("/datasets/example-org/springs.html")[0] == 404
        change_config(small_site, sources=[{"path": "elsewhere/rows.jsonl", "date": "2025-10-24", "licenses": "all"}])
        served.wait_for(lambda: served.get("/datasets/example-org/tides.html")[0] == 200)
        rows.write_text(row + row.replace("tides", "springs"), encoding="utf-8")
        served.wait_for(lambda: served.get("/datasets/example-org/springs.html")[0] == 200)


def test_a_sub_path_is_served_below_its_path(small_site: Path) -> None:
    with serving(small_site, "--offline", "--base-url", "https://data.example.org/sub%20path/") as served:
        assert served.url.endswith("/sub%20path/")
        status, page = served.get("about/")
        assert (status, "We measure water." in page) == (200, True)
        assert 'href="/sub%20path/catalog/"' in page
        top = served.url.removesuffix("sub%20path/")
        assert urllib.request.urlopen(top).url == served.url
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{top}about/")


def ask(served: Serving, target: str, **headers: str) -> tuple[int, str]:
    """Status and text of an answer to a request as it is written here."""
    connection = http.client.HTTPConnection("localhost", int(served.url.split(":")[2].split("/")[0]))
    connection.putrequest("GET", target, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_odd_requests_have_an_answer_and_other_hosts_none(served: Serving) -> None:
    for target in (
        "/%00",
        "/about%00/",
        "/%ff",
        "/..%2f..%2fsite.yaml",
        "//about/",
        f"/{'a' * 300}/",
        f"/{'a/' * 3000}",
    ):
        status, _ = ask(served, target)
        assert status in (400, 403, 404), target
    for host in ("localhost:1", "127.0.0.1", "[::1]:8000", "LOCALHOST"):
        assert ask(served, "/about/", Host=host)[0] == 200, host
    for host in ("rebound.example", "rebound.example:8000", "192.0.2.7", "localhost.rebound.example", "", "[", "a b"):
        status, text = ask(served, "/about/", Host=host)
        assert (status in (400, 403), "measure" in text) == (True, False), host
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    upgrade["Sec_WebSocket_Key"] = "AAAAAAAAAAAAAAAAAAAAAA=="
    for origin in ("https://rebound.example", "http://localhost:1", "null"):
        assert ask(served, "/livereload", Origin=origin, **upgrade)[0] == 403, origin
    time.sleep(0.2)
    assert "Traceback" not in "".join(served.errors)


def test_all_addresses_of_the_machine_are_served_when_told(small_site: Path) -> None:
    with serving(small_site, "--offline", "--host", "0.0.0.0") as served:
        assert ask(served, "/about/", Host="192.0.2.7:8000")[0] == 200
        assert ask(served, "/about/", Host="rebound.example")[0] == 403


def test_json_of_many_builds_is_refused_and_annotations_are_written(small_site: Path) -> None:
    finished = run(small_site, "serve", "--port", "0", "--offline", "--format", "json")
    assert (finished.status, finished.last_line.startswith("error: --format json is one document")) == (2, True)
    (small_site / "content/about.md").write_text("no front matter\n", encoding="utf-8")
    with serving(small_site, "--offline", "--format", "github") as served:
        assert served.get("/")[0] == 503
        served.wait_for(lambda: any(line.startswith("::error file=content/about.md") for line in served.output))


def test_a_wrong_output_folder_is_not_served(small_site: Path) -> None:
    finished = run(small_site, "serve", "--port", "0", "--offline", "--output", str(small_site))
    assert finished.status == 2
    assert "OTD500" in finished.output


def test_temporary_files_of_editors_make_no_error(served: Serving, small_site: Path) -> None:
    about = small_site / "content/about.md"
    assert served.get("/")[0] == 200
    for number in range(40):
        temporary = small_site / f"content/{number}.md"
        temporary.write_text(about.read_text(encoding="utf-8"), encoding="utf-8")
        temporary.unlink()
        time.sleep(0.02)
    edit(about, "We measure water.", "We count drops.")
    served.wait_for(lambda: "We count drops." in served.get("/about/")[1])
    assert not any("error OTD" in line for line in served.output)
