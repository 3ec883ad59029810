"""The program as people and their scripts meet it: what it prints where, and with which status it ends."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.sites import PROJECT, change_config, command, environment, make_small_site, read_tree, run, run_anew, stamps

COMMANDS = ["build", "refresh", "check", "serve"]
OPTIONS = ["--root", "--output", "--base-url", "--offline", "--strict", "--jobs", "--format"]

WRONG_CONTENT = {
    "content/about.md": "---\ntitle: About\ndescription: Who we are.\n---\nSee [this](/nowhere/).\n",
    "content/contribute.md": "---\ntitle: Contribute\ndescription: How.\n---\n:::{slot} nonsense\n:::\n",
    "catalog_data/datasets/example-org/wells.yaml": "title: Wells\ndescription: Depths.\nurl: wells\n"
    "modalities: [txt]\nhosting: owner\ntitle: Again\n",
}
"""A broken link, an unknown slot, and one entry with a URL that is none, an unknown term and a field given twice."""
WRONG_PLACES = [
    "catalog_data/datasets/example-org/wells.yaml:3:6",
    "catalog_data/datasets/example-org/wells.yaml:4:14",
    "catalog_data/datasets/example-org/wells.yaml:6:1",
    "content/about.md:5:5",
    "content/contribute.md:5:11",
]


@pytest.fixture
def wrong_site(tmp_path: Path) -> Path:
    return make_small_site(tmp_path / "site", WRONG_CONTENT)


def test_help_lists_the_commands() -> None:
    for option in ("--help", "-h"):
        finished = run_anew(None, option)
        assert (finished.status, finished.errors) == (0, "")
        assert [name for name in COMMANDS if f"\n  {name} " not in finished.output] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_explains_each_option(name: str) -> None:
    finished = run_anew(None, name, "--help")
    assert (finished.status, finished.errors) == (0, "")
    assert [option for option in OPTIONS if f"\n  {option} " not in finished.output] == []


def test_the_version_is_told() -> None:
    finished = run_anew(None, "--version")
    assert finished.status == 0
    assert finished.output.startswith("otdi-site, version ")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--nonsense"], "--nonsense"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "--jobs", "many"], "--jobs"),
        (["--base-url", "example.org"], "--base-url"),
        (["--base-url", "https://example.org/?a=b"], "--base-url"),
        (["check", "--format", "xml"], "--format"),
        (["check", "no/such/file.md"], "no/such/file.md"),
        (["serve", "--port", "99999"], "--port"),
        (["--root", "no/such/folder"], "--root"),
        (["publish"], "publish"),
        (["refresh", "surplus"], "surplus"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_names_what_is_wrong(small_site: Path, arguments: list[str], named: str) -> None:
    finished = run(None, *arguments, cwd=small_site)
    assert finished.status == 2
    assert finished.output == ""
    assert finished.last_line.startswith("Error: ")
    assert named in finished.last_line
    assert "Traceback" not in finished.errors
    assert not (small_site / "_site").exists()


def test_without_a_command_it_builds_the_site_of_this_folder(small_site: Path) -> None:
    finished = run_anew(None, "--offline", cwd=small_site)
    assert (finished.status, finished.output) == (0, "")
    assert (small_site / "_site/index.html").is_file()
    assert finished.last_line.startswith("build: 5 pages, 1 dataset; ")


def test_a_folder_without_a_site_says_how_to_name_one(tmp_path: Path) -> None:
    for arguments in ([], ["check"], ["refresh"], ["serve", "--port", "0"]):
        finished = run_anew(None, *arguments, cwd=tmp_path)
        assert finished.status == 2
        assert "site.yaml: error OTD006: " in finished.output
        assert "--root" in finished.output
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_configuration_exits_with_2_and_its_places(small_site: Path) -> None:
    config = small_site / "site.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("email: water@example.org", "email: water") + "colour: red\n", encoding="utf-8")
    line = text.splitlines().index("  email: water@example.org") + 1
    for name in ("build", "check", "refresh"):
        finished = run(small_site, name, "--offline")
        assert finished.status == 2
        assert f"site.yaml:{line}:10: error OTD012: contact.email: " in finished.output
        assert f"site.yaml:{len(text.splitlines()) + 1}:1: error OTD010: unknown field 'colour'" in finished.output
        assert finished.last_line.startswith(f"{name}: ")
    assert not (small_site / "_site").exists()


def test_problems_in_the_content_are_told_all_at_once_and_publish_nothing(small_site: Path) -> None:
    assert run(small_site, "--offline").status == 0
    before = stamps(small_site / "_site")
    make_small_site(small_site, WRONG_CONTENT)
    finished = run(small_site, "--offline")
    assert finished.status == 1
    heads = [line for line in finished.output.splitlines() if not line.startswith(" ")]
    assert [head.partition(": ")[0] for head in heads] == WRONG_PLACES
    errors = [head for head in heads if ": error OTD" in head]
    assert all(": error OTD" in head or ": warning OTD" in head for head in heads)
    assert sum(line.startswith("  help: ") for line in finished.output.splitlines()) == len(heads)
    assert finished.last_line.startswith("build: nothing was published; ")
    assert f"; {len(errors)} errors, " in finished.last_line
    assert stamps(small_site / "_site") == before


def test_an_entry_with_an_error_keeps_the_hub_from_being_asked(wrong_site: Path) -> None:
    finished = run(wrong_site, "refresh")
    assert finished.status == 1
    assert "nothing was asked for" in finished.last_line
    assert "catalog_data/datasets/example-org/wells.yaml:" in finished.output
    assert not (wrong_site / "catalog_data/snapshots").exists()


def test_check_writes_nothing(small_site: Path, wrong_site: Path) -> None:
    before = read_tree(wrong_site)
    assert run(wrong_site, "check").status == 1
    assert read_tree(wrong_site) == before


def test_check_reports_what_build_reports(wrong_site: Path) -> None:
    assert run(wrong_site, "check").output == run(wrong_site, "build", "--offline").output


def test_check_of_a_path_reports_that_path_alone(wrong_site: Path) -> None:
    finished = run(wrong_site, "check", str(wrong_site / "content"))
    assert finished.status == 1
    heads = [line for line in finished.output.splitlines() if not line.startswith(" ")]
    assert [head.partition(": ")[0] for head in heads] == WRONG_PLACES[3:]
    assert run(wrong_site, "check", str(wrong_site / "content/index.md")).status == 0
    relative = run(None, "check", "content/about.md", cwd=wrong_site)
    assert relative.output.startswith("content/about.md:5:5: error OTD206")
    assert "contribute.md" not in relative.output


def test_strict_makes_warnings_fail(small_site: Path) -> None:
    without_network = {"HF_HUB_OFFLINE": "1"}  # which a refresh warns of
    assert run_anew(small_site, "refresh", variables=without_network).status == 0
    finished = run_anew(small_site, "refresh", "--strict", variables=without_network)
    assert finished.status == 1
    assert "warning OTD410" in finished.output
    assert "1 warning" in finished.last_line


@pytest.mark.parametrize("name", ["build", "check", "refresh"])
def test_json_is_one_document_on_standard_output(small_site: Path, wrong_site: Path, name: str) -> None:
    finished = run_anew(wrong_site, name, "--offline", "--format", "json")
    document = json.loads(finished.output)
    assert set(document) == {"diagnostics", "summary"}
    assert document["summary"]["command"] == name
    assert document["summary"]["exit_status"] == finished.status == 1
    assert document["summary"]["errors"] == len(document["diagnostics"])
    assert {"code", "severity", "path", "line", "column", "message", "help", "field"} <= set(document["diagnostics"][0])
    assert finished.last_line.startswith(f"{name}: ")


def test_json_of_a_clean_build_tells_what_was_made(small_site: Path) -> None:
    summary = run(small_site, "--offline", "--format", "json").summary
    files = read_tree(small_site / "_site")
    assert (summary["pages"], summary["datasets"], summary["exit_status"]) == (5, 1, 0)
    assert summary["files"] == len(files)
    assert summary["written"] == len(files.keys() - {".otdi-site.json"})  # the manifest lists what was written
    assert summary["bytes"] == sum(len(content) for content in files.values())


def test_github_s_format_annotates_files(wrong_site: Path) -> None:
    finished = run(wrong_site, "check", "--format", "github")
    assert finished.status == 1
    lines = finished.output.splitlines()
    assert len(lines) == len(WRONG_PLACES)
    assert all(line.startswith(("::error file=", "::warning file=")) for line in lines)
    assert any(line.startswith("::error file=content/about.md,line=5,col=5,title=OTD206::") for line in lines)


def test_the_site_goes_where_it_is_told_to(small_site: Path, tmp_path: Path) -> None:
    output = tmp_path / "elsewhere" / "public"
    finished = run(small_site, "--offline", "--output", str(output))
    assert finished.status == 0
    assert (output / "index.html").is_file()
    assert not (small_site / "_site").exists()
    relative = run(small_site, "--offline", "--output", "here", cwd=tmp_path)
    assert relative.status == 0
    assert read_tree(tmp_path / "here") == read_tree(output)


def test_an_output_folder_with_somebody_s_files_is_refused(small_site: Path, tmp_path: Path) -> None:
    precious = tmp_path / "home"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work", encoding="utf-8")
    finished = run(small_site, "--offline", "--output", str(precious))
    assert finished.status == 2
    assert "error OTD500" in finished.output
    assert read_tree(precious) == {"thesis.txt": b"years of work"}


def test_the_project_s_own_folder_cannot_be_the_output(small_site: Path) -> None:
    before = read_tree(small_site)
    finished = run(small_site, "--offline", "--output", str(small_site))
    assert finished.status == 2
    assert "error OTD500" in finished.output
    assert read_tree(small_site) == before


def test_imported_files_cannot_lie_in_the_output(small_site: Path) -> None:
    (small_site / "rows").mkdir()
    (small_site / "rows/dump.jsonl").write_text("", encoding="utf-8")
    change_config(small_site, sources=[{"path": "rows/dump.jsonl", "date": "2025-10-24", "licenses": "all"}])
    finished = run(small_site, "--offline", "--output", str(small_site / "rows"))
    assert finished.status == 2
    assert "error OTD500" in finished.output
    assert (small_site / "rows/dump.jsonl").exists()


def test_the_cache_may_be_elsewhere_and_the_sources_are_not_written_to(small_site: Path, tmp_path: Path) -> None:
    (small_site / ".cache").write_text("a folder that cannot be had", encoding="utf-8")
    before = stamps(small_site)
    refused = run(small_site, "--offline", "--output", str(tmp_path / "out"))
    assert (refused.status, ".cache: error OTD506: " in refused.output) == (2, True)
    options = ("--offline", "--output", str(tmp_path / "out"), "--cache", str(tmp_path / "kept"))
    assert run(small_site, *options).status == 0
    assert "all as they were" in run(small_site, *options).last_line
    assert (tmp_path / "kept/store.sqlite").exists()
    assert stamps(small_site) == before


@pytest.mark.parametrize("output", ["content", "content/public", "catalog_data/datasets", "site.yaml"])
def test_the_output_cannot_lie_among_the_sources(small_site: Path, output: str) -> None:
    before = read_tree(small_site)
    finished = run(None, "--offline", "--output", output, cwd=small_site)
    assert finished.status == 2
    assert "error OTD500" in finished.output
    assert read_tree(small_site) == before


def test_the_output_does_not_depend_on_where_it_is_built(small_site: Path, tmp_path: Path) -> None:
    run_anew(small_site, "--offline", "--jobs", "1")
    twin = make_small_site(tmp_path / "another place")
    run_anew(None, "--offline", "--jobs", "3", cwd=twin)
    assert read_tree(twin / "_site") == read_tree(small_site / "_site")


def test_what_is_deleted_or_changed_by_hand_is_made_again(small_site: Path) -> None:
    run(small_site, "--offline")
    before = read_tree(small_site / "_site")
    (small_site / "_site/index.html").write_text("scribble", encoding="utf-8")
    shutil.rmtree(small_site / "_site/datasets")
    (small_site / "_site/stray.html").write_text("stray", encoding="utf-8")
    finished = run(small_site, "--offline")
    assert finished.status == 0
    assert read_tree(small_site / "_site") == before


@pytest.mark.parametrize("folder", [".cache", "_site", "._site.next"])
def test_each_folder_of_the_tool_can_be_deleted(small_site: Path, folder: str) -> None:
    run(small_site, "--offline")
    before = read_tree(small_site / "_site")
    shutil.rmtree(small_site / folder)
    assert run(small_site, "--offline").status == 0
    assert read_tree(small_site / "_site") == before


def test_a_store_that_cannot_be_saved_is_a_warning_and_the_site_is_out(small_site: Path) -> None:
    run(small_site, "--offline")
    about = small_site / "content/about.md"
    about.write_text(about.read_text(encoding="utf-8").replace("water", "wells"), encoding="utf-8")
    with sqlite3.connect(small_site / ".cache/store.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        finished = run(small_site, "--offline")
    assert finished.status == 0
    assert "warning OTD505" in finished.output
    assert "nothing was published" not in finished.last_line
    assert "We measure wells." in (small_site / "_site/about/index.html").read_text(encoding="utf-8")


def test_an_error_of_publishing_keeps_the_other_diagnostics(small_site: Path) -> None:
    (small_site / ".cache/store.sqlite").mkdir(parents=True)
    with (small_site / "catalog_data/datasets/example-org/wells.yaml").open("a", encoding="utf-8") as entry:
        entry.write("licence: MIT\n")
    finished = run(small_site, "build", "--offline")
    assert finished.status == 2
    assert "error OTD010" in finished.output
    assert "error OTD504" in finished.output
    assert finished.last_line.startswith("build: nothing was published; ")


def test_the_reader_of_the_output_may_leave_early(wrong_site: Path) -> None:
    with subprocess.Popen(
        command(wrong_site, "check"),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert "Broken pipe" not in errors
    assert errors.splitlines()[-1].startswith("check: ")


def test_output_is_plain_where_nobody_looks(wrong_site: Path) -> None:
    finished = run(wrong_site, "check")
    assert "\x1b" not in finished.output + finished.errors
    assert len(finished.errors.splitlines()) == 1, "no progress"


def test_names_that_cannot_be_shown_are_no_internal_error(small_site: Path, tmp_path: Path) -> None:
    # A name of the days before UTF-8, and the like in what is said about it.
    latin = b"---\ntitle: x\n---\nSee [this](/nowhere/).\n"
    Path(os.fsdecode(os.fsencode(small_site / "content") + b"/caf\xe9.md")).write_bytes(latin)
    finished = run(small_site, "--offline")
    assert finished.status == 1
    assert "content/caf\\udce9.md: error OTD202: " in finished.output
    nowhere = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    Path(nowhere).mkdir()
    finished = run(Path(nowhere), "check")
    assert finished.status == 2
    assert "error OTD006" in finished.output


def test_an_internal_error_shows_where_it_happened_and_exits_with_2(small_site: Path) -> None:
    spoiled = (
        "import sys; from otdi_site import cli, pipeline\n"
        "def fail(*_): raise ZeroDivisionError('a mistake of ours')\n"
        "pipeline.build = fail\n"
        "cli.main()\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", spoiled, "--root", str(small_site)],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 2
    assert "Traceback (most recent call last)" in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith('internal error: "ZeroDivisionError: a mistake of ours"')


def test_missing_dependencies_are_no_traceback(small_site: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-S", str(PROJECT / "build.py"), "--root", str(small_site)],
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 2
    assert "make site" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_console_script_is_the_same_program(tmp_path: Path) -> None:
    with (PROJECT / "pyproject.toml").open("rb") as file:
        module, _, function = tomllib.load(file)["project"]["scripts"]["otdi-site"].partition(":")
    # What an installer makes of it.
    script = tmp_path / "otdi-site"
    script.write_text(f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n", encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, script, "--help"],
        env=environment(PYTHONPATH=str(PROJECT)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0
    assert finished.stdout == run(None, "--help").output.replace("build.py", "otdi-site", 1)


@pytest.mark.parametrize("place", ["content", "content/cache", "site_src/downloads/cache", "catalog_data"])
@pytest.mark.parametrize("command", ["build", "refresh"])
def test_the_cache_is_not_put_among_sources(small_site: Path, command: str, place: str) -> None:
    before = read_tree(small_site)
    finished = run(small_site, command, "--offline", "--cache", str(small_site / place))
    assert (finished.status, "error OTD500: The cache lies in" in finished.output) == (2, True)
    assert "--cache" in finished.output
    assert read_tree(small_site) == before


def test_verbose_says_what_was_used_of_the_last_build(tmp_path: Path) -> None:
    root = make_small_site(tmp_path / "site")
    edits = [
        (None, "rebuild: full, since there is no state of an earlier build"),
        (None, "rebuild: unchanged"),
        ("catalog_data/datasets/example-org/wells.yaml", "rebuild: incremental"),
        ("templates/partials/footer.html", "rebuild: full, since templates changed"),
    ]
    for path, expected in edits:
        if path is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("a", encoding="utf-8") as file:
                file.write("\nlicense: MIT\n")
        time.sleep(0.1)
        assert expected in run(root, "build", "--offline", "--verbose").errors.splitlines()
