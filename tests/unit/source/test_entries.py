from __future__ import annotations

from pathlib import Path

import pytest

from otdi_site.diagnostics import Diagnostic, Severity
from otdi_site.model.entry import LocatedEntry
from otdi_site.model.vocabulary import Vocabularies, Vocabulary
from otdi_site.source.entries import read_entries
from otdi_site.source.vocabularies import read_vocabularies
from tests.samples import NOTHING, VOCABULARIES, lines_of

LEAST = "title: Tides\nurl: https://example.org/tides\n"


def read(
    root: Path, files: dict[str, str], vocabularies: Vocabularies = VOCABULARIES
) -> tuple[list[LocatedEntry], list[Diagnostic]]:
    for name, text in files.items():
        file = root / "catalog_data" / "datasets" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return read_entries(root, vocabularies)


def problems_of(root: Path, text: str) -> list[Diagnostic]:
    return read(root, {"sample/tides.yaml": text})[1]


def only_problem(root: Path, files: dict[str, str]) -> Diagnostic:
    [problem] = read(root, files)[1]
    return problem


def test_publisher_and_name_come_from_the_file_s_place(tmp_path: Path) -> None:
    [entry], problems = read(tmp_path, {"sample/Tides_v1.5.yaml": LEAST})
    assert not problems
    assert (entry.publisher, entry.name) == ("sample", "tides_v1.5")
    assert entry.path == "catalog_data/datasets/sample/Tides_v1.5.yaml"
    assert str(entry.mark("url")) == f"{entry.path}:2:6"


def test_entries_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    entries, _ = read(tmp_path, {"b/a.yaml": LEAST, "a/b.yaml": LEAST, "a/a.yaml": LEAST})
    assert [f"{entry.publisher}/{entry.name}" for entry in entries] == ["a/a", "a/b", "b/a"]


def test_a_site_without_entries_has_none(tmp_path: Path) -> None:
    assert read_entries(tmp_path, VOCABULARIES) == ([], [])


def test_a_wrong_term_is_placed_and_offers_the_nearest_ones(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, LEAST + "domains: [climat]\n")
    assert (str(problem.mark), problem.code, problem.field) == (
        "catalog_data/datasets/sample/tides.yaml:3:11",
        "OTD101",
        "domains[0]",
    )
    assert problem.message == "'climat' is not in the vocabulary domains"
    assert problem.help.startswith("did you mean climate")


@pytest.mark.parametrize(
    ("line", "offer"),
    [
        ("domains: [medical]", "healthcare"),
        ("license: cc-by", "CC-BY-4.0"),
        ("modalities: [text, sounds]", "audio"),
        ("tasks: [answering]", "question-answering"),
        ("size: n<2K", "n<1K"),
        ("size: 1K", "write 1K<n<10K"),
        ("size: 5000", "write 1K<n<10K"),
        ("size: 5,000 rows", "write 1K<n<10K"),
        ("size: 900.5", "write n<1K"),
        ("license: MIT OR Apache-2.0", "write the one that applies, such as"),
        ("license: (MIT AND CC-BY-4.0)", "write the one that applies, such as"),
        ("license: GPL-2.0-only WITH Classpath-exception-2.0", "write the one that applies"),
        ("sensitive_information: [helth]", "health"),
        ("modalities: [zzzzzz]", "use one of: text, audio"),
    ],
)
def test_every_field_of_terms_is_checked(tmp_path: Path, line: str, offer: str) -> None:
    [problem] = problems_of(tmp_path, f"{LEAST}{line}\n")
    assert problem.code == "OTD101"
    assert offer in problem.help


def test_a_wrong_term_is_told_beside_the_other_problems_of_its_entry(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, "title: Tides\nurl: tides\ndomains: [climat]\nsize: big\n")
    assert [(problem.code, problem.field) for problem in problems] == [
        ("OTD012", "url"),
        ("OTD101", "domains[0]"),
        ("OTD101", "size"),
    ]


def test_what_is_no_term_at_all_is_told_once(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, LEAST + "domains: climat\nmodalities: [7]\nlicense: [mit]\n")
    assert {(problem.code, problem.field) for problem in problems} == {
        ("OTD012", "domains"),
        ("OTD012", "modalities[0]"),
        ("OTD012", "license"),
    }
    assert len(problems) == 3


def test_terms_are_found_in_any_case(tmp_path: Path) -> None:
    assert problems_of(tmp_path, LEAST + "domains: [Climate]\nlicense: cc-by-4.0\nsize: 1k<N<10k\n") == []


def test_a_vocabulary_that_could_not_be_read_makes_no_entry_wrong(tmp_path: Path) -> None:
    broken: Vocabulary[object] = NOTHING  # type: ignore[assignment, type-var]  # any vocabulary without terms
    vocabularies = Vocabularies(
        **{
            name: broken if isinstance(value, Vocabulary) else value
            for name, value in ((name, getattr(VOCABULARIES, name)) for name in Vocabularies.__dataclass_fields__)
        }
    )
    entries, problems = read(tmp_path, {"sample/tides.yaml": LEAST + "domains: [anything]\n"}, vocabularies)
    assert len(entries) == 1
    assert problems == []


