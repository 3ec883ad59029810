"""Every diagnostic is caused by the site fragment in its folder, and documented.

A folder ``tests/diagnostics/<code>/`` holds only the files that cause the diagnostic; what a site needs besides comes
from ``tests/diagnostics/site/``. ``expected.txt`` is the output of `check`, to the letter; ``SITE`` in it stands for
the folder of the site. After a change that is meant, ``OTDI_UPDATE_EXPECTED=1 pytest tests/test_diagnostics.py``
writes them anew. ``tests/end_to_end/test_bad_input.py`` puts all fragments that can stand together into one tree, whose
output is ``tests/diagnostics/together.txt``; the same variable writes that anew.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from otdi_site.cli import cli

pytestmark = pytest.mark.usefixtures("warm_start")

PROJECT = Path(__file__).resolve().parents[1]
FRAGMENTS = PROJECT / "tests" / "diagnostics"
PAGES = PROJECT / "docs" / "diagnostics"
CODE = re.compile(r"OTD\d{3}")

WITHOUT_FRAGMENT = {
    "OTD001": "a file that cannot be read, such as a link that leads nowhere",
    "OTD260": "a dataset card, which `card check` reads",
    "OTD261": "a dataset card, which `card check` reads",
    "OTD262": "a dataset card, which `card check` reads",
    "OTD263": "an argument of `card check`",
    "OTD264": "a dataset card, which `card check` reads",
    "OTD270": "a contribution, which `intake` reads",
    "OTD271": "a contribution, which `intake` reads",
    "OTD272": "a contribution, which `intake` reads",
    "OTD273": "a contribution, which `intake` reads",
    "OTD274": "a contribution, which `intake` reads",
    "OTD275": "a contribution, which `intake` reads",
    "OTD276": "a contribution, which `intake` reads",
    "OTD407": "what the Hub did when it was last asked",
    "OTD409": "a folder that cannot be written, which root can",
    "OTD410": "what the Hub says while a refresh runs",
    "OTD411": "an environment variable",
    "OTD412": "an environment variable",
    "OTD413": "what the Hub says while a refresh runs",
    "OTD414": "an interrupted refresh",
    "OTD420": "what the Hub says while a refresh runs",
    "OTD421": "what the Hub says while a refresh runs",
    "OTD422": "what the Hub says while a refresh runs",
    "OTD430": "what the Hub says while a refresh runs",
    "OTD431": "what the Hub says while a refresh runs",
    "OTD432": "what the Hub says while a refresh runs",
    "OTD433": "what the Hub says while a refresh runs",
    "OTD434": "what the Hub says while a refresh runs",
    "OTD435": "what the Hub says while a refresh runs",
    "OTD440": "what the Hub says while a refresh runs",
    "OTD441": "a state of the published site; `check` does not look at it",
    "OTD442": "a state of the published site; `check` does not look at it",
    "OTD445": "an environment variable",
    "OTD452": "a disk that fails",
    "OTD460": "what the Hub says of a collection",
    "OTD461": "what the Hub says of a collection",
    "OTD462": "a damaged file in the cache folder",
    "OTD463": "a folder that cannot be written, which root can",
    "OTD464": "what the Hub says while a refresh runs",
    "OTD465": "what the Hub says while a refresh runs",
    "OTD466": "what the Hub says while a refresh runs",
    "OTD500": "a state of the output folder; `check` does not look at it",
    "OTD501": "another build at the same time",
    "OTD502": "a full disk",
    "OTD503": "a disk that fails",
    "OTD504": "a disk that fails",
    "OTD505": "a disk that fails",
    "OTD506": "a disk that fails",
    "OTD510": "a site of 900 MB",
    "OTD511": "a file of 90 MB",
    "OTD520": "a process that is killed",
    "OTD521": "what the published site was made from",
    "OTD522": "what the published site was made from",
    "OTD523": "what the published site was made from",
    "OTD524": "what the published site was made from",
    "OTD525": "what the published site was made from",
}
"""Codes that no file of a site can cause, and what does."""

SUMMARY_OF_PAGES = "| [{code}]({code}.md) | {title} |"


def codes_in_source() -> set[str]:
    return {code for file in (PROJECT / "otdi_site").rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}


def fragments() -> list[Path]:
    return sorted(folder for folder in FRAGMENTS.iterdir() if CODE.fullmatch(folder.name))


def make_site(fragment: Path, site: Path) -> Path:
    shutil.copytree(FRAGMENTS / "site", site)
    if (fragment / "content").is_file():
        shutil.rmtree(site / "content")
    shutil.copytree(fragment, site, symlinks=True, dirs_exist_ok=True)
    (site / "expected.txt").unlink(missing_ok=True)
    if fragment.name == "OTD006":
        (site / "site.yaml").unlink()
    return site


def status_of(output: str) -> int:
    """2 where the configuration is wrong, 1 for errors, 0 for warnings."""
    if re.search(r"^site\.yaml\S* error OTD0", output, re.MULTILINE):
        return 2
    return int(": error OTD" in output)


@pytest.mark.parametrize("fragment", fragments(), ids=lambda fragment: fragment.name)
def test_a_fragment_causes_its_diagnostic(fragment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = make_site(fragment, tmp_path / "site")
    before = sorted(site.rglob("*"))
    with pytest.raises(SystemExit) as exit_status:
        cli.main(["check", "--offline", "--root", str(site)], standalone_mode=False)
    output = capsys.readouterr().out.replace(str(site.resolve()), "SITE")
    expected = fragment / "expected.txt"
    if os.environ.get("OTDI_UPDATE_EXPECTED"):
        expected.write_text(output, encoding="utf-8")
    assert output == expected.read_text("utf-8")
    assert f" {fragment.name}: " in output
    assert exit_status.value.code == status_of(output)
    assert sorted(site.rglob("*")) == before, "check has written"


@pytest.mark.parametrize("code", ["OTD006", "OTD012", "OTD108"])
def test_the_command_says_the_same_and_ends_with_the_same_status(code: str, tmp_path: Path) -> None:
    site = make_site(FRAGMENTS / code, tmp_path / "site")
    command = [sys.executable, "build.py", "check", "--offline", "--root", str(site), "--output", str(site / "_site")]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    expected = (FRAGMENTS / code / "expected.txt").read_text("utf-8")
    assert result.stdout.replace(str(site.resolve()), "SITE") == expected
    assert result.returncode == status_of(expected)
    assert result.stderr.startswith("check: ")
    assert len(result.stderr.splitlines()) == 1


def test_the_site_that_fragments_stand_in_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = tmp_path / "site"
    shutil.copytree(FRAGMENTS / "site", site)
    with pytest.raises(SystemExit) as exit_status:
        cli.main(["check", "--offline", "--root", str(site)], standalone_mode=False)
    assert (capsys.readouterr().out, exit_status.value.code) == ("", 0)


def test_every_code_is_caused_by_a_fragment_or_has_a_reason_why_not() -> None:
    with_fragment = {folder.name for folder in fragments()}
    assert with_fragment & set(WITHOUT_FRAGMENT) == set()
    assert with_fragment | set(WITHOUT_FRAGMENT) == codes_in_source()


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {page.stem for page in PAGES.glob("OTD*.md")} == codes_in_source()


@pytest.mark.parametrize("page", sorted(PAGES.glob("OTD*.md")), ids=lambda page: page.stem)
def test_a_page_says_what_why_and_how_to_fix_it(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.match(rf"# {page.stem}: [^\n]+[^.\n]\n\n[^\n]", text)
    assert "**Why.**" in text
    assert "**Fix.**" in text
    assert "```" in text, "no example"


def test_the_index_lists_every_page() -> None:
    titles = {
        page.stem: page.read_text("utf-8").partition("\n")[0].partition(": ")[2] for page in PAGES.glob("OTD*.md")
    }
    rows = [line for line in (PAGES / "README.md").read_text("utf-8").splitlines() if line.startswith("| [")]
    assert rows == [SUMMARY_OF_PAGES.format(code=code, title=title) for code, title in sorted(titles.items())]
