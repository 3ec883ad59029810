from __future__ import annotations

from dataclasses import replace

import pytest

from otdi_site.diagnostics import Severity
from otdi_site.model.catalog import Catalog
from otdi_site.model.dataset import Departure
from otdi_site.model.merge import described_hub_ids, merge_catalog
from otdi_site.model.snapshot import Event, EventKind, HistoryPoint, KeptReason, Membership, SnapshotRow, Status
from otdi_site.model.source_datasets import SourceDataset
from otdi_site.model.sourced import Origin
from otdi_site.model.statements import entry_origin
from tests.samples import (
    COLLECTION,
    ENDPOINT,
    READ_AT,
    VOCABULARIES,
    make_entry,
    make_row,
    make_snapshot,
    merge_dataset,
)

LISTED = (Membership(COLLECTION, 0),)


def test_the_entry_s_word_wins_and_live_metadata_fills_the_rest() -> None:
    entry = make_entry(
        huggingface="Sample/tides", license="MIT", sources=[{"url": "https://a.org", "date": "2026-01-02"}]
    )
    row = make_row(
        licenses=("cc-by-4.0",), title="Live title", description="Live words", downloads=12, languages=("en",)
    )
    dataset = merge_dataset(entry, row)
    assert dataset.title.value == "Tides"
    assert dataset.license is not None
    assert (dataset.license.value.id, dataset.license.origin) == ("MIT", Origin("entry", entry.path, "2026-01-02"))
    assert dataset.description is not None
    assert (dataset.description.value, dataset.description.origin) == ("Live words", Origin("hub", ENDPOINT, READ_AT))
    assert dataset.downloads is not None
    assert dataset.downloads.value == 12
    assert [origin.kind for origin in dataset.origins()] == ["entry", "hub"]


def test_every_source_s_value_is_kept_with_its_origin_the_chosen_one_first() -> None:
    entry = make_entry(license="MIT", languages=["de"], sources=[{"url": "https://a.org", "date": "2026-01-02"}])
    row = make_row(licenses=("cc-by-4.0",), downloads=12, languages=("en",))
    read = make_row(licenses=("mit",), downloads=7, likes=3, modalities=("text",))
    bulk_row = replace(read, endpoint="rows.jsonl")
    dataset = merge_dataset(entry, row, bulk_row)
    by_entry, by_hub = Origin("entry", entry.path, "2026-01-02"), Origin("hub", ENDPOINT, READ_AT)
    by_bulk = Origin("import", "rows.jsonl", READ_AT)
    assert dataset.license is not None
    said = [dataset.license, *dataset.license.others]
    assert [(each.value.id, each.origin) for each in said[:2]] == [("MIT", by_entry), ("CC-BY-4.0", by_hub)]
    assert (said[2].value.id, said[2].origin) == ("MIT", by_bulk)
    assert dataset.languages is not None
    assert [language.tag for other in dataset.languages.others for language in other.value] == ["en"]
    assert dataset.downloads is not None
    assert (dataset.downloads.value, [other.value for other in dataset.downloads.others]) == (12, [7])
    assert dataset.likes is not None
    assert (dataset.likes.value, dataset.likes.others) == (3, ())
    assert dataset.modalities is not None
    assert dataset.modalities.origin.kind == "import"


def test_what_an_id_gives_is_no_source_s_word() -> None:
    dataset = merge_dataset(make_entry(), make_row("Sample/other-name"))
    assert (dataset.title.value, dataset.title.others) == ("Tides", ())
    assert dataset.url is not None
    assert dataset.url.others == ()


