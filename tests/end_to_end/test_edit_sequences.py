"""Whatever is edited, in whatever order: a build that follows others makes what a first build elsewhere makes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, event, example, given, note, settings
from hypothesis import strategies as st

from tests.builds import IS_THOROUGH, MOMENT, Build, Built, build, copy_sources, differences, look_at
from tests.end_to_end.edits import FIRST, Content, Edit, apply, breaks, edits, text_edits, write
from tests.sites import make_small_site, stamps

SEQUENCES = 250 if IS_THOROUGH else 3
Step = tuple[list[Edit], int, tuple[str, Content] | None]
"""Edits, processes that render, and a file that is broken meanwhile."""

changes = st.lists(edits, min_size=1, max_size=3)
steps = st.lists(
    st.tuples(changes, st.sampled_from([1, 2]), st.one_of(st.none(), st.none(), breaks)), min_size=2, max_size=6
)


def build_twice(root: Path, elsewhere: Path, jobs: int) -> tuple[Built, Built]:
    """The site after other builds, and the same sources in another folder for the first time, with other `jobs`."""
    twin = copy_sources(root, elsewhere)
    time.sleep(MOMENT)
    again, first = Build(root, jobs=jobs), Build(twin, jobs=3 - jobs)
    return again.finish(), first.finish()


def check(root: Path, elsewhere: Path, jobs: int) -> Built:
    before = look_at(root / "_site")
    again, first = build_twice(root, elsewhere, jobs)
    note(f"{again.line}  {again.codes}")
    event(f"{again.status}{f', {again.codes[0]}' if again.status else ''}")
    event(f"short: {again.plans_texts_only}")
    event(f"written: {'none' if again.summary.get('written') == 0 else 'some'}, workers: {again.workers > 0}")
    assert again.diagnostics == first.diagnostics
    assert again.status == first.status
    made = look_at(elsewhere / "_site")
    if made is None:
        assert again.status != 0
        assert differences(look_at(root / "_site"), before) == []
    else:
        assert again.status == 0
        assert differences(look_at(root / "_site"), made) == []
    return again


def _puts(path: str, *contents: Content) -> list[Step]:
    return [([("put", path, content)], 1, None) for content in contents]


def _with_footer(text: str) -> list[Step]:
    return _puts("templates/partials/footer.html", f"<footer>{text}</footer>\n")


_WELLS = "catalog_data/datasets/example-org/wells.yaml"
_CLIMATE = "title: Rain\nurl: https://example.org/rain\ndomains: [climate]\n"


# Each of these was a site that differed.
@example(
    _with_footer('{% include "partials/nested/words.txt" %}') + _puts("templates/partials/nested/words.txt", "!\n")
)
@example(_with_footer('{{ asset_text("downloads/words.txt") }}') + _puts("site_src/downloads/words.txt", "!\n"))
@example(
    _with_footer('{{ value_of("domain", "climate").title }}')
    + _puts("catalog_data/datasets/example-org/rain.yaml", _CLIMATE)
    + [([("remove", "catalog_data/datasets/example-org/rain.yaml", None)], 2, None)]
)
@example(
    _puts("content/about.md", "---\ntitle: About\n---\n## Us\n\nTo [a heading](/about/#us).\n")
    + _puts(_WELLS, "title: Wells\nurl: https://example.org/a\n")
)
@example(
    _puts("templates/list.html", '{% extends "base.html" %}{% block main %}{{ listing.summaries }}{% endblock %}\n')
    + _puts(_WELLS, "title: Wells\nurl: https://example.org/a\nsize: n<1K\n", _CLIMATE.replace("Rain", "Wells"))
)
@settings(max_examples=SEQUENCES, suppress_health_check=list(HealthCheck), derandomize=not IS_THOROUGH, print_blob=True)
@given(sequence=steps)
def test_a_build_after_any_edits_makes_what_a_clean_one_makes(sequence: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = make_small_site(Path(folder) / "site", FIRST)
        for number, (edited, jobs, broken) in enumerate(sequence):
            for change in edited:
                apply(root, change)
            if broken is not None:
                file, content = root / broken[0], broken[1]
                kept = file.read_bytes() if file.exists() else None
                write(file, content)
                assert check(root, Path(folder) / f"broken-{number}", jobs).status != 0
                file.unlink() if kept is None else write(file, kept)
            last = check(root, Path(folder) / f"clean-{number}", jobs)
        if last.status == 0:
            before = stamps(root / "_site")
            for jobs in (1, 2):
                assert build(root, jobs=jobs).summary["written"] == 0
                assert stamps(root / "_site") == before


texts = st.tuples(st.lists(text_edits, min_size=1, max_size=2), st.sampled_from([1, 2]))


@settings(max_examples=SEQUENCES, suppress_health_check=list(HealthCheck), derandomize=not IS_THOROUGH, print_blob=True)
@given(first=st.lists(edits, max_size=6), edited=st.lists(texts, min_size=1, max_size=5))
def test_a_build_after_edits_of_texts_makes_what_a_clean_one_makes(
    first: list[Edit], edited: list[tuple[list[Edit], int]]
) -> None:
    """Whatever the site is like, and however often only texts were planned before."""
    with tempfile.TemporaryDirectory() as folder:
        root = make_small_site(Path(folder) / "site", FIRST)
        for change in first:
            apply(root, change)
        time.sleep(MOMENT)
        build(root)
        for number, (changes, jobs) in enumerate(edited):
            for change in changes:
                apply(root, change)
            check(root, Path(folder) / f"clean-{number}", jobs)
