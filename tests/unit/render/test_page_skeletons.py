"""What skeletons make is what templates make, whatever the values are and whatever the templates ask for."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from otdi_site.diagnostics import Diagnostic
from otdi_site.index import value_finder
from otdi_site.model.catalog import DatasetLink, Summary, summarise
from otdi_site.model.dataset import Dataset
from otdi_site.model.listing import Facet, Listing, Totals, Value
from otdi_site.model.merge import BulkMerger
from otdi_site.model.snapshot import SnapshotRow
from otdi_site.render import DatasetRenderer, PageContext, load_assets
from otdi_site.render.bulk_pages import PreparedPage
from otdi_site.render.environment import create_environment
from otdi_site.render.jinja_hooks import partial_environment
from otdi_site.render.page_skeletons import PageSkeleton, show, show_all
from otdi_site.render.placeholders import DependsOnValueError, Placeholder, number_placeholder, unusable
from otdi_site.render.templates import Templates
from otdi_site.render.truncation import PAGE_LIMIT
from tests.samples import VOCABULARIES
from tests.unit.render.sample_site import PROJECT, make_site

SITE = make_site(vocabularies=VOCABULARIES)
MERGER = BulkMerger(VOCABULARIES, "rows.jsonl", "2025-10-24")


def dataset_of(row: SnapshotRow) -> Dataset:
    """The dataset that is merged from a row."""
    return MERGER.merge(row.id, {name: getattr(row, name) for name in SnapshotRow.__dataclass_fields__})


def skeleton_of(folder: Path, text: str) -> PageSkeleton:
    """Of a template that sees ``title``, ``count``, ``html``, ``secret`` and ``links``."""
    (folder / "template.html").write_text(text, "utf-8")
    (folder / "macros.html").write_text("{% macro named(name) %}<b>{{ name }}</b>{% endmacro %}", encoding="utf-8")
    (folder / "part.html").write_text("{{ title }}", encoding="utf-8")
    environment = partial_environment(create_environment([folder], {}))
    template = environment.get_template("template.html")
    title = Placeholder(0, becomes={"upper": Placeholder(3), "href": Placeholder(4)})
    values: dict[str, Any] = {
        "title": title,
        "count": number_placeholder(1),
        "html": Placeholder(2, is_html=True),
        "secret": unusable(),
        "links": [title, "<plain>"],
    }
    context = environment.context_class(
        environment, {**environment.globals, **values}, "template.html", template.blocks
    )
    return PageSkeleton.of(template.root_render_func(context))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("100 % {{ title }}", "100 % &lt;Tides&gt;"),
        ("{{ title }}{{ title }}", "&lt;Tides&gt;&lt;Tides&gt;"),
        ("no gap", "no gap"),
        ("{{ html }}", "<i>"),
        ("{% if title %}{{ count|number }}{% endif %}", "1,234"),
        ("{% if title is none %}none{% elif title == '' %}empty{% else %}{{ title }}{% endif %}", "&lt;Tides&gt;"),
        ("{{ 's' if count != 1 }}", "s"),
        ("{{ title|upper }}", "&lt;TIDES&gt;"),
        ("{{ title|href }}", "/tides"),
        ("{{ 'of <' ~ title ~ '>' }}", "of &lt;&lt;Tides&gt;&gt;"),
        ("{% set text %}<p>{{ title }}</p>{% endset %}{{ text }}", "<p>&lt;Tides&gt;</p>"),
        ("{% from 'macros.html' import named %}{{ named(title) }}{{ named('<') }}", "<b>&lt;Tides&gt;</b><b>&lt;</b>"),
        ("{% include 'part.html' %}", "&lt;Tides&gt;"),
        ("{% for link in links %}{{ loop.index }}{{ link }}{% endfor %}", "1&lt;Tides&gt;2&lt;plain&gt;"),
        ("{% block one %}{{ title }}{% endblock %}", "&lt;Tides&gt;"),
        ("{% set one = title %}{{ one }}", "&lt;Tides&gt;"),
        ("{{ links|length }}", "2"),
    ],
)
def test_what_a_template_shows_has_gaps(tmp_path: Path, template: str, text: str) -> None:
    skeleton = skeleton_of(tmp_path, template)
    assert skeleton.fill([b"&lt;Tides&gt;", b"1,234", b"<i>", b"&lt;TIDES&gt;", b"/tides"]).decode() == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ title|length }}",
        "{{ title|lower }}",
        "{{ title.upper() }}",
        "{{ title[0] }}",
        "{{ title[:3] }}",
        "{{ title.missing }}",
        "{% if title.missing is defined %}{% endif %}",
        "{% if title is string %}text{% endif %}",
        "{% if title == 'Tides' %}equal{% endif %}",
        "{% if title != 'Tides' %}other{% endif %}",
        "{% if title > 'M' %}late{% endif %}",
        "{% if 'i' in title %}has{% endif %}",
        "{% if title in ['a', 'b'] %}has{% endif %}",
        "{% if title in {'a': 1} %}has{% endif %}",
        "{% for letter in title %}{{ letter }}{% endfor %}",
        "{{ title ~ html }}",
        "{{ title + 'x' }}",
        "{{ '%s'|format(title) }}",
        "{{ 'a%s' % title }}",
        "{{ [title] }}",
        "{{ {'a': title}|tojson }}",
        "{{ links|join(', ') }}",
        "{{ links|sort|first }}",
        "{{ links|unique|list|length }}",
        "{{ links|map('lower')|list|length }}",
        "{{ links|selectattr('x')|list|length }}",
        "{{ title|safe }}",
        "{{ title|default('x') }}",
        "{% autoescape false %}{{ title }}{% endautoescape %}",
        "{% set text %}{{ title }}{% endset %}{{ text|length }}",
        "{% set text %}{{ title }}{% endset %}{{ text ~ 'x' }}",
        "{% set text = 'a' ~ title %}{% if text == 'ab' %}b{% endif %}",
        "{% macro named(name) %}{{ name }}{% endmacro %}{{ named(title)|upper }}",
        "{% filter upper %}{{ title }}{% endfilter %}",
        "{% block one %}{{ title }}{% endblock %}{{ self.one() }}",
        "{{ count }}",
        "{{ count + 1 }}",
        "{% if count > 2 %}many{% endif %}",
        "{% if count == 5 %}five{% endif %}",
        "{% if secret %}secret{% endif %}",
        "{{ secret }}",
        "{% if secret is none %}{{ secret }}{% endif %}{{ secret.name }}",
        "{{ range(count)|list|length }}",
        "{{ dict(a=title) }}",
        "{% include title %}",
    ],
)
def test_there_is_no_outline_where_more_than_showing_is_asked_for(tmp_path: Path, template: str) -> None:
    with pytest.raises(Exception) as found:  # noqa: PT011  # that it is told is what counts
        skeleton_of(tmp_path, template)
    assert isinstance(found.value, (DependsOnValueError, TypeError)), found.value


@given(st.text())
def test_shown_text_is_escaped_as_templates_escape_it(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert show(text).decode() == str(escape(text))
    assert show_all([text, "", text]) == [show(text), b"", show(text)]


hostile = st.text(st.sampled_from("<>&\"'%{}\\~ aB/\n\u202e\u00e9\U0001f30a0123#$"), min_size=1, max_size=900).map(
    lambda text: "x" + " ".join(text.split())
)
words = st.lists(st.text(string.ascii_lowercase + "-'&", min_size=1, max_size=12), max_size=5, unique=True).map(tuple)
counts = st.none() | st.sampled_from([0, 1, 2, 1234567])
rows = st.builds(
    SnapshotRow,
    id=st.from_regex(r"(?:[A-Za-z][\w.-]{0,9}\w/)?[A-Za-z][\w.-]{0,30}\w", fullmatch=True).filter(str.isascii),
    endpoint=st.just("rows.jsonl"),
    read_at=st.just("2025-10-24"),
    title=st.none() | hostile,
    description=st.none() | hostile,
    licenses=st.sampled_from([(), ("mit",), ("cc-by-4.0", "mit"), ("other",)]),
    license_name=st.none() | hostile,
    languages=st.lists(st.sampled_from(["en", "de", "fr", "zzzz", "ar", "zh"]), unique=True).map(tuple),
    modalities=st.sampled_from([(), ("text",), ("text", "audio"), ("smell",)]),
    task_categories=st.sampled_from([(), ("question-answering",)]),
    size_categories=st.sampled_from([(), ("n<1K",)]),
    formats=st.sampled_from([(), ("json", "parquet")]),
    source_datasets=st.sampled_from([(), ("original",), ("a/b", "https://example.org/<&>"), ("javascript:x",)]),
    tags=words,
    gated=st.sampled_from([None, False, "auto"]),
    last_modified=st.none() | st.just("2025-01-02T03:04:05Z"),
    revision=st.none() | st.just("0" * 40),
    downloads=counts,
    downloads_all_time=counts,
    likes=counts,
)
wild = st.sampled_from(["x", "文", "'", "<&>", "~", "\U0001f30a", "x y "])
long_rows = st.builds(
    SnapshotRow,
    id=st.sampled_from(["a/b", f"{'p' * 42}/{'n' * 96}", "n" * 96]),
    endpoint=st.just("rows.jsonl"),
    read_at=st.just("2025-10-24"),
    title=st.none() | wild.map(lambda text: (text * 300)[:300].strip()),
    description=st.none() | wild.map(lambda text: (text * 4_000)[:4_000].strip()),
    licenses=st.sampled_from([(), ("mit",), tuple(f"licence-{number:050}" for number in range(1_000)), ("other",)]),
    license_name=st.none() | wild.map(lambda text: (text * 200)[:200].strip()),
    license_link=st.none() | st.just("https://example.org/" + "x" * 1_900),
    languages=st.sampled_from([(), ("en",), ("de", "fr", "ar", "zh", "ru", "ja", "hi", "ko", "th", "el", "he", "fa")]),
    modalities=st.just(tuple(term.id for term in VOCABULARIES.modalities.terms)),
    task_categories=st.just(tuple(term.id for term in VOCABULARIES.tasks.terms)),
    size_categories=st.just(("n<1K",)),
    formats=st.sampled_from([(), tuple(f"format-{number:050}" for number in range(100))]),
    source_datasets=st.sampled_from([(), tuple(f"{'p' * 42}/{'n' * 80}-{number}" for number in range(100))]),
    tags=st.none().flatmap(lambda _: wild.map(lambda text: tuple((text * 200)[: 180 + n].strip() for n in range(12)))),
    gated=st.just("auto"),
    last_modified=st.just("2025-01-02T03:04:05Z"),
    revision=st.just("0" * 40),
    downloads=st.just(10**15),
    downloads_all_time=st.just(10**15),
    likes=st.just(10**15),
)
links = st.lists(
    st.builds(DatasetLink, hostile, st.sampled_from(["/datasets/a/b.html", "/datasets/_/c.html"]), hostile), max_size=5
)


def make_renderer(folders: list[Path]) -> DatasetRenderer:
    assets, _ = load_assets([PROJECT / "site_src"])
    return DatasetRenderer(folders, PageContext.of(SITE), assets, value_finder(VOCABULARIES))


def finished(renderer: DatasetRenderer, dataset: Dataset, related: Sequence[DatasetLink]) -> bytes | Diagnostic:
    """A page in two steps. A skeleton is made for the second of a signature."""
    page = renderer.prepare_page(dataset) or renderer.prepare_page(dataset)
    return renderer.render_page(dataset, related) if page is None else renderer.finish_page(page, related)


OWN = {
    "dataset.html": (
        "{% extends 'project/dataset.html' %}{% block title %}{{ dataset.title.value|length }}{% endblock %}"
    ),
    "partials/row.html": "{% macro row(summary) %}{{ summary.title|upper }}{{ summary.downloads }}{% endmacro %}",
    "list.html": "{{ value.title|length }}{{ rows|length }}",
    "partials/related.html": "{{ related|map(attribute='title')|join(', ') }}",
    "partials/publisher.html": "{{ publisher.id|upper }}",
}


@pytest.fixture(scope="module", params=["project", "own"])
def renderers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DatasetRenderer, DatasetRenderer]:
    """One with skeletons and one without."""
    folders = [PROJECT / "templates"]
    if request.param == "own":
        folder = tmp_path_factory.mktemp("own") / "templates"
        for name, text in OWN.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        folders.insert(0, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Templates, "skeleton", lambda *_: None)
        patch.setattr(Templates, "macro_skeleton", lambda *_: None)
        plain = make_renderer(folders)
        dataset = dataset_of(SnapshotRow("a/b", "rows.jsonl", "2025"))
        assert plain.prepare_page(dataset) is None
        summary = summarise(dataset)
        plain.render_row(summary)
    return make_renderer(folders), plain


def assert_page_is_rendered(renderer: DatasetRenderer, row: SnapshotRow, related: list[DatasetLink]) -> bytes:
    """The page that skeletons make of a row; it must be the one that the template makes."""
    dataset = dataset_of(row)
    page = finished(renderer, dataset, related)
    assert isinstance(page, bytes)
    assert page == renderer.render_page(dataset, related)
    return page


many = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])


@many
@given(row=rows, related=links)
def test_pages_of_imported_datasets_are_what_the_template_makes(
    renderers: tuple[DatasetRenderer, DatasetRenderer], row: SnapshotRow, related: list[DatasetLink]
) -> None:
    assert_page_is_rendered(renderers[0], row, related)


@many
@given(row=long_rows, related=links)
def test_no_page_of_an_imported_dataset_is_too_long(
    renderers: tuple[DatasetRenderer, DatasetRenderer], row: SnapshotRow, related: list[DatasetLink]
) -> None:
    assert len(assert_page_is_rendered(renderers[0], row, related)) <= PAGE_LIMIT


def test_licences_of_one_name_keep_their_own_texts() -> None:
    renderer = make_renderer([PROJECT / "templates"])
    for link in ("https://example.org/first", "https://example.org/second", None):
        row = SnapshotRow("a/b", "x", "2025", licenses=("other",), license_name="Ours", license_link=link)
        dataset = dataset_of(row)
        for page in (finished(renderer, dataset, ()), renderer.render_page(dataset, ())):
            assert isinstance(page, bytes)
            assert [each for each in ("/first", "/second") if each in page.decode()] == ([link[19:]] if link else [])


def test_a_long_page_shows_fewer_related_datasets_before_it_says_less() -> None:
    renderer = make_renderer([PROJECT / "templates"])
    name = "long-" * 8 + "name"
    dataset = dataset_of(SnapshotRow(f"a/{name}", "x", "2025", description="word " * 120, tags=("a", "b")))
    related = [DatasetLink(letter * 300, f"/datasets/a/{letter * 96}.html", "a") for letter in "pqrs"]
    page = finished(renderer, dataset, related)
    assert isinstance(page, bytes)
    text = page.decode()
    assert len(page) <= PAGE_LIMIT
    assert "word " * 110 in text
    assert related[0].title in text
    assert related[3].title not in text


def test_the_projects_own_template_has_a_skeleton() -> None:
    renderer = make_renderer([PROJECT / "templates"])
    row = SnapshotRow(
        "a/b", "x", "2025", downloads=5, likes=1, source_datasets=("c/d",), last_modified="2025-01-02T03:04:05Z"
    )
    renderer.prepare_page(dataset_of(row))
    assert isinstance(renderer.prepare_page(dataset_of(row)), PreparedPage)


@many
@given(row=rows)
def test_rows_are_what_the_template_makes(renderers: tuple[DatasetRenderer, DatasetRenderer], row: SnapshotRow) -> None:
    summary = replace(summarise(dataset_of(row)), date_modified=row.last_modified and row.last_modified[:10])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Templates, "macro_skeleton", lambda *_: None)
        expected = renderers[1].render_row(summary)
    assert [renderers[0].render_row(summary) for _ in range(2)] == [expected, expected]


@many
@given(
    title=hostile,
    value_id=hostile,
    facet=st.sampled_from(["publisher", "language"]),
    count=st.sampled_from([1, 2, 1500]),
    page=st.sampled_from([(1, 1), (1, 3), (2, 3)]),
    totals=st.builds(Totals, st.sampled_from([0, 1, 2, 5000]), st.sampled_from([0, 1, 7]), st.sampled_from([0, 1, 2])),
    texts=st.lists(hostile, min_size=1, max_size=3),
)
def test_lists_are_what_the_template_makes(
    renderers: tuple[DatasetRenderer, DatasetRenderer],
    title: str,
    value_id: str,
    facet: str,
    count: int,
    page: tuple[int, int],
    totals: Totals,
    texts: list[str],
) -> None:
    value = Value(value_id, title, None, count, "/catalog/publisher/x-y/", "hint")
    totals = replace(totals, counted=min(count, totals.counted))
    listing = Listing(Facet(facet, facet.title(), (value,), 3), value, summaries_of(texts), *page, totals)
    made = [text.encode() for text in texts]
    siblings = Markup("<nav></nav>")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Templates, "skeleton", lambda *_: None)
        expected = renderers[1].render_listing(listing, made, siblings)
    assert isinstance(expected, bytes)
    assert [renderers[0].render_listing(listing, made, siblings) for _ in range(2)] == [expected, expected]


def summaries_of(texts: list[str]) -> tuple[Summary, ...]:
    summary = summarise(dataset_of(SnapshotRow("a/b", "rows.jsonl", "2025")))
    return tuple(replace(summary, title=text) for text in texts)
