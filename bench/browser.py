"""What a reader waits for on the catalog's page: ``python bench/browser.py`` prints one JSON document.

The page and its index are made of the real rows and of 100,000 datasets made from them (`bench.synthesis`; with
``--count N`` of any number, a million included), served with gzip as GitHub Pages does, and opened in Chromium at
10 Mbit/s and 40 ms, on a processor slowed down to a quarter. Bytes are those on the wire, headers included.
Milliseconds depend on what else the machine does; bytes and requests do not. Each question is asked in a browser that
has loaded nothing but the page, and ``--rounds`` times; times are the median and the worst.

- first_view: until the page can be used, and everything that was fetched for it
- first_click: a filter, with two facets open as for everybody, and with all of them open
- search: two words typed at once, into a box that had the focus for a moment: two frequent words, a frequent and a rare
  one, two telling ones; and two frequent words into a box that had no focus, and with all facets open. The columns
  that the counts need come after the rows; their bytes are told apart, too
- click_loaded: a filter whose columns are here, at the processor's own speed and slowed down: until the first rows and
  the counts are on the page, the whole work of the main thread, and its longest task

``--sites FOLDER`` keeps the sites there, and makes anew only the page and its scripts where an index is there already.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.catalog_site import serve_folder, write_site
from bench.synthesis import base_records, vocabularies, write_records

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
NETWORK = {"offline": False, "latency": 40, "downloadThroughput": 10_000_000 / 8, "uploadThroughput": 10_000_000 / 8}
SLOWER = 4
SEARCHES = {
    "two_frequent_words": "question answering",
    "frequent_and_rare": "speech swahili",
    "two_telling_words": "medical radiology",
    "two_most_frequent": "english text",
}

_OBSERVER = """
window.bench = {tasks: []};
new PerformanceObserver(list => {
  for (const task of list.getEntries()) window.bench.tasks.push([task.startTime, task.duration]);
}).observe({type: "longtask", buffered: true});
// Looks after each task whether what was waited for is on the page, and then waits for the frame that shows it.
window.bench.watch = () => {
  const seen = window.bench.seen = {};
  const rows = document.querySelector(".rows");
  const look = () => {
    if (!document.querySelector(".is-interactive")) return;
    const mark = name => { if (!(name in seen)) { seen[name] = performance.now(); } };
    if (rows && !rows.classList.contains("is-old")) mark("rows");
    if (!document.querySelector(".catalog [aria-busy]")) mark("whole");
  };
  window.bench.observer?.disconnect();
  window.bench.observer = new MutationObserver(look);
  window.bench.observer.observe(document, {subtree: true, childList: true, attributes: true});
};
addEventListener("DOMContentLoaded", window.bench.watch);
"""


class Visit:
    """One page that nothing was loaded for before, and what it fetches."""

    def __init__(self, page: Page, *, is_slow: bool) -> None:
        self.page = page
        self.requests: list[str] = []
        self.bytes = self.shard_bytes = self.column_bytes = 0
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._session.send("Performance.enable")
        self._open: dict[str, str] = {}
        self._session.on("Network.requestWillBeSent", self._begin)
        self._session.on("Network.loadingFinished", self._count)
        self._session.on("Network.loadingFailed", lambda event: self._open.pop(event["requestId"], None))
        if is_slow:
            self._session.send("Network.emulateNetworkConditions", NETWORK)
            self._session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(_OBSERVER)

    def _begin(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests.append(event["request"]["url"])
            self._open[event["requestId"]] = event["request"]["url"]

    def _count(self, event: dict[str, Any]) -> None:
        url = self._open.pop(event["requestId"], "")
        count = int(event["encodedDataLength"])
        self.bytes += count
        self.shard_bytes += count if _is_shard(url) else 0
        self.column_bytes += count if "/columns/" in url else 0

    def open(self, url: str) -> dict[str, float]:
        """Milliseconds from the start of the navigation."""
        self.page.goto(url)
        seen = self._wait()
        first_paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        return {"usable_ms": seen["whole"], "first_paint_ms": self.page.evaluate(first_paint)}

    def act(self, script: str) -> dict[str, float]:
        """Milliseconds from an act to the rows and to everything; what it fetched since the last one is forgotten."""
        self.requests.clear()
        self.bytes = self.shard_bytes = self.column_bytes = 0
        before = self._work()
        start = self.page.evaluate(
            f"() => {{ bench.watch(); const start = performance.now(); {script}; return start; }}"
        )
        seen = self._wait()
        long = self.page.evaluate(
            "start => bench.tasks.filter(([at]) => at >= start - 1).map(([, span]) => span)", start
        )
        return {
            "first_rows_ms": seen["rows"] - start,
            "all_counts_ms": seen["whole"] - start,
            "main_thread_ms": (self._work() - before) * 1000,
            "longest_task_ms": max(long, default=0),
        }

    def _wait(self) -> dict[str, float]:
        self.page.wait_for_function("() => window.bench?.seen?.whole && window.bench.seen.rows", timeout=120_000)
        self.rest()
        return dict(self.page.evaluate("bench.seen"))

    def rest(self) -> None:
        """Waits until nothing has been on its way for a moment."""
        quiet = 0
        while quiet < 3:
            self.page.wait_for_timeout(60)
            quiet = 0 if self._open else quiet + 1

    def _work(self) -> float:
        metrics = {each["name"]: each["value"] for each in self._session.send("Performance.getMetrics")["metrics"]}
        return float(metrics["TaskDuration"])

    def fetched(self) -> dict[str, int]:
        """What was fetched since the last act."""
        return {
            "requests": len(self.requests),
            "bytes": self.bytes,
            "term_shards": sum(map(_is_shard, self.requests)),
            "term_shard_bytes": self.shard_bytes,
            "column_bytes": self.column_bytes,
        }


def _is_shard(url: str) -> bool:
    return "/terms/" in url or "/prefixes/" in url


@contextmanager
def visit(browser: Browser, *, is_slow: bool = True) -> Iterator[Visit]:
    """A visitor with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
    yield Visit(context.new_page(), is_slow=is_slow)
    context.close()


