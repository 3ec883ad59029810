"""The card corpus: cards made of ``tests/cards/complete.md`` by one edit each, with the ledger that is expected.

All of them are synthetic. A case states how its ledger differs from that of the complete card, which meets everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from otdi_site.source.vocabularies import read_vocabularies
from otdi_site.trust import State

COMPLETE = (Path(__file__).parents[2] / "cards/complete.md").read_text("utf-8")
MET, NOT_MET, UNKNOWN, NOT_APPLICABLE = State.MET, State.NOT_MET, State.UNKNOWN, State.NOT_APPLICABLE
LICENSE = {"yaml.license": NOT_MET, "dataset.accepted_license": NOT_MET}
SECTIONS = {
    "unique_metadata_identifier": "Unique Metadata Identifier",
    "dataset_description": "Dataset Description",
    "curated_by": "Curated By",
    "data_collection_and_processing_section": "Data Collection and Processing",
    "source_data_producers_section": "Who Are the Source Data Producers?",
    "source_metadata_for_dataset": "Source Metadata for Dataset",
    "consent_documentation_location": "Consent Documentation Location",
    "bias_risks_limitations": "Bias, Risks, and Limitations",
    "personal_and_sensitive_information": "Personal and Sensitive Information",
    "use_of_privacy_enhancing_technologies_pets": "Privacy Enhancing Technologies (PETs) Used?",
    "dataset_card_authors": "Dataset Card Authors",
    "dataset_issue_date": "Dataset Issue Date",
    "range_dates_data_generation": "Range of Dates for Data Generation",
}
"""Required sections by the name of their requirement, those that another part can answer left out."""
VOCABULARIES, _ = read_vocabularies(Path(__file__).parents[3])
assert VOCABULARIES.card_specification is not None
SPECIFICATION = VOCABULARIES.card_specification
IDS = [requirement.id for requirement in SPECIFICATION.requirements]


@dataclass(frozen=True)
class Case:
    """A card, and the requirements whose state differs from that of the complete card."""

    name: str
    content: bytes
    expected: Mapping[str, State] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    """Of what could not be read."""


def put(old: str, new: str) -> bytes:
    """The complete card with one text put in place of another."""
    assert COMPLETE.count(old) == 1, old
    return COMPLETE.replace(old, new).encode()


def section(heading: str, text: str | None) -> bytes:
    """The card with another text below a heading, or without heading and text."""
    pattern = re.compile(rf"^#+ {re.escape(heading)}\n(?:(?!#+ ).*\n)*", re.MULTILINE)
    assert len(pattern.findall(COMPLETE)) == 1, heading

    def replace(match: re.Match[str]) -> str:
        head = match.group().partition("\n")[0]
        return "" if text is None else f"{head}\n\n{text}\n\n"

    return pattern.sub(replace, COMPLETE).encode()


def without_field(name: str) -> bytes:
    lines = COMPLETE.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(f"{name}:")).encode()


def block(yaml: str) -> bytes:
    """The text of the complete card below another block."""
    return (yaml + COMPLETE.split("---\n", 2)[2]).encode()


def all_of(section: str, state: State) -> dict[str, State]:
    """Every requirement of a section in one state; those of the block that no card has by itself left out."""
    without = ("yaml.license_details", "yaml.extra_gated_fields")
    return {each: state for each in IDS if each.startswith(f"{section}.") and each not in without}


def broken() -> list[Case]:
    """Each required requirement by itself: left out, and left to the template."""
    cases = []
    for name, more in (("license", LICENSE), ("license_name", {}), ("pretty_name", {}), ("source_datasets", {})):
        expected = {f"yaml.{name}": NOT_MET, **more}
        cases.append(Case(f"without {name}", without_field(name), expected))
    for name in ("license", "license_name", "pretty_name"):
        expected = LICENSE if name == "license" else {f"yaml.{name}": NOT_MET}
        line = re.search(rf"^{name}: .*$", COMPLETE, re.MULTILINE)
        assert line is not None
        cases.append(Case(f"unfilled {name}", put(line[0] + "\n", f'{name}: "[More Information Needed]"\n'), expected))
    for name, heading in SECTIONS.items():
        expected = {f"text.{name}": NOT_MET}
        if name == "personal_and_sensitive_information":  # it has a subsection, which answers for it
            continue
        cases.append(Case(f"without {name}", section(heading, None), expected))
        cases.append(Case(f"unfilled {name}", section(heading, "[More Information Needed]"), expected))
    summary = {"text.dataset_summary": NOT_MET}
    cases += [
        Case("without summary", section("Dataset Summary", None), summary),
        Case("unfilled summary", section("Dataset Summary", "[More Information Needed]"), summary),
        Case(
            "without sources of either kind",
            section("Dataset Sources", None).replace(b"source_datasets: []\n", b""),
            {"yaml.source_datasets": NOT_MET, "text.dataset_sources": NOT_MET},
        ),
        Case(
            "gated",
            put("license_link: LICENSE.md\n", "license_link: LICENSE.md\nextra_gated_fields: {Name: text}\n"),
            {"yaml.extra_gated_fields": NOT_MET},
        ),
    ]
    return cases


def blanks() -> list[Case]:
    """Texts that say nothing, below one heading."""
    texts = {
        "nothing": "",
        "n/a": "N/A",
        "tbd": "TBD.",
        "comment": "<!-- Say what can go wrong. -->",
        "comment of several lines": "<!--\nSay what\n\ncan go wrong.\n-->",
        "dots": "…",
        "coming soon": "*Coming soon!*",
        "expression of a template": "{{ bias_risks_limitations | default('', true) }}",
        "optional placeholder": "[More Information Optional]",
        "placeholder in lower case": "[more information needed]",
        "placeholder twice": "[More Information Needed]\n\n- [More Information Needed]",
        "to be determined": "To be determined",
        "rule": "---",
    }
    expected = {"text.bias_risks_limitations": NOT_MET}
    cases = [
        Case(f"blank: {name}", section(SECTIONS["bias_risks_limitations"], text), expected)
        for name, text in texts.items()
    ]
    answers = {
        "none": "None.",
        "no": "No known ones.",
        "in Thai": "ไม่มี",
        "a number": "7",
        "half": "N/A for images; texts are biased.",
    }
    return cases + [
        Case(f"answer: {name}", section(SECTIONS["bias_risks_limitations"], text)) for name, text in answers.items()
    ]


def encodings() -> list[Case]:
    everything = {**all_of("yaml", UNKNOWN), **all_of("text", UNKNOWN)}
    everything |= {
        "yaml.extra_gated_fields": UNKNOWN,
        "dataset.accepted_license": UNKNOWN,
        "yaml.license_details": UNKNOWN,
        **all_of("derived", UNKNOWN),
    }
    return [
        Case("CRLF", COMPLETE.replace("\n", "\r\n").encode()),
        Case("CR", COMPLETE.replace("\n", "\r").encode()),
        Case("byte order mark", b"\xef\xbb\xbf" + COMPLETE.encode()),
        Case("no last line feed", COMPLETE.rstrip("\n").encode()),
        Case("empty lines above", b"\n\n" + COMPLETE.encode()),
        Case("spaces after the hyphens", COMPLETE.replace("---\n", "---  \n").encode()),
        Case("UTF-16", COMPLETE.encode("utf-16"), everything, ("OTD260",)),
        Case("Latin-1", put("invented datum", "datum inventé").decode().encode("latin-1"), everything, ("OTD260",)),
    ]


def blocks() -> list[Case]:
    """YAML blocks that are not as they should be."""
    gone = {**all_of("yaml", NOT_MET), "dataset.accepted_license": NOT_MET, "text.dataset_sources": MET}
    unread = {
        **all_of("yaml", UNKNOWN),
        "yaml.extra_gated_fields": UNKNOWN,
        "yaml.license_details": UNKNOWN,
        "dataset.accepted_license": UNKNOWN,
        **all_of("derived", UNKNOWN),
    }
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
    )
    return [
        Case("no block", COMPLETE.split("---\n", 2)[2].encode(), gone),
        Case("empty block", block("---\n---\n"), gone),
        Case("block of a list", block("---\n- license\n- mit\n---\n"), unread, ("OTD262",)),
        Case("block of a word", block("---\nlicense\n---\n"), unread, ("OTD262",)),
        Case("broken block", block("---\nlicense: [mit\ntags: x\n---\n"), unread, ("OTD003",)),
        Case("block that is bent", block("---\nlicense: mit\n  tags: [x]\n---\n"), unread, ("OTD003",)),
        Case("block with aliases without end", block(f"---\n{bomb}---\n"), unread, ("OTD005",)),
        Case("deep block", block("---\nlicense: " + "[" * 5_000 + "\n---\n"), unread, ("OTD005",)),
        Case("block below a comment", b"<!-- (c) Nobody -->\n" + COMPLETE.encode(), unread, ("OTD262",)),
        Case(
            "second block", put("---\n\n# Dataset Card", "---\n---\nfoo: bar\n---\n\n# Dataset Card"), {}, ("OTD262",)
        ),
        Case(
            "a field twice",
            put("license_link: LICENSE.md", "license_link: LICENSE.md\nlicense_link: x"),
            {},
            ("OTD004",),
        ),
    ]


def headings() -> list[Case]:
    """One heading written in many ways."""
    heading = "## Bias, Risks, and Limitations"
    ways = {
        "no comma": "## Bias, Risks and Limitations",
        "lower case": "## bias, risks, and limitations",
        "bold": "## **Bias, Risks, and Limitations**",
        "closing marks": "## Bias, Risks, and Limitations ##",
        "optional": "## Bias, Risks, and Limitations [optional]",
        "number": "## 4.2 Bias, Risks, and Limitations",
        "another level": "##### Bias, Risks, and Limitations",
        "underlined": "Bias, Risks, and Limitations\n---",
        "colon": "## Bias, Risks, and Limitations:",
        "non-breaking spaces": "## Bias,\u00a0Risks,\u00a0and\u00a0Limitations",
        "the Hub's older name": "## Considerations for Using the Data",
    }
    missing = {"text.bias_risks_limitations": NOT_MET}
    return [
        *(Case(f"heading: {name}", put(heading, way)) for name, way in ways.items()),
        Case("heading in code", put(heading, f"```\n{heading}\n```\n"), missing),
        Case("heading in a comment", put(heading, f"<!-- {heading} -->\n"), missing),
        Case("heading without a space", put(heading, "##Bias, Risks, and Limitations"), missing),
        Case(
            "label of the Hub's template",
            put("### Curated By\n\n- **Curated by:**", "### About\n\n- **Curated by [optional]:**"),
        ),
        Case("introduction", put("## Dataset Summary\n\n", "")),
    ]


def languages() -> list[Case]:
    """Cards whose answers are in other languages and scripts, below the template's headings."""
    texts = {
        "Arabic": "لا يتبع المستوى أي بحر حقيقي.",
        "Chinese": "水位不对应任何真实的海。",
        "French": "Les niveaux ne suivent aucune mer réelle.",
        "German": "Die Pegel folgen keinem wirklichen Meer.",
        "Hebrew": "המפלסים אינם של ים אמיתי.",
        "Hindi": "स्तर किसी वास्तविक समुद्र के नहीं हैं।",
        "Japanese": "水位は実在の海のものではない。",
        "Korean": "수위는 실제 바다의 것이 아니다.",
        "Russian": "Уровни не относятся ни к какому морю.",
        "Swahili": "Viwango havifuati bahari yoyote halisi.",
        "Yoruba": "Àwọn ìpele náà kò tẹ̀lé òkun gidi kankan.",
    }
    return [Case(f"in {name}", section(SECTIONS["bias_risks_limitations"], text)) for name, text in texts.items()]


