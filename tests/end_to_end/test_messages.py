"""What people are told: once, at its cause, in words, and at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from otdi_site.cli import cli
from tests.sites import Run, make_small_site
from tests.sites import run as run_program


def run(root: Path, *arguments: str) -> Run:
    """The command in this process: there are many."""
    runner = CliRunner()
    result = runner.invoke(cli, [*arguments, "--root", str(root)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


def problems(finished: Run) -> list[tuple[str, str, int]]:
    """Code, path and line of each diagnostic of a run with ``--format json``."""
    found = json.loads(finished.output)["diagnostics"]
    return [(each["code"], each["path"], each["line"]) for each in found]


def check(root: Path, *arguments: str) -> Run:
    return run(root, "check", "--offline", "--format", "json", *arguments)


def test_annotations_land_where_the_root_is_a_folder_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    site = make_small_site(tmp_path / "sites" / "water", {"content/bad.md": "# Bad\n\n[Gone](/gone/)\n"})
    finished = run(site, "check", "--offline", "--format", "github")
    assert finished.output.startswith("::error file=sites/water/content/bad.md,line=3,col=1,title=OTD206::")
    assert problems(check(site)) == [("OTD206", "sites/water/content/bad.md", 3)]
    text = run(site, "check", "--offline").output
    assert text.startswith("sites/water/content/bad.md:3:1: error OTD206")
    assert "\n  3 | [Gone](/gone/)\n    | ^\n" in text


def test_colours_are_shown_in_a_pipe_only_when_asked_for(small_site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (small_site / "content/bad.md").write_text("# Bad\n\n[Gone](/gone/)\n")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" not in run(small_site, "check", "--offline").output
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror OTD206\x1b[0m" in run(small_site, "check", "--offline").output


def test_strict_says_why_warnings_fail(small_site: Path) -> None:
    entry = small_site / "catalog_data/datasets/example-org/wells.yaml"
    entry.write_text(entry.read_text() + "date_added: 2999-01-01\n")
    finished = run(small_site, "check", "--offline", "--strict")
    assert finished.status == 1
    assert "1 warning, --strict counts warnings as errors" in finished.last_line


@pytest.mark.parametrize("path", ["README.md", "/etc/passwd", "nowhere", "content/nowhere.md"])
def test_a_path_that_is_not_part_of_the_site_is_said(
    small_site: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_site / "README.md").write_text("Read me.")
    monkeypatch.chdir(small_site)
    finished = run(small_site, "check", "--offline", path)
    assert finished.status == 2
    assert f"{path} is not part of the site" in finished.errors


@pytest.mark.parametrize("path", [".", "content", "content/about.md", "site.yaml", "catalog_data/datasets"])
def test_parts_of_the_site_can_be_checked(small_site: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small_site)
    assert run(small_site, "check", "--offline", path).status == 0


ENDLESS = {
    "itself": {"partials/footer.html": '{% include "partials/footer.html" %}'},
    "each other": {
        "partials/footer.html": '{% include "partials/a.html" %}',
        "partials/a.html": '{% include "partials/footer.html" %}',
    },
    "extends": {"pages/page.html": '{% extends "pages/page.html" %}'},
    "imports": {"partials/footer.html": '{% import "partials/footer.html" as again %}{{ again }}'},
    "macro": {"partials/footer.html": "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}"},
}


@pytest.mark.parametrize("templates", ENDLESS.values(), ids=ENDLESS)
def test_a_template_without_end_is_said_once_at_its_line(small_site: Path, templates: dict[str, str]) -> None:
    for name, text in templates.items():
        file = small_site / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{{# A comment. #}}\n{text}\n" if "extends" not in text else text)
    finished = check(small_site)
    assert finished.status == 1
    assert {code for code, _, _ in problems(finished)} == {"OTD016"}
    assert {path.removeprefix("templates/") for _, path, _ in problems(finished)} <= set(templates)


def test_a_range_without_end_does_not_hang(small_site: Path) -> None:
    file = small_site / "templates/partials/footer.html"
    file.parent.mkdir(parents=True)
    file.write_text("{% for each in range(10000000000) %}x{% endfor %}")
    assert {code for code, _, _ in problems(check(small_site))} == {"OTD303"}


def test_a_template_that_is_not_utf_8_is_said_at_its_byte(small_site: Path) -> None:
    file = small_site / "templates/partials/footer.html"
    file.parent.mkdir(parents=True)
    file.write_bytes("<p>\nCafé</p>".encode("latin-1"))
    assert problems(check(small_site)) == [("OTD002", "templates/partials/footer.html", 2)]


def test_a_stylesheet_names_the_place_in_its_own_file(small_site: Path) -> None:
    css = small_site / "site_src/css"
    css.mkdir(parents=True)
    (css / "extra.css").write_text('@import "part.css";\n\n.a { background: url(missing.png); }\n')
    (css / "part.css").write_text("p {}\n" * 20 + ".b { background: url(gone.png); }\n")
    found = problems(check(small_site))
    assert ("OTD310", "site_src/css/extra.css", 3) in found
    assert ("OTD310", "site_src/css/part.css", 21) in found
    (css / "part.css").write_bytes("p {}\n/* café */\n".encode("latin-1"))
    assert ("OTD313", "site_src/css/part.css", 2) in problems(check(small_site))


@pytest.mark.parametrize(
    "url",
    [
        "https://ann:hunter2@example.org/",
        "https://ann@example.org/",
        "https://ann:hunter2@example.org:99999/",
        "https://example.org/?a=b",
        "https://example.org/#top",
        "https://example.org:99999/",
        "https://example.org:port/",
    ],
)
def test_a_base_url_that_no_site_can_have_is_refused_without_its_password(small_site: Path, url: str) -> None:
    option = run(small_site, "check", "--offline", "--base-url", url)
    assert option.status == 2
    config = small_site / "site.yaml"
    config.write_text(config.read_text().replace("https://data.example.org/", url))
    for output_format in ("text", "json", "github"):
        finished = run(small_site, "check", "--offline", "--format", output_format)
        assert finished.status == 2
        assert "OTD012" in finished.output
        assert "hunter2" not in finished.output + finished.errors + option.errors


@pytest.mark.parametrize(
    ("words", "expected"), [("", "check"), ("ch", "check"), ("--of", "--offline"), ("check --st", "--strict")]
)
def test_completion_completes_commands_and_options(words: str, expected: str) -> None:
    variables = {
        "_BUILD_PY_COMPLETE": "bash_complete",
        "COMP_WORDS": f"build.py {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }
    assert f"plain,{expected}" in run_program(None, variables=variables).output.splitlines()


def test_a_system_without_file_locks_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util, sys\n"
        "sys.modules['fcntl'] = None\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'fcntl' else find(name, *rest)\n"
    )
    finished = run_program(None, "--help", variables={"PYTHONPATH": f"{tmp_path}{os.pathsep}"})
    assert finished.status == 2
    assert finished.errors.count("\n") == 1
    assert "Linux and macOS" in finished.errors


@pytest.mark.parametrize(
    ("slot", "line", "message", "help"),
    [
        ("card-fields\n", 6, "needs the argument 'section'", "yaml_metadata_block"),
        ("card-fields\nsection: yaml_metadata\n", 7, "cannot be 'yaml_metadata'", "did you mean yaml_metadata_block"),
        ("latest-datasets\ncount: many\n", 7, "no whole number", "write a number"),
        ("latest-datasets\ncount: 0\n", 7, "no whole number", "write a number"),
        ("contribution-email\ncompact: 1\n", 7, "not true or false", "true or false"),
        ("licenses\nacepted: true\n", 7, "has no argument 'acepted'", "did you mean accepted?"),
        ("domains\nany: true\n", 7, "has no argument 'any'", "takes group"),
    ],
)
def test_a_wrong_argument_of_a_slot_is_said_at_its_line_of_the_page(
    small_site: Path, slot: str, line: int, message: str, help: str
) -> None:
    text = f"---\ntitle: Slots\n---\n# Slots\n\n:::{{slot}} {slot}:::\n"
    (small_site / "content/slots.md").write_text(text)
    finished = check(small_site)
    assert problems(finished) == [("OTD232", "content/slots.md", line)]
    [found] = json.loads(finished.output)["diagnostics"]
    assert message in found["message"]
    assert help in found["help"]


def test_a_wrong_argument_of_a_slot_hides_no_other(small_site: Path) -> None:
    slots = [
        "card-fields\nsection: markdown\nsectoin: x",
        "latest-datasets\ncount: 0",
        "licenses\nacepted: true",
        "contribution-email\ncompact: 1",
    ]
    text = "---\ntitle: Slots\n---\n# Slots\n" + "".join(f":::{{slot}} {slot}\n:::\n" for slot in slots)
    (small_site / "content/slots.md").write_text(text)
    expected = [("OTD232", "content/slots.md", line) for line in (6, 7, 10, 13, 16)]
    assert problems(check(small_site)) == expected


def test_an_error_in_the_configuration_hides_no_other_and_makes_none(small_site: Path) -> None:
    config = small_site / "site.yaml"
    wrong = config.read_text().replace("water@example.org", "mailto:water@example.org")
    (small_site / "content/about.md").write_text("# About\n\n[Gone](/gone/) [Bulk](/datasets/bulk/rows.html)\n")
    line = wrong.splitlines().index("  email: mailto:water@example.org") + 1
    for text, place in ((wrong, line), (wrong + "titel: Water\n", line), ('title: "Water\n', 1)):
        config.write_text(text)
        for command in ("check", "build"):
            finished = run(small_site, command, "--offline", "--format", "json")
            assert finished.status == 2
            found = [each for each in problems(finished) if each[0] != "OTD010"]
            assert [(each[1], each[2]) for each in found] == [("content/about.md", 3), ("site.yaml", place)]
    assert not (small_site / "_site").exists()


def test_a_broken_entry_that_is_linked_to_is_told_once(small_site: Path) -> None:
    (small_site / "catalog_data/datasets/example-org/wells.yaml").write_text("title: Wells\nurl: [\n")
    links = "[Wells](/datasets/example-org/wells.html) [All](/datasets/example-org/) [Text](/catalog/modality/text/)"
    (small_site / "content/about.md").write_text(f"# About\n\n{links} [Gone](/datasets/example-org/gone.html)\n")
    found = problems(check(small_site))
    assert [each[:2] for each in found] == [
        ("OTD003", "catalog_data/datasets/example-org/wells.yaml"),
        ("OTD206", "content/about.md"),
    ]
