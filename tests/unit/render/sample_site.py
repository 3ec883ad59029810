"""A small synthetic site for tests of rendering: none of its datasets, publishers or figures is real."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from otdi_site.config import SiteConfig
from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.model.card_specification import CardSpecification, Check, Requirement, SpecificationSection
from otdi_site.model.catalog import Catalog
from otdi_site.model.dataset import Dataset, Evidence
from otdi_site.model.language import Language
from otdi_site.model.listing import Facet, Value
from otdi_site.model.markdown import Document, Heading, Slot
from otdi_site.model.navigation import build_navigation
from otdi_site.model.page import Page
from otdi_site.model.source_datasets import SourceDataset
from otdi_site.model.sourced import Origin, Sourced
from otdi_site.model.vocabulary import (
    Group,
    License,
    Task,
    Term,
    Vocabularies,
    Vocabulary,
)
from otdi_site.render import Site
from otdi_site.urls import BaseUrl

PROJECT = Path(__file__).parents[3]

ENTRY = Origin("entry", "catalog_data/datasets/sample/tides.yaml", "2026-01-02")
HUB = Origin("hub", "https://hub.invalid", "2026-03-04T05:06:07Z")

TEXT = Term(id="text", title="Text")
AUDIO = Term(id="audio", title="Audio")
MARINE = Term(id="marine", title="Marine", group="science", description="Seas & shores.")
PERMISSIVE = License(
    id="CC-BY-4.0",
    title="Creative Commons Attribution 4.0",
    spdx_url="https://spdx.org/licenses/CC-BY-4.0.html",
    category="permissive",
    is_accepted=True,
    permits=("commercial-use", "modification"),
    requires=("attribution",),
    forbids=("warranty", "liability"),
)
ANSWERING = Task(id="question-answering", title="Question answering")
SMALL = Term(id="1K<n<10K", title="1,000 to 10,000")


def make_dataset(name: str = "tides", **changes: object) -> Dataset:
    dataset = Dataset(
        id=f"sample/{name}",
        address=f"/datasets/sample/{name}.html",
        name=name,
        publisher=Term(id="sample", title="Sample & Sons"),
        title=Sourced("Tides of a made-up sea", ENTRY),
        description=Sourced("Invented heights of water for tests.", ENTRY),
        url=Sourced("https://huggingface.co/datasets/sample/tides", ENTRY),
        license=Sourced(PERMISSIVE, ENTRY),
        domains=Sourced((MARINE,), ENTRY),
        modalities=Sourced((TEXT, AUDIO), HUB),
        languages=Sourced((Language("de", "German", "Deutsch"), Language("en", "English", "English")), HUB),
        tasks=Sourced((ANSWERING,), HUB),
        tags=None,
        hosting=Sourced("owner", ENTRY),
        card_url=None,
        source_datasets=Sourced((SourceDataset("sample/sea", "https://huggingface.co/datasets/sample/sea"),), HUB),
        sensitive_information=None,
        size=Sourced(SMALL, HUB),
        row_count=Sourced(4321, HUB),
        formats=Sourced(("parquet",), HUB),
        contact=None,
        listing=Sourced("selected", ENTRY),
        date_added=Sourced("2026-01-05", ENTRY),
        date_modified=Sourced("2026-02-03", HUB),
        access=Sourced("open", HUB),
        downloads=Sourced(12345, HUB),
        downloads_all_time=None,
        likes=Sourced(67, HUB),
        revision=Sourced("0123456789abcdef0123456789abcdef01234567", HUB),
        hub_id="sample/tides",
        hub_url="https://huggingface.co/datasets/sample/tides",
        note=None,
        kept_because=None,
        entry_path="catalog_data/datasets/sample/tides.yaml",
        evidence=(Evidence("https://example.org/tides", "2026-01-02", "read the heights"),),
    )
    return replace(dataset, **changes)  # type: ignore[arg-type]


def make_bare_dataset(name: str = "bare") -> Dataset:
    """A dataset of which nothing but its name is known."""
    optional = {
        field: None
        for field in Dataset.__dataclass_fields__
        if field not in ("id", "address", "name", "publisher", "title", "evidence")
    }
    return make_dataset(name, title=Sourced("Bare", HUB), evidence=(), **optional)


def make_page(**changes: object) -> Page:
    page = Page(
        source="content/guide.md",
        address="/guide/",
        title="Guide",
        description="How to.",
        layout="page",
        nav_order=1,
        parent=None,
        grand_parent=None,
        ancestor=None,
        redirect_to=None,
        is_in_navigation=True,
        has_contents=True,
        last_modified="2026-01-01",
        redirect_from=(),
        document=Document(
            blocks=(
                '<h2 id="one">One</h2><p>First.</p>',
                Slot("contribution-email", {}, Mark("content/guide.md", 9, 1)),
                '<h2 id="two">Two</h2><h2 id="three">Three</h2>',
            ),
            headings=(Heading(2, "one", "One"), Heading(2, "two", "Two"), Heading(2, "three", "Three")),
        ),
        marks={},
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def make_vocabularies() -> Vocabularies:
    def vocabulary(name: str, *terms: Term, groups: tuple[Group, ...] = ()) -> Vocabulary[Term]:
        return Vocabulary(name, name.title(), "", groups, terms)

    license = Requirement(
        id="yaml.license",
        name="license",
        title="Licence",
        status="required",
        origin="HF",
        description="Its id.",
        check=Check(rule="field", key="license"),
        fix="Write it.",
    )
    section = SpecificationSection(id="yaml_metadata_block", title="YAML block", fields=(license,))
    return Vocabularies(
        domains=vocabulary("domains", MARINE, groups=(Group(id="science", title="Science"),)),
        modalities=vocabulary("modalities", TEXT, AUDIO),
        licenses=Vocabulary("licenses", "Licences", "", (), (PERMISSIVE,)),
        tasks=Vocabulary("tasks", "Tasks", "", (), (ANSWERING,)),
        size_categories=vocabulary("size_categories", SMALL),
        publishers=vocabulary("publishers"),
        transformations=vocabulary("transformations", Term(id="raw", title="Raw")),
        sensitive_information=vocabulary("sensitive_information"),
        card_specification=CardSpecification(title="Specification", spec_version="0.1.7", sections=(section,)),
    )


def make_config(**changes: object) -> SiteConfig:
    fields: dict[str, object] = {
        "title": "Sample Catalog",
        "description": "A catalog for tests.",
        "organization": "Sample Org",
        "organization_url": "https://example.org/",
        "base_url": "https://example.org/sub/",
        "contact": {
            "email": "data@example.org",
            "contribution": {"subject": "I want to contribute a dataset", "body": ["Name:", "Location (URL): "]},
            "report": {"subject": "Problem with {title}", "body": ["Page: {url}"]},
        },
        "repository": {"url": "https://example.org/repository"},
        "licenses": [{"covers": "Code", "title": "Apache-2.0", "url": "https://example.org/apache"}],
    }
    return SiteConfig.model_validate({**fields, **changes})


def make_site(**changes: object) -> Site:
    datasets = (make_dataset(), make_bare_dataset())
    pages = (
        make_page(source="content/index.md", address="/", title="Home", layout="home"),
        make_page(source="content/catalog.md", address="/catalog/", title="Catalog", layout="catalog"),
        make_page(),
    )
    marine = Value("marine", "Marine", "Science", 1, "/catalog/domain/marine/")
    license = Value("CC-BY-4.0", "CC-BY-4.0", "Permissive", 1, "/catalog/license/cc-by-4.0/", "Creative Commons")
    site = Site(
        config=make_config(),
        url=BaseUrl.parse("https://example.org/sub/"),
        navigation=build_navigation(pages),
        pages=pages,
        catalog=Catalog.of(datasets),
        facets=(
            Facet("domain", "Domain", (marine,), 1, (marine,)),
            Facet("license", "Licence", (license,), 1, (license,)),
        ),
        vocabularies=make_vocabularies(),
        metadata_as_of="2026-03-04T05:06:07Z",
        version="0",
    )
    return replace(site, **changes)  # type: ignore[arg-type]


def text_of(rendered: bytes | Diagnostic) -> str:
    """What was rendered; a diagnostic fails the test with its words."""
    assert isinstance(rendered, bytes), rendered
    return rendered.decode()
