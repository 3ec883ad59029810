"""The review of contributions on GitHub: issue form, reviewer's list, and the workflow that checks an entry."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from otdi_site.contribution import read_contribution
from otdi_site.source.config import read_config
from otdi_site.source.vocabularies import read_vocabularies
from tests.sites import PROJECT, environment, make_small_site

FOLDER = PROJECT / ".github"
CONFIG, _ = read_config(PROJECT)
assert CONFIG is not None
FIELDS = {field.label: field for field in CONFIG.contact.contribution.fields if field.type != "email"}
VOCABULARIES, _ = read_vocabularies(PROJECT)
CARD = "---\nlicense: mit\n---\n# Tides\n\n::error::not a command\n```\n# not a heading\n"


def questions() -> list[dict[str, Any]]:
    form = yaml.safe_load((FOLDER / "ISSUE_TEMPLATE/contribute-dataset.yml").read_text("utf-8"))
    return [each for each in form["body"] if each["type"] != "markdown"]


def test_the_issue_form_asks_what_the_form_of_the_site_asks() -> None:
    asked = {each["attributes"]["label"]: each for each in questions()}
    assert list(asked) == list(FIELDS)
    for label, field in FIELDS.items():
        if field.type == "agreement":
            assert asked[label]["attributes"]["options"][0]["required"] is True
        else:
            assert asked[label].get("validations", {}).get("required", False) == field.required, label
    modalities = [term.title for term in VOCABULARIES.modalities.terms]
    assert asked["Modalities"]["attributes"]["options"] == modalities


def test_an_answered_issue_form_is_read() -> None:
    answers = {
        "Dataset name": "Tides of Nowhere",
        "Dataset location": "https://example.org/tides",
        "Hosting by the AI Alliance": "No",
        "Dataset card": "_No response_",
        "Modalities": "Text, Time series",
        "Domain": "Marine",
        "Licence": "MIT",
        "Languages": "en",
        "I agree to the terms for contribution": "- [X] I agree",
    }
    text = "\n\n".join(f"### {label}\n\n{answer}" for label, answer in answers.items())
    found, asked = read_contribution([text], list(FIELDS.values()), VOCABULARIES, is_markdown=True)
    assert asked == []
    assert found["modalities"].chosen == ("text", "timeseries")
    assert (found["agreement"].chosen, found["hosting"].chosen) == (("yes",), ("no",))


def test_the_reviewer_s_list_has_every_requirement() -> None:
    text = (FOLDER / "pull_request_template.md").read_text("utf-8")
    specification = VOCABULARIES.card_specification
    assert specification is not None
    required = [each.id for each in specification.requirements if each.status in ("required", "disallowed")]
    assert re.findall(r"^- \[ \] .* `([a-z_.]+)`$", text, re.MULTILINE) == required


def test_a_contribution_is_checked_without_secrets_and_may_write_nothing() -> None:
    text = (FOLDER / "workflows/contribution.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    assert ": write" not in text
    assert "${{" not in "".join(re.findall(r"run: (.*)", text)), "what a pull request names is no shell command"


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    """A small site with the script of the workflow, under git."""
    root = make_small_site(tmp_path / "fork")
    shutil.copy(PROJECT / "build.py", root)
    shutil.copytree(PROJECT / ".ci", root / ".ci")
    (root / "catalog_data/datasets/sample").mkdir(parents=True, exist_ok=True)
    (root / ".gitignore").write_text("/.cache/\n/preview/\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    return root


def git(root: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=Tests", "-c", "user.email=tests@example.org"]
    return subprocess.run(["git", *settings, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path) -> str:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "Change")
    return git(root, "rev-parse", "HEAD").strip()


def check(root: Path, base: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """The step of the workflow, as it runs for a fork: without secrets."""
    summary = root.parent / "summary.md"
    summary.write_text("", encoding="utf-8")
    variables = {"GITHUB_STEP_SUMMARY": str(summary), "PYTHON": sys.executable, "PYTHONPATH": str(PROJECT)}
    command = ["bash", "-ec", '.ci/check-contribution "$1" "$2"', "step", base, "preview"]
    run = subprocess.run(command, cwd=root, env=environment(**variables), capture_output=True, text=True, check=False)
    return run, summary.read_text("utf-8")


def test_a_contributed_entry_is_checked_with_its_card_and_shown(fork: Path) -> None:
    base = git(fork, "rev-parse", "HEAD").strip()
    for name in ("reefs", "sands"):
        entry = fork / f"catalog_data/datasets/sample/{name}.yaml"
        entry.write_text(f"title: {name.title()}\nurl: https://example.org/{name}\nmodalities: [text]\n", "utf-8")
    (fork / "catalog_data/cards/sample").mkdir(parents=True)
    (fork / "catalog_data/cards/sample/reefs.md").write_text(CARD, encoding="utf-8")
    commit(fork)
    run, summary = check(fork, base)
    assert run.returncode == 0, run
    assert "### catalog_data/datasets/sample/reefs.yaml" in summary
    assert "    ✗ not met" in summary
    assert "sands.yaml\n\nIt has no card" in summary
    assert "::error::not a command" not in run.stdout
    assert all(line.startswith(("    ", "### ", "It has no card")) for line in summary.splitlines() if line)
    assert (fork / "preview/datasets/sample/reefs.html").is_file()


def test_a_wrong_entry_is_annotated_at_its_line(fork: Path) -> None:
    base = git(fork, "rev-parse", "HEAD").strip()
    entry = fork / "catalog_data/datasets/sample/reefs.yaml"
    entry.write_text("title: Reefs\nurl: https://example.org/reefs\nmodalities: [smell]\n", encoding="utf-8")
    commit(fork)
    run, _ = check(fork, base)
    assert run.returncode == 1
    assert "::error file=catalog_data/datasets/sample/reefs.yaml,line=3," in run.stdout
    assert not (fork / "preview/index.html").exists()
