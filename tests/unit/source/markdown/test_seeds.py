"""The initiative's own older documents, dropped in unchanged, become pages without a trace of their notation."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from otdi_site.model.markdown import Document

SEEDS = Path(__file__).resolve().parents[5] / "shared" / "seeds"
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(((?:[^()\s]|\([^()\s]*\))+)\)")
TARGET = re.compile(r"\{:target=\"([^\"]+)\"\}")

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the source documents are not in {SEEDS}")


def seeds() -> list[Path]:
    return sorted(SEEDS.glob("*.txt"))


def body_of(seed: Path) -> tuple[str, int]:
    text = seed.read_text("utf-8")
    if not text.startswith("---\n"):
        return text, 1
    matter, body = text[4:].split("\n---\n", 1)
    return body, matter.count("\n") + 4


def shown(document: Document) -> str:
    return f"{document.leading_heading or ''}{''.join(map(str, document.blocks))}"


@pytest.fixture(params=seeds(), ids=lambda seed: seed.name[:3])
def seed(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_a_seed_has_no_other_problems_and_leaves_no_notation(seed: Path, render: Callable[..., Document]) -> None:
    body, first_line = body_of(seed)
    document = render(body, first_line=first_line)
    # One has a script in it, which the pages' security policy refuses.
    assert [found.code for found in document.diagnostics] == ["OTD255"] * body.count("<script>")
    for notation in ("!!!", "{:", "{{", "}}", "{%", "**", "](", "\n##", "> **"):
        assert notation not in shown(document)


def test_every_link_of_a_seed_is_known_with_its_place(seed: Path, render: Callable[..., Document]) -> None:
    body, first_line = body_of(seed)
    written = []
    for number, line in enumerate(seed.read_text("utf-8").split("\n"), 1):
        for match in LINK.finditer(line):
            reference = match.group(1).removeprefix("{{site.baseurl}}")
            written.append(
                (f"/guide/page/{reference}" if reference[0] == "#" else reference, number, match.start() + 1)
            )
    found = render(body, first_line=first_line).links
    # A form that is sent to its own page is no link that is written.
    links = [(link.target, link.mark.line, link.mark.column) for link in found if link.target != "/guide/page/"]
    assert links == written
    assert len(links) >= 5


def test_names_of_windows_and_the_base_path_arrive(render: Callable[..., Document]) -> None:
    texts = [body_of(seed)[0] for seed in seeds()]
    html = "".join(shown(render(text)) for text in texts)
    targets = TARGET.findall("".join(texts))
    assert len(targets) == 6
    assert re.findall(r'<a href="[^"]*" target="([^"]*)" rel="noopener">', html) == targets
    assert html.count('href="/sub/') == "".join(texts).count("{{site.baseurl}}")


def test_the_note_and_the_tip_look_alike(render: Callable[..., Document]) -> None:
    html = "".join(shown(render(body_of(seed)[0])) for seed in seeds())
    assert '<aside class="note note-note" role="note">\n<p class="note-title">Note</p>\n<p>Be sure to read' in html
    assert '<aside class="note note-tip" role="note">\n<p class="note-title">Tip</p>\n<p>This engagement' in html


def test_a_link_to_the_place_named_twice_leads_to_the_first(render: Callable[..., Document]) -> None:
    for seed in seeds()[1:]:
        document = render(body_of(seed)[0])
        identifiers = [heading.id for heading in document.headings]
        assert identifiers.count("contribute-your-dataset") == identifiers.count("contribute-your-dataset-1") == 1
        assert len(set(identifiers)) == len(identifiers)
        assert [heading.level for heading in document.headings].count(1) == 1
        assert shown(document).count("<h1") == 1


def test_the_form_of_a_seed_is_as_it_was(render: Callable[..., Document]) -> None:
    body, _ = body_of(seeds()[1])
    form = body[body.index("<form") :].rstrip()
    assert form in shown(render(body))