def check(facet: str, value: str) -> str:
    """Script that clicks on a value."""
    label = f"[...document.querySelectorAll('[data-facet={facet}] label')].find(l => l.innerText.startsWith('{value}'))"
    return f"{label}.querySelector('input').click()"


OPEN_ALL = "document.querySelectorAll('.facets details').forEach(details => { details.open = true; })"


def typed(words: str) -> str:
    """Script that searches for words."""
    act = f"box.focus(); box.value = '{words}'; box.dispatchEvent(new Event('input'));"
    return f"(box => {{ {act} }})(document.querySelector('#q'))"


def ask(browser: Browser, url: str, script: str, before: str | None = None) -> dict[str, Any]:
    """An act on a page that has loaded nothing but itself."""
    with visit(browser) as visitor:
        visitor.open(url)
        if before is not None:
            visitor.page.evaluate(before)
            visitor.rest()
        return visitor.act(script) | visitor.fetched()


def click_loaded(browser: Browser, url: str, *, has_all: bool, is_slow: bool = False) -> list[dict[str, float]]:
    """Clicks whose columns are here."""
    spans = []
    with visit(browser, is_slow=is_slow) as visitor:
        visitor.open(url)
        if has_all:
            visitor.page.evaluate(OPEN_ALL)
            visitor.rest()
        clicks = [check("modality", "Text"), check("modality", "Audio"), check("domain", "Finance")]
        for number in range(10):
            for click in clicks:
                spans.append(visitor.act(click) | {"is_first": float(number < 2)})
    # The first rounds load columns and pages of rows; the same clicks again find all of them here.
    return [{name: span for name, span in each.items() if name != "is_first"} for each in spans if not each["is_first"]]


def measure(browser: Browser, url: str, rounds: int) -> dict[str, Any]:
    """All questions about one site."""

    def first_view() -> dict[str, Any]:
        with visit(browser) as visitor:
            spans = visitor.open(url)
            return spans | visitor.fetched()

    text, frequent = check("modality", "Text"), SEARCHES["two_frequent_words"]
    focus = "document.querySelector('#q').focus()"
    return {
        "first_view": _sum_up([first_view() for _ in range(rounds)]),
        "first_click": _sum_up([ask(browser, url, text) for _ in range(rounds)]),
        "first_click_all_facets_open": _sum_up([ask(browser, url, text, OPEN_ALL) for _ in range(rounds)]),
        "search": {
            name: {"words": words} | _sum_up([ask(browser, url, typed(words), focus) for _ in range(rounds)])
            for name, words in SEARCHES.items()
        },
        "search_without_focus_before": _sum_up([ask(browser, url, typed(frequent)) for _ in range(rounds)]),
        "search_all_facets_open": _sum_up([ask(browser, url, typed(frequent), OPEN_ALL) for _ in range(rounds)]),
        "click_loaded": _sum_up(click_loaded(browser, url, has_all=False)),
        "click_loaded_slowed_down": _sum_up(click_loaded(browser, url, has_all=False, is_slow=True)),
        "click_loaded_all_facets_open": _sum_up(click_loaded(browser, url, has_all=True)),
    }


def _sum_up(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Median and worst of times; of what is the same each time, just that."""
    report: dict[str, Any] = {}
    for name in found[0]:
        figures = [each[name] for each in found]
        if name.endswith("_ms"):
            report[name] = {"median": round(statistics.median(figures), 1), "worst": round(max(figures), 1)}
        else:
            report[name] = max(figures)
    return report


def main() -> None:
    """Measures each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, action="append", help="datasets of a site; may be given again")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sites", type=Path, help="folder to keep the sites in")
    arguments = parser.parse_args()
    from playwright.sync_api import sync_playwright

    base, is_real = base_records(vocabularies())
    report: dict[str, Any] = {
        "texts": "those of the sample of the Hub, multiplied" if is_real else "invented: the sample is not here"
    }
    for count in arguments.count or [len(base), 100_000]:
        with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
            place = (arguments.sites or Path(temporary)) / str(count)
            place.mkdir(parents=True, exist_ok=True)
            datasets, folder = place / "datasets.jsonl", place / "site"
            print(f"{count:,} datasets", file=sys.stderr)
            if not datasets.exists():
                write_records(base, count, datasets)
            write_site(datasets, folder)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            with serve_folder(folder) as url:
                report[f"{count:,}"] = measure(browser, f"{url}catalog/", arguments.rounds)
            browser.close()
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