def test_a_row_of_a_bulk_file_belongs_to_the_dataset_that_an_entry_or_a_collection_describes() -> None:
    rows = (
        make_row("Sample/listed", memberships=LISTED),
        make_row("sample/old", status=Status.RENAMED, renamed_to="sample/new"),
        make_row("sample/new"),
        make_row("sample/gone", memberships=LISTED, status=Status.GONE),
        make_row("sample/known-to-nobody"),
        make_row("sample/hardly-known", memberships=LISTED, details_read_at=None),
    )
    ids = ("Sample/Tides", "sample/old", "sample/gone")
    entries = [make_entry(name=f"entry-{number}", huggingface=hub_id) for number, hub_id in enumerate(ids)]
    snapshot = make_snapshot(*rows)
    described = described_hub_ids(entries, snapshot)
    assert described == {"sample/listed", "sample/tides", "sample/new"}
    bulk = {hub_id: replace(make_row(hub_id, likes=5), endpoint="rows.jsonl") for hub_id in described}
    datasets, _ = merge_catalog(entries, snapshot, VOCABULARIES, bulk)
    assert {dataset.hub_id for dataset in datasets if dataset.likes} == {"Sample/listed", "sample/tides", "sample/new"}


def test_every_live_value_is_as_old_as_its_own_reading() -> None:
    row = make_row(
        details_read_at="2026-02-01T00:00:00Z",
        older={"downloads": "2026-01-01T00:00:00Z"},
        description="Words",
        downloads=1,
        likes=2,
    )
    dataset = merge_dataset(None, row)
    ages = {name: getattr(dataset, name).origin.as_of for name in ("description", "downloads", "likes")}
    assert ages == {
        "description": "2026-02-01T00:00:00Z",
        "downloads": "2026-01-01T00:00:00Z",
        "likes": READ_AT,
    }


def test_an_entry_is_as_old_as_the_newest_of_its_sources() -> None:
    sources = [{"url": "https://a.org", "date": day} for day in ("2026-01-02", "2026-03-01", None)]
    assert entry_origin(make_entry(sources=sources)).as_of == "2026-03-01"
    assert entry_origin(make_entry()).as_of is None


def test_an_entry_alone_says_what_it_says_and_nothing_else() -> None:
    dataset = merge_dataset(make_entry(), None)
    assert dataset.url is not None
    assert dataset.url.value == "https://example.org/tides"
    assert (dataset.license, dataset.domains, dataset.languages, dataset.downloads) == (None, None, None, None)
    assert (dataset.hub_id, dataset.hub_url, dataset.card_url, dataset.access) == (None, None, None, None)


def test_none_is_an_answer_and_silence_is_not() -> None:
    general = merge_dataset(make_entry(domains=[], source_datasets=[]), make_row(tags=("climate",)))
    assert general.domains is not None
    assert general.domains.value == ()
    assert general.source_datasets is not None
    assert general.source_datasets.value == ()
    silent = merge_dataset(make_entry(), make_row(tags=("climate",)))
    assert silent.domains is not None
    assert [term.id for term in silent.domains.value] == ["climate"]
    assert merge_dataset(make_entry(), make_row(tags=("nothing-known",))).domains is None


def test_words_of_the_hub_become_terms_in_the_vocabulary_s_order() -> None:
    row = make_row(tags=("bio", "WEATHER", "zzz"), modalities=("sound", "text"), size_categories=("n<1K",))
    dataset = merge_dataset(None, row)
    assert dataset.domains is not None
    assert [term.id for term in dataset.domains.value] == ["climate", "healthcare", "biology"]
    assert dataset.modalities is not None
    assert [term.id for term in dataset.modalities.value] == ["text", "audio"]
    assert dataset.size is not None
    assert dataset.size.value.id == "n<1K"


def test_two_sizes_are_no_size() -> None:
    assert merge_dataset(None, make_row(size_categories=("n<1K", "1K<n<10K"))).size is None


def test_languages_are_normalised_each_once() -> None:
    dataset = merge_dataset(None, make_row(languages=("eng", "en", "pt-br", "code", "english")))
    assert dataset.languages is not None
    assert [language.tag for language in dataset.languages.value] == ["en", "pt-BR"]
    assert merge_dataset(None, make_row(languages=("multilingual",))).languages is None


