"""What stands around the code: commands, lock files, workflows, licences and documents."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel

from otdi_site.cli import cli
from otdi_site.config import SiteConfig
from otdi_site.model.entry import Entry
from otdi_site.model.front_matter import FrontMatter
from tests.handbook_tables import HANDBOOK, with_tables

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(name: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes by package of a lock file."""
    packages = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text("utf-8")):
        match = re.match(r"([a-z0-9-]+)==([^\s;]+)", block)
        assert match, f"not a pinned requirement: {block.splitlines()[0]}"
        packages[match[1]] = (match[2], re.findall(r"--hash=sha256:[0-9a-f]{64}", block))
    return packages


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


# Commands


def test_make_alone_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    command = ["make", "--no-print-directory"]  # which make adds by itself below another make
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert {line.split()[0] for line in run.stdout.splitlines()[1:]} == set(phony[1].split())


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text("utf-8")


def test_missing_debian_packages_are_named_where_they_cannot_be_installed(tmp_path: Path) -> None:
    script = ROOT / ".ci" / "debian-packages"
    shell = shutil.which("sh")
    assert shell
    run = subprocess.run(
        [shell, script, "sh=dash", "no-such-command=no-such-package"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert "no-such-package" in run.stderr


def test_build_without_dependencies_says_make_site(tmp_path: Path) -> None:
    shutil.copy(ROOT / "build.py", tmp_path)
    shutil.copytree(ROOT / "otdi_site", tmp_path / "otdi_site")
    # -S leaves out site-packages, and with them every dependency.
    run = subprocess.run([sys.executable, "-S", "-E", "build.py"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 2
    assert "make site" in run.stderr
    assert "Traceback" not in run.stderr


def test_build_does_not_hide_a_module_of_ours_that_is_missing(tmp_path: Path) -> None:
    shutil.copy(ROOT / "build.py", tmp_path)
    package = tmp_path / "otdi_site"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "cli.py").write_text("import otdi_site.lost\n", "utf-8")
    run = subprocess.run([sys.executable, "build.py"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert "Traceback" in run.stderr
    assert "make site" not in run.stderr


def test_build_on_an_older_python_says_which_one_is_needed() -> None:
    code = "import runpy, sys; sys.version_info = (3, 10, 14); runpy.run_path('build.py')"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr == "Python 3.11 or newer is needed, and this is Python 3.10.\n"


# Lock files


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_hashes(name: str) -> None:
    assert [package for package, (_, hashes) in locked(name).items() if not hashes] == []


@pytest.mark.parametrize(
    ("name", "requirements"),
    [
        ("requirements.lock", PYPROJECT["project"]["dependencies"]),
        ("requirements-dev.lock", PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]),
    ],
)
def test_lock_satisfies_the_project(name: str, requirements: list[str]) -> None:
    packages = locked(name)
    for text in requirements:
        requirement = Requirement(text)
        package = canonicalize_name(requirement.name)
        assert package in packages, f"{name} lacks {package}: run `make lock`"
        assert packages[package][0] in requirement.specifier


def test_tests_run_with_the_versions_that_the_site_is_built_with() -> None:
    development = locked("requirements-dev.lock")
    assert {name: development.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")


def test_npm_packages_are_pinned_with_hashes_and_without_a_host() -> None:
    manifest = json.loads((ROOT / "package.json").read_text("utf-8"))
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in manifest["devDependencies"].items():
        assert packages[f"node_modules/{name}"]["version"] == version
    for path, package in packages.items():
        assert "resolved" not in package
        assert not path or package["integrity"].startswith("sha512-")


def test_no_file_names_the_host_of_a_registry() -> None:
    hosts = [".".join(labels).encode() for labels in (("pypi", "org"), ("registry", "npmjs"), ("deb", "debian", "org"))]
    hosts.append(b"pythonhosted" + b".org")
    named = [
        f"{file.relative_to(ROOT)}: {host.decode()}"
        for file in tracked_files()
        for host in hosts
        if host in file.read_bytes()
    ]
    assert named == []


# Licences


def test_each_licence_has_its_text_and_is_named_wherever_licences_are() -> None:
    ids = PYPROJECT["project"]["license"].split(" AND ")
    assert {file.stem for file in (ROOT / "LICENSES").iterdir()} == set(ids)
    license_file = (ROOT / "LICENSE").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    for spdx_id in ids:
        assert f"LICENSES/{spdx_id}.txt" in license_file
        assert f"LICENSES/{spdx_id}.txt" in readme


# Documents


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_documents_link_to_files_and_headings_that_exist(file: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text("utf-8")):
        if "://" in target or target == "…":
            continue
        path, _, anchor = target.partition("#")
        linked = (file.parent / path).resolve() if path else file
        if not linked.exists() or (anchor and anchor not in heading_ids(linked)):
            broken.append(target)
    assert broken == []


def heading_ids(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_readme_begins_with_the_two_commands() -> None:
    first_screen = (ROOT / "README.md").read_text("utf-8").splitlines()[:25]
    assert any(line.startswith("make site") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)


@pytest.mark.parametrize("name", ["README.md", "docs/handbook.md"])
def test_every_command_is_documented(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert [command for command in cli.commands if not re.search(rf"^\| `{command}\b", text, re.MULTILINE)] == []


def test_every_option_is_documented() -> None:
    text = (ROOT / "docs" / "handbook.md").read_text("utf-8")
    options = {
        name
        for command in cli.commands.values()
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
    }
    assert [option for option in sorted(options) if not re.search(rf"^\| `{option}\b", text, re.MULTILINE)] == []


@pytest.mark.parametrize(
    ("model", "heading"), [(Entry, "Entries"), (FrontMatter, "Front matter"), (SiteConfig, "Configuration")]
)
def test_every_field_that_a_file_may_have_is_documented(model: type[BaseModel], heading: str) -> None:
    handbook = (ROOT / "docs" / "handbook.md").read_text("utf-8")
    section = re.split(rf"^##+ {heading}$", handbook, flags=re.MULTILINE)[1]
    section = re.split(r"^##+ ", section, flags=re.MULTILINE)[0]
    assert [name for name in field_names(model) if f"`{name}`" not in section] == []


def field_names(model: type[BaseModel]) -> list[str]:
    """Fields as the handbook writes them: `contact.email` for a field with fields of its own."""
    names = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        has_fields = name in ("contact", "metadata", "catalog", "policy")
        if has_fields and isinstance(inner, type) and issubclass(inner, BaseModel):
            names += [f"{name}.{field}" for field in inner.model_fields]
        else:
            names.append(name)
    return names


def test_the_handbook_has_the_tables_of_fields_and_facets() -> None:
    text = HANDBOOK.read_text("utf-8")
    assert with_tables(text) == text, "run make tables"


def test_every_slot_is_documented() -> None:
    handbook = (ROOT / "docs" / "handbook.md").read_text("utf-8")
    slots = [file.stem for file in sorted((ROOT / "templates" / "slots").glob("*.html"))]
    assert slots
    assert [slot for slot in slots if f"`{slot}`" not in handbook] == []