def licenses() -> list[Case]:
    line = "license: cdla-permissive-2.0\n"
    both = line + "license_name: Community Data License Agreement - Permissive, Version 2.0\n"
    refused = {"dataset.accepted_license": NOT_MET}
    custom = {"yaml.license_details": NOT_MET}
    return [
        Case("licence in capitals", put(line, "license: CDLA-Permissive-2.0\n")),
        Case("another accepted licence", put(both, "license: apache-2.0\nlicense_name: Apache License, Version 2.0\n")),
        Case("licence and name of another", put(line, "license: apache-2.0\n"), refused),
        Case("licence by its address", put(line, "license: https://cdla.dev/permissive-2-0/\n")),
        Case("alternatives", put(both, "license: MIT OR GPL-3.0\nlicense_name: MIT or GPL-3.0-only\n")),
        Case("licences together", put(both, "license: MIT AND GPL-3.0\nlicense_name: Both\n"), refused),
        Case("licence that is not accepted", put(line, "license: cc-by-nc-4.0\n"), refused),
        Case("licence that is none", put(line, "license: do-what-you-like\n"), refused),
        Case("several licences", put(line, "license: [mit, apache-2.0]\n"), refused),
        Case("other, with the name of one", put(line, "license: other\n"), custom),
        Case("licence of its own", put(both, "license: other\nlicense_name: Tides\n"), refused | custom),
        Case("unknown licence", put(line, "license: unknown\n"), refused),
    ]


