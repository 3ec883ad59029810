"""The lineage of datasets across a catalog."""

from __future__ import annotations

from otdi_site.model.dataset import Dataset
from otdi_site.model.lineage import Lineage
from otdi_site.trust import with_lineages
from tests.samples import make_entry, merge_dataset


def make(name: str, *sources: str, license: str | None = None) -> Dataset:
    entry = make_entry(name=name, huggingface=f"sample/{name}", source_datasets=list(sources), license=license)
    return merge_dataset(entry, None)


def lineages(*datasets: Dataset) -> dict[str, Lineage | None]:
    return {dataset.name: dataset.lineage for dataset in with_lineages(datasets)}


def test_sources_and_what_was_made_of_a_dataset_are_found() -> None:
    found = lineages(make("seas"), make("tides", "sample/seas"), make("waves", "Sample/Tides", license="MIT"))
    assert found["seas"] is not None
    assert [(each.title, each.level) for each in found["seas"].derived] == [("Tides", 1)]
    tides = found["tides"]
    assert tides is not None
    assert [(each.title, each.address, each.level) for each in tides.sources] == [
        ("Seas", "/datasets/sample/seas.html", -1)
    ]
    assert [(each.title, each.license) for each in tides.derived] == [("Waves", "MIT")]
    waves = found["waves"]
    assert waves is not None
    assert [(each.title, each.level) for each in waves.sources] == [("Tides", -1), ("Seas", -2)]


def test_a_source_outside_the_catalog_is_named() -> None:
    lineage = lineages(make("tides", "https://commoncrawl.org/", "other/set"))["tides"]
    assert lineage is not None
    assert [(each.title, each.address, each.license) for each in lineage.sources] == [
        ("commoncrawl.org/", None, None),
        ("other/set", None, None),
    ]


def test_a_circle_of_sources_is_shown_as_one_and_ends() -> None:
    found = lineages(make("a", "sample/b"), make("b", "sample/c"), make("c", "sample/a"))
    for lineage in found.values():
        assert lineage is not None
        assert [each.is_cycle for each in lineage.sources] == [False, False, True]
    alone = lineages(make("a", "sample/a"))["a"]
    assert alone is not None
    assert [each.is_cycle for each in alone.sources] == [True]
    assert alone.derived == ()


def test_a_dataset_that_states_nothing_has_none() -> None:
    assert lineages(make("tides"), make("waves")) == {"tides": None, "waves": None}


def test_very_many_relatives_are_counted() -> None:
    lineage = lineages(make("all", *[f"other/set-{number}" for number in range(500)]))["all"]
    assert lineage is not None
    assert (len(lineage.sources), lineage.left_out) == (12, 488)
