"""Random edits of a small site: what its files may become, and doing it to a folder; it must not build or assert.

An edit puts a file, removes one, or gives one the name of another: that is all that people, and git, do to sources.
Some put a file that differs from what is there in a few words.
Nothing of it is about real datasets.
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.sites import SMALL_SITE

Content = str | bytes
Edit = tuple[str, str, Any]
"""``put`` path content, ``remove`` path nothing, ``rename`` path path, ``describe`` and ``append`` path words."""

_HUB_IDS = ["Example-Org/Wells", "river-lab/tides", "river-lab/rain", "somebody/snow", "bare"]
_TITLES = ["Wells", "Tides & <i>waves</i>", "Rain", 'Über "Schnee" 雪', "wells"]
_TEXTS = ["Depths of invented wells.", "A <b>bold</b> & long claim. " * 12, "Measured hourly.", "Ein Meßwert: 雪."]
_DAYS = ["2025-01-02", "2025-10-24", "2024-02-29"]


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)


def _some(words: list[str], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=most, unique=True)


_entries = st.fixed_dictionaries(
    {"title": st.sampled_from(_TITLES), "url": st.sampled_from(["https://example.org/a", "https://example.net/b"])},
    optional={
        "description": st.sampled_from(_TEXTS),
        "license": st.sampled_from(["CC-BY-4.0", "MIT", "LicenseRef-other"]),
        "domains": st.sampled_from([[], ["climate"], ["marine"]]),
        "modalities": _some(["text", "image"]),
        "languages": _some(["en", "de", "zh-Hant"]),
        "tasks": _some(["text-classification", "question-answering"]),
        "tags": _some(["water", "<tag>"]),
        "hosting": st.sampled_from(["owner", "alliance"]),
        "huggingface": st.sampled_from(_HUB_IDS),
        "publisher": st.sampled_from(["river-lab", "afterquery"]),
        "date_added": st.sampled_from(_DAYS),
        "date_modified": st.sampled_from(_DAYS),
        "source_datasets": _some(_HUB_IDS),
        "size": st.sampled_from(["n<1K", "1K<n<10K"]),
    },
).map(_yaml)

_vocabulary = {
    name: st.lists(st.sampled_from(terms), min_size=1, unique_by=lambda term: term["id"]).map(
        lambda chosen, name=name: _yaml({"title": name.title(), "description": "Words.", "terms": chosen})
    )
    for name, terms in {
        "modalities": [
            {"id": "text", "title": "Text", "description": "Words."},
            {"id": "text", "title": "Words & letters", "description": "Text."},
            {"id": "image", "title": "Images", "description": "Pictures."},
        ],
        "domains": [
            {"id": "climate", "title": "Climate", "description": "Weather.", "alternatives": ["rain"]},
            {"id": "climate", "title": "The climate", "description": "Weather."},
            {"id": "marine", "title": "Sea", "description": "Oceans.", "alternatives": ["water"]},
        ],
        "publishers": [
            {"id": "example-org", "title": "Example organisation"},
            {"id": "example-org", "title": "Example & daughters"},
            {"id": "river-lab", "title": "River lab"},
            {"id": "afterquery", "title": "After"},
        ],
    }.items()
}

_fronts = st.fixed_dictionaries(
    {"title": st.sampled_from(["About", "More", "Deep water"])},
    optional={
        "description": st.sampled_from(_TEXTS[2:]),
        "nav_order": st.integers(0, 3),
        "parent": st.just("About"),
        "nav_exclude": st.just(True),
        "draft": st.just(True),
        "has_toc": st.just(False),
        "last_modified": st.sampled_from(_DAYS),
        "redirect_from": st.sampled_from(["/old/", "/older/"]),
        "permalink": st.sampled_from(["/renamed/", "/deep/page/"]),
    },
).map(_yaml)
_bodies = st.sampled_from(
    [
        "## Us\n\nWe measure water.\n",
        "## Us\n\n## Them\n\nTo [a heading](/about/#us).\n",
        "To [a dataset](/datasets/example-org/wells.html) and [a list](/catalog/).\n",
        ":::{slot} latest-datasets\n:::\n",
        ":::{slot} changes\n:::\n\n:::{slot} domains\n:::\n",
        ":::{slot} catalog-summary\n:::\n",
    ]
)
_pages = st.builds(lambda front, body: f"---\n{front}---\n{body}", _fronts, _bodies)

_templates: dict[str, list[Content]] = {
    "templates/partials/footer.html": [
        '<footer>Own words. {% include "partials/nested/words.html" %}</footer>\n',
        '<footer>{% include "partials/nested/words.txt" %} {{ asset_text("downloads/words.txt") }}</footer>\n',
        '<footer><img src="{{ asset("img/icon.svg") }}" alt="">{{ config.title }}</footer>\n',
        '<footer>{% set it = value_of("domain", "climate") %}{{ it.title if it else "none" }}</footer>\n',
    ],
    "templates/partials/nested/words.html": ["First words.\n", "Other words.\n", "{{ config.organization }}\n"],
    "templates/partials/nested/words.txt": ["plain\n", "plainer\n"],
    "templates/partials/row.html": [
        "{% macro row(summary, level=2) -%}<li>{{ summary.title }} {{ summary.tasks|length }}{%- endmacro %}\n"
    ],
    "templates/dataset.html": [
        '{% extends "project/dataset.html" %}{% block title %}{{ dataset.title.value }}, ours{% endblock %}\n',
        '{% extends "project/dataset.html" %}{% block title %}{{ related|length }}{{ version }}{% endblock %}\n',
    ],
    "templates/list.html": [
        '{% extends "project/list.html" %}{% block title %}{{ value.title }}, ours{% endblock %}\n'
    ],
    "templates/pages/home.html": [
        '{% extends "base.html" %}{% block main %}{{ site.catalog.summaries|length }} datasets{% endblock %}\n'
    ],
    "templates/facts/license.html": ["<p>{{ value.id if value else 'no licence' }}{{ mark }}</p>\n"],
    "templates/slots/catalog-summary.html": ["<p>{{ site.facets|length }} facets</p>\n"],
}
_assets: dict[str, list[Content]] = {
    "site_src/css/site.css": [
        '@import "own.css";\nbody { color: red }\n',
        'body { background: url("../img/icon.svg") }\n',
    ],
    "site_src/css/own.css": ["p { margin: 0 }\n", "p { margin: 1px }\n"],
    "site_src/css/tokens.css": [":root { --own: 1 }\n"],
    "site_src/img/icon.svg": ["<svg xmlns='http://www.w3.org/2000/svg'/>\n", "<svg id='2'/>\n"],
    "site_src/img/photo.png": [b"\x89PNG no picture", b"\x89PNG another"],
    "site_src/js/site.js": ['import "./own.js";\n', "console.log(1);\n"],
    "site_src/js/own.js": ["export {};\n", "export const one = 1;\n"],
    "site_src/downloads/words.txt": ["down\n", "loaded\n"],
    "content/files/table.csv": ["a,b\n", "a,b,c\n"],
}

_rows = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"id": st.sampled_from([*_HUB_IDS, *(f"owner-{number % 3}/set-{number}" for number in range(6))])},
            optional={
                "description": st.sampled_from(_TEXTS),
                "tags": _some(["license:cc-by-4.0", "license:mit", "modality:text", "language:de", "water"], 4),
                "downloads": st.integers(0, 3),
                "likes": st.integers(0, 2),
                "gated": st.sampled_from([False, "manual"]),
                "lastModified": st.sampled_from(["2025-01-02T03:04:05.000Z", "2024-02-29T00:00:00.000Z"]),
            },
        ).map(lambda row: json.dumps(row, sort_keys=True)),
        st.sampled_from(["{broken", "[]", ""]),
    ),
    max_size=9,
).map(lambda lines: "".join(f"{line}\n" for line in lines))
_packed_rows = _rows.map(lambda text: gzip.compress(text.encode(), mtime=0))


def _row_of(hub_id: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(hub_id),
            "endpoint": st.just("https://hub.invalid"),
            "read_at": st.sampled_from(["2026-03-04T05:06:07Z", "2026-03-05T05:06:07Z"]),
        },
        optional={
            "memberships": st.just([{"slug": "example-org/water-66d21b3cb66342762fb6108e", "position": 0}]),
            "title": st.sampled_from(_TITLES),
            "description": st.sampled_from(_TEXTS),
            "downloads": st.integers(0, 3),
            "likes": st.integers(0, 3),
            "licenses": st.sampled_from([["mit"], ["other"], ["cc-by-4.0", "mit"]]),
            "tags": _some(["rain", "water"]),
            "modalities": _some(["text", "image", "audio"]),
            "gated": st.sampled_from([False, "auto"]),
            "status": st.sampled_from(["gone", "left", "private"]),
            "renamed_to": st.sampled_from(_HUB_IDS),
            "kept": st.just("timeout"),
            "details_read_at": st.just("2026-03-04T05:06:07Z"),
        },
    )


# A line for each, since a snapshot never loses one.
_datasets = st.tuples(*map(_row_of, sorted(_HUB_IDS, key=str.lower))).map(
    lambda rows: "".join(json.dumps(_as_kept(row)) + "\n" for row in rows)
)
_events = st.lists(
    st.tuples(st.sampled_from(_HUB_IDS), st.sampled_from(["mit", "other"]), st.integers(1, 9)), max_size=3
).map(
    lambda events: "".join(
        json.dumps({"at": f"2026-03-0{day}T05:06:07Z", "id": hub_id, "kind": "license", "before": "x", "after": after})
        + "\n"
        for hub_id, after, day in sorted(events, key=lambda event: event[2])
    )
)
_history = st.dictionaries(st.sampled_from(_HUB_IDS), st.integers(0, 9), max_size=3).map(
    lambda found: "".join(
        json.dumps({"id": hub_id, "points": [["2026-03-01", downloads, 1], ["2026-03-02", downloads + 1, None]]}) + "\n"
        for hub_id, downloads in sorted(found.items())
    )
)


def _as_kept(row: dict[str, Any]) -> dict[str, Any]:
    if "renamed_to" in row and row["renamed_to"] != row["id"]:
        row = {**row, "status": "renamed"}
    else:
        row = {name: value for name, value in row.items() if name != "renamed_to"}
    return {**row, "status_since": row["read_at"]} if "status" in row else row


_source = {"date": "2025-10-24", "licenses": "all", "placeholders": True}
_SOURCES = [
    {"path": "rows.jsonl", **_source},
    {"path": "rows.jsonl", **_source, "date": "2025-11-01", "name": "Rows"},
    {"path": "rows.jsonl", **_source, "licenses": ["mit"], "gated": True},
    {"path": "rows.jsonl", **_source, "columns": {"description": "sha"}},
    {"path": "more.jsonl.gz", **_source, "placeholders": False},
]


def make_config(**changes: object) -> str:
    """``site.yaml`` of the small site, with other values."""
    return _yaml({**yaml.safe_load(SMALL_SITE["site.yaml"]), "sources": [_SOURCES[0], _SOURCES[-1]], **changes})


_configs = st.fixed_dictionaries(
    {},
    optional={
        "sources": st.lists(st.sampled_from(_SOURCES), max_size=2),
        "title": st.sampled_from(["Water data", "Wasser & Daten"]),
        "base_url": st.sampled_from(["https://data.example.org/", "https://example.org/a/b/"]),
        "language": st.sampled_from(["en", "de"]),
        "catalog": st.sampled_from([{"rows_per_page": 1}, {"rows_per_page": 2}]),
        "footer": st.just([{"title": "Elsewhere", "url": "https://example.net/"}]),
        "repository": st.just({"url": "https://example.org/code"}),
    },
).map(lambda changes: make_config(**changes))


def _in(folder: str, names: list[str], ending: str) -> list[str]:
    return [f"{folder}/{name}{ending}" for name in names]


_NAMES = ["example-org/wells", "example-org/tides", "river-lab/tides", "bare/snow"]
_ENTRIES = _in("catalog_data/datasets", _NAMES, ".yaml")
_PAGES = _in("content", ["about", "more", "deep/index", "deep/water"], ".md")
_KINDS: list[tuple[list[str], st.SearchStrategy[Any]]] = [
    (_ENTRIES, _entries),
    (_PAGES, _pages),
    *(([f"catalog_data/vocabulary/{name}.yaml"], contents) for name, contents in _vocabulary.items()),
    (["catalog_data/snapshots/datasets.jsonl"], _datasets),
    (["catalog_data/snapshots/events.jsonl"], _events),
    (["catalog_data/snapshots/history.jsonl"], _history),
    (["rows.jsonl"], _rows),
    (["more.jsonl.gz"], _packed_rows),
    (["site.yaml"], _configs),
]
_NEEDED = {"site.yaml", "rows.jsonl", "more.jsonl.gz", "content/about.md", "catalog_data/snapshots/datasets.jsonl"}
"""Files that are changed and never removed: without them there would be errors and little else."""


def _puts() -> st.SearchStrategy[Edit]:
    kinds = [st.tuples(st.just("put"), st.sampled_from(paths), contents) for paths, contents in _KINDS]
    fixed = [
        st.sampled_from([("put", path, content) for path, contents in files.items() for content in contents])
        for files in (_templates, _assets)
    ]
    # Entries, templates and bulk rows are the ones with most to go wrong.
    return st.one_of(*kinds, *fixed, kinds[0], fixed[0], kinds[-3], kinds[-1])


_removable = [path for paths, _ in _KINDS for path in paths if path not in _NEEDED] + [*_templates, *_assets]
_removals = st.sampled_from(_removable).map(lambda path: ("remove", path, None))
_renames = st.one_of(
    *(st.permutations(paths).map(lambda pair: ("rename", pair[0], pair[1])) for paths in (_ENTRIES, _PAGES[1:])),
    st.just(("rename", "templates/partials/nested/words.txt", "templates/partials/nested/words.html")),
    st.just(("rename", "site_src/img/photo.png", "site_src/img/icon.svg")),
    st.just(("rename", "content/files/table.csv", "content/files/other.csv")),
)
_made = st.sampled_from([("remove", path, None) for path in (".cache", "_site", "_site/index.html", "._site.next")])
FIRST = {
    "site.yaml": make_config(),
    "rows.jsonl": '{"id":"owner-1/set-1","description":"Rows."}\n{"id":"river-lab/tides","tags":["license:mit"]}\n',
    "more.jsonl.gz": "",
    "catalog_data/snapshots/datasets.jsonl": "".join(
        f'{{"id":"{hub_id}","endpoint":"https://hub.invalid","read_at":"2026-03-04T05:06:07Z"}}\n'
        for hub_id in sorted(_HUB_IDS, key=str.lower)
    ),
    "templates/partials/nested/words.html": "Words.\n",
    "templates/partials/nested/words.txt": "words\n",
    "site_src/downloads/words.txt": "words\n",
    "site_src/css/own.css": "p { margin: 2px }\n",
    "site_src/js/own.js": "export {};\n",
}
"""What the small site has besides when its edits begin."""

text_edits: st.SearchStrategy[Edit] = st.one_of(
    st.tuples(st.just("describe"), st.sampled_from(_ENTRIES), st.sampled_from([*_TEXTS, "", "Snow. " * 700])),
    st.tuples(st.just("append"), st.sampled_from(_PAGES), st.sampled_from(["\nMore words.\n", "\n## Them\n"])),
)
"""Edits of words, after which lists and counts are what they were."""

edits: st.SearchStrategy[Edit] = st.one_of(_puts(), _puts(), _puts(), _removals, _renames, _made, text_edits)

breaks: st.SearchStrategy[tuple[str, Content]] = st.sampled_from(
    [
        ("catalog_data/datasets/example-org/broken.yaml", 'title: "x\nurl: ['),
        ("content/broken.md", "---\ntitle: [a\n---\nWords.\n"),
        ("content/latin.md", b"---\ntitle: Caf\xe9\n---\n"),
        ("catalog_data/vocabulary/tasks.yaml", "title: Tasks\nterms: 7\n"),
        ("templates/dataset.html", "{% if %}\n"),
        ("templates/partials/footer.html", "{{ nonsense }}\n"),
        ("templates/partials/row.html", "{% macro row(summary) %}{{ summary.nonsense }}{% endmacro %}\n"),
        ("templates/list.html", '{% extends "nowhere.html" %}\n'),
        ("site_src/css/site.css", '@import "nowhere.css";\n'),
        ("site.yaml", "title: [\n"),
        ("content/links.md", "---\ntitle: Links\n---\nTo [nowhere](/nowhere/).\n"),
    ]
)
"""A file that makes every build fail, and its content."""


def apply(root: Path, edit: Edit) -> None:
    """Does an edit; one of a file that is not there does nothing."""
    kind, path, value = edit
    file = root / path
    match kind:
        case "put":
            write(file, value)
        case "describe" if file.exists():
            entry = yaml.safe_load(file.read_text("utf-8"))
            write(file, _yaml({**entry, "description": value}))
        case "append" if file.exists():
            write(file, file.read_text("utf-8") + value)
        case "rename" if file.exists():
            write(root / value, file.read_bytes())
            file.unlink()
        case "remove" if path.startswith((".cache", "_site", "._site")):
            _remove_tree(file)
        case "remove":
            file.unlink(missing_ok=True)


def write(file: Path, content: Content) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def _remove_tree(file: Path) -> None:
    if file.is_dir():
        shutil.rmtree(file)
    else:
        file.unlink(missing_ok=True)