def test_an_entry_says_where_the_dataset_is(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "title: Tides\n")
    assert problem.code == "OTD105"
    assert "huggingface: owner/name" in problem.help
    assert problems_of(tmp_path, "title: Tides\nhuggingface: sample/tides\n") == []


def test_two_entries_of_one_dataset_name_each_other(tmp_path: Path) -> None:
    files = {"sample/tides.yaml": LEAST, "sample/waves.yaml": LEAST + "name: Tides\n"}
    _, problems = read(tmp_path, files)
    clash = next(problem for problem in problems if problem.code == "OTD102")
    assert str(clash.mark) == "catalog_data/datasets/sample/waves.yaml:3:7"
    assert "first in catalog_data/datasets/sample/tides.yaml" in clash.message
    assert "/datasets/sample/tides.html" in clash.message
    assert clash.severity is Severity.ERROR


def test_two_spellings_of_one_address_clash(tmp_path: Path) -> None:
    _, problems = read(tmp_path, {"sample/tides.yaml": LEAST, "Sample/Tides.yaml": LEAST})
    assert [problem.code for problem in problems] == ["OTD102"]


def test_a_reserved_name_clashes_with_its_own_way_out(tmp_path: Path) -> None:
    entries, problems = read(tmp_path, {"sample/index.yaml": LEAST, "sample/-index.yaml": LEAST})
    assert [entry.name for entry in entries] == ["-index"]
    assert [problem.code for problem in problems] == ["OTD102"]


def test_two_entries_of_one_dataset_on_the_hub_name_each_other(tmp_path: Path) -> None:
    text = LEAST + "huggingface: Sample/Tides\n"
    files = {"sample/a.yaml": text, "sample/b.yaml": text.replace("Sample/Tides", "sample/tides")}
    problem = only_problem(tmp_path, files)
    assert (str(problem.mark), problem.code) == ("catalog_data/datasets/sample/b.yaml:3:14", "OTD103")
    assert "first in catalog_data/datasets/sample/a.yaml" in problem.message


def test_a_file_elsewhere_than_its_address_is_a_warning(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"other/tides.yaml": LEAST + "publisher: sample\n"})
    assert (problem.code, problem.severity) == ("OTD104", Severity.WARNING)
    assert str(problem.mark) == "catalog_data/datasets/other/tides.yaml:3:12"
    assert "rename the file to catalog_data/datasets/sample/tides.yaml" in problem.help


def test_names_without_latin_letters_need_an_address(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, {"sample/潮.yaml": LEAST})
    assert problem.code == "OTD106"
    assert "'潮'" in problem.message
    assert "`name`" in problem.help
    other = only_problem(tmp_path / "b", {"日本/tides.yaml": LEAST})
    assert (other.code, "'日本'" in other.message, "`publisher`" in other.help) == ("OTD106", True, True)


def test_a_stated_name_gives_the_address_that_the_file_s_cannot(tmp_path: Path) -> None:
    [entry], problems = read(tmp_path, {"sample/潮.yaml": LEAST + "name: Tides of Japan\n"})
    assert entry.name == "tides-of-japan"
    assert [problem.code for problem in problems] == ["OTD104"]


def test_two_names_that_give_no_address_do_not_clash_as_well(tmp_path: Path) -> None:
    _, problems = read(tmp_path, {"sample/潮.yaml": LEAST, "sample/波.yaml": LEAST})
    assert [problem.code for problem in problems] == ["OTD106", "OTD106"]


@pytest.mark.parametrize("name", ["tides.yaml", "a/b/tides.yaml"])
def test_an_entry_stands_in_its_publisher_s_folder(tmp_path: Path, name: str) -> None:
    problem = only_problem(tmp_path, {name: LEAST})
    assert (problem.code, str(problem.mark)) == ("OTD107", f"catalog_data/datasets/{name}")


@pytest.mark.parametrize("name", ["tides.yml", "tides.json", "README.md"])
def test_files_that_are_no_entries_are_not_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    entries, [problem] = read(tmp_path, {f"sample/{name}": LEAST})
    assert entries == []
    assert (problem.code, problem.severity) == ("OTD108", Severity.WARNING)
    assert str(problem.mark) == f"catalog_data/datasets/sample/{name}"


def test_all_entries_are_checked_in_one_run(tmp_path: Path) -> None:
    files = {
        "sample/a.yaml": "title: [\n",
        "sample/b.yaml": "title: b\nlicence: MIT\nurl: https://example.org\n",
        "sample/c.yaml": LEAST + "domains: [nothing-like-it]\n",
    }
    entries, problems = read(tmp_path, files)
    assert [entry.name for entry in entries] == ["c"]
    folder = "catalog_data/datasets/sample"
    assert lines_of(problems) == [
        f"{folder}/a.yaml:2:1 OTD003",
        f"{folder}/b.yaml:2:1 OTD010",
        f"{folder}/c.yaml:3:11 OTD101",
    ]


def test_the_project_s_own_entries_are_right() -> None:
    root = Path(__file__).parents[3]
    vocabularies, problems = read_vocabularies(root)
    assert problems == []
    entries, problems = read_entries(root, vocabularies)
    assert problems == []
    assert len(entries) >= 60