@pytest.mark.parametrize(
    ("row", "identifier", "title", "is_accepted"),
    [
        (make_row(licenses=("cc-by-4.0",)), "CC-BY-4.0", "Creative Commons Attribution 4.0", True),
        (make_row(licenses=("CC-BY-4.0",)), "CC-BY-4.0", "Creative Commons Attribution 4.0", True),
        (make_row(licenses=("other",)), "LicenseRef-other", "Another licence", False),
        (
            make_row(licenses=("other",), license_name="Tide Licence 1.0"),
            "LicenseRef-tide-licence-1-0",
            "Tide Licence 1.0",
            False,
        ),
        (make_row(licenses=("other",), license_name="mit"), "MIT", "MIT License", True),
        (make_row(licenses=("never-heard",)), "LicenseRef-never-heard", "never-heard", False),
        (make_row(licenses=("cc-by-4.0", "mit")), "LicenseRef-cc-by-4-0-mit", "CC-BY-4.0, MIT", False),
        (make_row(licenses=("mit", "other"), license_name="Tides"), "LicenseRef-mit-tides", "MIT, Tides", False),
        (make_row(licenses=("other",), license_name="潮"), "LicenseRef-other", "潮", False),
    ],
)
def test_a_live_licence_is_a_known_one_or_shown_as_it_stands(
    row: SnapshotRow, identifier: str, title: str, is_accepted: bool
) -> None:
    dataset = merge_dataset(None, row)
    assert dataset.license is not None
    license = dataset.license.value
    assert (license.id, license.title, license.is_accepted) == (identifier, title, is_accepted)


def test_a_licence_of_the_host_s_own_keeps_its_link_and_a_short_id() -> None:
    row = make_row(licenses=("other",), license_name="very long " * 30, license_link="https://example.org/licence")
    dataset = merge_dataset(None, row)
    assert dataset.license is not None
    assert dataset.license.value.url == "https://example.org/licence"
    assert len(dataset.license.value.id) <= 120
    assert not dataset.license.value.id.endswith("-")


@pytest.mark.parametrize(("gated", "access"), [(False, "open"), ("auto", "gated"), ("manual", "gated")])
def test_access_is_open_or_gated(gated: object, access: str) -> None:
    dataset = merge_dataset(None, make_row(gated=gated))
    assert dataset.access is not None
    assert dataset.access.value == access


def test_access_that_the_hub_does_not_state_is_not_open() -> None:
    assert merge_dataset(None, make_row(gated=None)).access is None


def test_a_dataset_known_from_the_hub_alone_has_its_names_from_there() -> None:
    dataset = merge_dataset(None, make_row("Some-Org/Data_v1.0", memberships=(Membership(COLLECTION, 0, "Good one"),)))
    assert (dataset.id, dataset.address) == ("some-org/data_v1.0", "/datasets/some-org/data_v1.0.html")
    assert dataset.title.value == "Data_v1.0"
    assert (dataset.publisher.id, dataset.publisher.title) == ("some-org", "Some-Org")
    assert dataset.publisher.url == "https://huggingface.co/Some-Org"
    assert dataset.url is not None
    assert dataset.url.value == "https://huggingface.co/datasets/Some-Org/Data_v1.0"
    assert dataset.note is not None
    assert dataset.note.value == "Good one"
    assert dataset.entry_path is None


def test_a_dataset_without_an_author_has_an_address() -> None:
    dataset = merge_dataset(None, make_row("squad"))
    assert (dataset.address, dataset.publisher.url) == ("/datasets/_/squad.html", None)


def test_a_publisher_is_called_as_the_vocabulary_says() -> None:
    assert merge_dataset(None, make_row("Sample/tides")).publisher.title == "Sample & Sons"


def test_a_publisher_takes_no_other_account_s_name() -> None:
    entry = make_entry("ocean-office", huggingface="someone/tides")
    dataset = merge_dataset(entry, make_row("someone/tides"))
    assert (dataset.publisher.id, dataset.publisher.title, dataset.publisher.url) == (
        "ocean-office",
        "ocean-office",
        None,
    )