def dates() -> list[Case]:
    issued, period = {"text.dataset_issue_date": NOT_MET}, {"text.range_dates_data_generation": NOT_MET}
    return [
        Case("issued at a time", put("2026-03-31", "2026-03-31T12:00:00Z")),
        Case("issued in words", put("2026-03-31", "the last day of March"), issued),
        Case("issued in American order", put("2026-03-31", "03/31/2026"), issued),
        Case("period of years", put("2024-01-01/2025-06-30", "2019 to 2021")),
        Case("period without end", put("2024-01-01/2025-06-30", "2019-05/..")),
        Case("period of one day", put("2024-01-01/2025-06-30", "2024-01-01"), period),
        Case("period in words", put("2024-01-01/2025-06-30", "a few years"), period),
        Case(
            "identifier of ISCC",
            put("5f0c2f0e-8f5b-4c1e-9a77-3f1f0a6f9b21", "ISCC:KEC43HJLPUSHVAZT66YLPUWNVACWYPIV533TRQMWF2IUQYSP5LA4CTY"),
        ),
        Case(
            "identifier that is none",
            put("5f0c2f0e-8f5b-4c1e-9a77-3f1f0a6f9b21", "tides-v1"),
            {"text.unique_metadata_identifier": NOT_MET},
        ),
    ]


def hostile() -> list[Case]:
    """Cards made to cost much or to break out of their place; none says less than the complete one."""
    padding = "word " * 2_200_000
    many = "".join(f"# h{number}\n\ntext\n\n" for number in range(10_000))
    return [
        Case("11 MB at the end", COMPLETE.encode() + padding.encode(), {}, ("OTD261",)),
        Case("10,000 headings at the end", (COMPLETE + many).encode(), {}, ("OTD261",)),
        Case("one line of brackets", (COMPLETE + "[" * 500_000).encode()),
        Case("one line of stars", (COMPLETE + "**a" * 200_000).encode()),
        Case("comments without end", (COMPLETE + "<!--" * 100_000).encode()),
        Case(
            "markup in a name",
            put("pretty_name: Tides of Nowhere", 'pretty_name: "<script>alert(1)</script> \\e[31m"'),
            {"yaml.pretty_name": UNKNOWN},
            ("OTD455",),
        ),
        Case("rules without end", (COMPLETE + "\n---\n" * 30_000).encode()),
    ]


GROUPS: tuple[Callable[[], list[Case]], ...] = (
    broken,
    blanks,
    encodings,
    blocks,
    headings,
    languages,
    licenses,
    dates,
    hostile,
)
