"""Documents written for MkDocs, kramdown and Jekyll become correct pages without a change."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest

from tests.sites import SHARED, make_small_site, run

SEEDS = SHARED / "seeds"
NOTATION = ("!!!", "{:", "{{", "{%", "[!TIP]", "[!NOTE]", ":::", "site.baseurl", "]()")
"""What must be left of no dialect."""
UNKNOWN_TARGETS = ("OTD206", "OTD207")
"""A link to a page, or to a place of a page, that the site does not have."""
INLINE_SCRIPT = "OTD255"
"""The form of one of the documents has a script, which the security policy of the pages refuses."""

SAMPLE = """\
---
layout: default
title: From elsewhere
nav_order: 7
has_children: false
---

# From elsewhere

Read the [requirements]({{site.baseurl}}/about/) of {{ site.title }}, or
[look at it](https://paper.example.net/1){:target="paper"}.

!!! tip
    Speak with those who are in the data.

    Do so early.

!!! warning "With a title"
    * one
    * two

A remark.
{: .note }

> [!TIP]
> An alert of GitHub's.

> [!IMPORTANT]
> Another one.

## A heading {#of-its-own}

Term
: What it means.

A claim.[^1]

- [x] done
- [ ] to do

```
!!! tip
{{site.baseurl}} and {: .note } stay in code
```

[^1]: Says who.
"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    root = make_small_site(tmp_path / "site", {"content/sample.md": SAMPLE})
    finished = run(root, "--offline", "--strict", "--base-url", "https://example.org/sub/path/")
    assert finished.status == 0, finished
    return (root / "_site/sample/index.html").read_text(encoding="utf-8")


def without_code(page: str) -> str:
    return re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.DOTALL)


def leftovers(page: str) -> list[str]:
    text = html.unescape(without_code(page))
    return [notation for notation in NOTATION if notation in text]


def is_safe_link(page: str, url: str) -> bool:
    links = re.findall(rf'<a [^>]*href="{re.escape(html.escape(url))}"[^>]*>', page)
    return bool(links) and 'rel="noopener"' in links[0]


def test_nothing_of_the_notation_is_left(page: str) -> None:
    assert leftovers(page) == []


def test_notation_shown_as_code_stays_as_it_is(page: str) -> None:
    assert "!!! tip\n{{site.baseurl}} and {: .note } stay in code" in html.unescape(page)


def test_jekyll_s_links_get_the_base_path(page: str) -> None:
    assert '<a href="/sub/path/about/">requirements</a> of Water data' in page


def test_kramdown_s_target_is_dropped_or_kept_and_the_link_is_safe(page: str) -> None:
    assert is_safe_link(page, "https://paper.example.net/1")


def test_admonitions_and_alerts_become_notes_with_their_content(page: str) -> None:
    notes = re.findall(r'<aside class="note[^"]*".*?</aside>', page, flags=re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]*>", " ", note).split()) for note in notes]
    assert "Tip Speak with those who are in the data. Do so early." in texts
    assert "With a title one two" in texts
    assert "Tip An alert of GitHub's." in texts
    assert "Important Another one." in texts
    assert any("A remark." in text for text in texts)


def test_headings_lists_terms_and_footnotes_are_what_they_are(page: str) -> None:
    assert page.count("<h1") == 1
    assert '<h2 id="of-its-own"' in page
    assert "<dt>Term</dt>" in page
    assert page.count('type="checkbox"') == 2
    assert "Says who." in page


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the source documents are not in {SEEDS}")
def test_the_initiative_s_documents_build_as_they_are(tmp_path: Path) -> None:
    root = make_small_site(tmp_path / "site")
    copies = [
        shutil.copy(document, root / "content" / f"{document.stem}.md") for document in sorted(SEEDS.glob("*.txt"))
    ]
    assert len(copies) == 3
    checked = run(root, "check", "--format", "json")
    assert {code for code in checked.codes if code not in UNKNOWN_TARGETS} == {INLINE_SCRIPT}

    # With pages where their links lead to, and without the script, they build.
    for copy in map(Path, copies):
        text = copy.read_text(encoding="utf-8")
        copy.write_text(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL), encoding="utf-8")
    stub = "---\ntitle: {}\ndescription: A page.\n---\n## Contact us\n\nWords.\n"
    for name in ("dataset-requirements/index", "dataset-requirements/dataset-requirements", "about"):
        (root / f"content/{name}.md").parent.mkdir(exist_ok=True)
        (root / f"content/{name}.md").write_text(stub.format(name.replace("/", " ")), encoding="utf-8")
    (root / "content/dataset-requirements/dataset-card-template.md").write_text(stub.format("Template"), "utf-8")
    finished = run(root, "--offline", "--strict")
    assert (finished.status, finished.output) == (0, "")
    for copy in map(Path, copies):
        page = (root / "_site" / copy.stem / "index.html").read_text(encoding="utf-8")
        assert leftovers(page) == []
        assert page.count("<h1") == 1
        for url in re.findall(r"\]\((https://[^)\s]*)\)", copy.read_text(encoding="utf-8")):
            assert is_safe_link(page, url)
