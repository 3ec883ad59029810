from __future__ import annotations

from otdi_site.index import RelatedIndex
from otdi_site.model.catalog import Summary
from otdi_site.model.facets import GENERAL_PURPOSE
from tests.samples import make_summary


def related(summaries: list[Summary], position: int = 0) -> list[str]:
    return [summary.title for summary in RelatedIndex(summaries).find(position)]


def test_a_shared_domain_makes_datasets_alike_and_more_makes_them_more_alike() -> None:
    summaries = [
        make_summary("a", publisher="p1", domains=("marine",), tasks=("x",)),
        make_summary("b", publisher="p2", domains=("climate",)),
        make_summary("c", publisher="p3", domains=("marine",)),
        make_summary("d", publisher="p4", domains=("marine",), tasks=("x",)),
    ]
    assert related(summaries) == ["D", "C"]


def test_english_text_alone_makes_no_two_datasets_alike() -> None:
    summaries = [make_summary(name, publisher=name, modalities=("text",), languages=("en",)) for name in "ab"]
    assert related(summaries) == []


def test_having_no_specialty_is_nothing_in_common() -> None:
    summaries = [make_summary(name, publisher=name, domains=(GENERAL_PURPOSE,)) for name in "ab"]
    assert related(summaries) == []


def test_equally_alike_ones_stand_by_rank_at_most_five_without_itself() -> None:
    summaries = [make_summary(name, domains=("marine",)) for name in "abcdefgh"]
    assert related(summaries, 2) == ["A", "B", "D", "E", "F"]


def test_a_dataset_at_the_end_of_a_long_list_has_neighbours_too() -> None:
    summaries = [make_summary(f"d{number:03}", domains=("marine",)) for number in range(500)]
    assert len(related(summaries, 499)) == 5