@pytest.mark.parametrize(
    ("words", "sources"),
    [
        (("original",), ()),
        (("a/b",), (SourceDataset("a/b", "https://huggingface.co/datasets/a/b"),)),
        (("extended|a/b",), (SourceDataset("a/b", "https://huggingface.co/datasets/a/b"),)),
        (("extended|other-tides",), (SourceDataset("other-tides", None),)),
        (("https://a.org/b",), (SourceDataset("a.org/b", "https://a.org/b"),)),
        (("a/b?x", "../b"), (SourceDataset("a/b?x", None), SourceDataset("../b", None))),
        (("javascript:a/b",), (SourceDataset("javascript:a/b", None),)),
    ],
)
def test_source_datasets_link_where_their_address_is_certain(
    words: tuple[str, ...], sources: tuple[SourceDataset, ...]
) -> None:
    dataset = merge_dataset(None, make_row(source_datasets=words))
    assert dataset.source_datasets is not None
    assert dataset.source_datasets.value == sources


def test_dates_are_days() -> None:
    dataset = merge_dataset(make_entry(date_added="2024-05-06"), make_row(last_modified="2025-12-20T10:00:00Z"))
    assert dataset.date_added is not None
    assert dataset.date_modified is not None
    assert (dataset.date_added.value, dataset.date_modified.value) == ("2024-05-06", "2025-12-20")


def test_the_entry_says_how_a_dataset_was_listed_else_the_collection_does() -> None:
    listed = make_row(memberships=LISTED)
    cases = [
        (make_entry(listing="contributed"), listed, "contributed", "entry"),
        (make_entry(), listed, "collection", "hub"),
        (None, listed, "collection", "hub"),
    ]
    for entry, row, kind, origin in cases:
        listing = merge_dataset(entry, row).listing
        assert listing is not None
        assert (listing.value, listing.origin.kind) == (kind, origin)
    assert merge_dataset(make_entry(), make_row()).listing is None
    found = merge_dataset(None, None, bulk_row=make_row()).listing
    assert found is not None
    assert found.value == "discovered"


def test_facts_that_were_kept_say_why() -> None:
    row = make_row(kept=KeptReason.TIMEOUT)
    assert merge_dataset(None, row).kept_because == "the Hub took too long to answer"


def test_nothing_known_is_no_dataset() -> None:
    with pytest.raises(ValueError, match="neither"):
        merge_dataset(None, None)


def test_a_dataset_of_a_collection_alone_is_in_the_catalog() -> None:
    datasets, problems = merge_catalog([], make_snapshot(make_row(memberships=LISTED)), VOCABULARIES)
    assert [dataset.id for dataset in datasets] == ["sample/tides"]
    assert problems == []


def test_a_dataset_that_no_entry_and_no_collection_names_is_not() -> None:
    assert merge_catalog([], make_snapshot(make_row()), VOCABULARIES) == ([], [])


@pytest.mark.parametrize("status", [Status.LEFT, Status.GONE, Status.PRIVATE, Status.DISABLED])
def test_a_dataset_that_left_keeps_what_is_known_and_says_why_and_since_when(status: Status) -> None:
    row = make_row(memberships=LISTED, status=status, status_since=READ_AT, downloads=7)
    [dataset], problems = merge_catalog([], make_snapshot(row), VOCABULARIES)
    assert dataset.departure == Departure(status.reason, READ_AT, is_reachable=status is Status.LEFT)
    assert dataset.downloads is not None
    assert problems == []
    catalog = Catalog.of([dataset])
    assert (catalog.datasets, catalog.summaries, catalog.former) == ((), (), (dataset,))


def test_an_old_name_is_no_dataset_of_its_own() -> None:
    row = make_row(memberships=LISTED, status=Status.RENAMED, status_since=READ_AT, renamed_to="Sample/waves")
    assert merge_catalog([], make_snapshot(row), VOCABULARIES) == ([], [])


def test_an_entry_leaves_with_its_dataset_where_the_data_is_nowhere_else() -> None:
    row = make_row(status=Status.GONE, status_since=READ_AT, downloads=7)
    entry = make_entry(huggingface="Sample/tides", url="https://huggingface.co/datasets/Sample/tides")
    [dataset], _ = merge_catalog([entry], make_snapshot(row), VOCABULARIES)
    assert dataset.departure is not None
    assert dataset.title.value == "Tides"
    assert dataset.downloads is not None


def test_a_dataset_knows_its_own_past() -> None:
    mine = Event(READ_AT, "sample/TIDES", EventKind.LICENSE, "mit", "cc-by-4.0")
    other = Event(READ_AT, "Sample/waves", EventKind.ADDED)
    points = (HistoryPoint("2026-03-03", 5, 1), HistoryPoint("2026-03-04", 7, None))
    snapshot = replace(
        make_snapshot(make_row(memberships=LISTED)), events=(mine, other), history={"Sample/tides": points}
    )
    [dataset], _ = merge_catalog([], snapshot, VOCABULARIES)
    assert (dataset.events, dataset.history) == ((mine,), points)


def test_an_entry_and_its_dataset_on_the_hub_are_one_in_any_case() -> None:
    snapshot = make_snapshot(make_row("Sample/Tides", memberships=LISTED, downloads=7))
    [dataset], problems = merge_catalog([make_entry(huggingface="sample/tides")], snapshot, VOCABULARIES)
    assert problems == []
    assert dataset.hub_id == "Sample/Tides"
    assert dataset.downloads is not None


@pytest.mark.parametrize("status", [Status.GONE, Status.PRIVATE, Status.DISABLED])
def test_an_entry_whose_dataset_left_the_hub_stays_and_is_reported(status: Status) -> None:
    row = make_row(status=status, downloads=7)
    [dataset], [problem] = merge_catalog([make_entry(huggingface="Sample/tides")], make_snapshot(row), VOCABULARIES)
    assert dataset.title.value == "Tides"
    assert dataset.downloads is None
    assert (problem.code, problem.severity) == ("OTD110", Severity.WARNING)
    assert problem.mark.path == "catalog_data/datasets/sample/tides.yaml"
    assert problem.message == f"Sample/tides {status.reason}"


def test_an_entry_follows_its_dataset_to_its_new_name_and_asks_for_it() -> None:
    snapshot = make_snapshot(
        make_row("Sample/tides", status=Status.RENAMED, renamed_to="Sample/waves"),
        make_row("Sample/waves", memberships=LISTED, downloads=7),
    )
    [dataset], [problem] = merge_catalog([make_entry(huggingface="Sample/tides")], snapshot, VOCABULARIES)
    assert (dataset.address, dataset.hub_id) == ("/datasets/sample/tides.html", "Sample/waves")
    assert dataset.downloads is not None
    assert (problem.code, problem.help) == ("OTD110", "write `huggingface: Sample/waves`")


def test_two_datasets_that_took_each_other_s_name_end_somewhere() -> None:
    snapshot = make_snapshot(
        make_row("a/x", status=Status.RENAMED, renamed_to="a/y"),
        make_row("a/y", status=Status.RENAMED, renamed_to="a/x"),
    )
    [dataset], _ = merge_catalog([make_entry(huggingface="a/x")], snapshot, VOCABULARIES)
    assert dataset.hub_id == "a/x"


def test_a_collection_s_dataset_gives_way_to_an_entry_of_its_address_with_a_warning() -> None:
    entry = make_entry("sample", "tides")
    [dataset], [problem] = merge_catalog([entry], make_snapshot(make_row(memberships=LISTED)), VOCABULARIES)
    assert dataset.entry_path == entry.path
    assert dataset.downloads is None
    assert (str(problem.mark), problem.code, problem.severity) == (f"{entry.path}:1:1", "OTD109", Severity.WARNING)
    assert "Sample/tides" in problem.message
    assert "`huggingface: Sample/tides`" in problem.help


def test_two_datasets_of_the_hub_never_share_an_address() -> None:
    rows = (make_row("_/squad", memberships=LISTED), make_row("squad", memberships=LISTED))
    [dataset], [problem] = merge_catalog([], make_snapshot(*rows), VOCABULARIES)
    assert dataset.address == "/datasets/_/squad.html"
    assert (problem.code, problem.severity) == ("OTD109", Severity.WARNING)
