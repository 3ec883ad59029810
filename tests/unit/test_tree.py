from __future__ import annotations

import os
from pathlib import Path

import pytest

from otdi_site.tree import ALL_FILES, PROJECT_FOLDER, PUBLISHED, Fence, Selection, is_backup


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name in ("content/a.md", "content/b/c.md", "shared/x.md", "shared/deep/y.md", ".git/config", ".env"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.txt").write_text("secret")
    return site


def listed(root: Path, folder: str = "content") -> list[str]:
    return [file.relative_to(root).as_posix() for file in Fence(root).files(root / folder)]


def problems(root: Path, folder: str = "content") -> dict[str, str]:
    found = Fence(root).walk(root / folder, ALL_FILES)
    return {each.file.relative_to(root).as_posix(): each.problem for each in found if each.problem is not None}


def test_files_come_sorted_without_hidden_ones(root: Path) -> None:
    (root / "content/.hidden.md").write_text("")
    (root / "content/.git").mkdir()
    (root / "content/.git/a.md").write_text("")
    assert listed(root) == ["content/a.md", "content/b/c.md"]
    assert listed(root, "nowhere") == []


def test_links_that_stay_inside_are_followed(root: Path) -> None:
    (root / "content/x.md").symlink_to("../shared/x.md")
    (root / "content/again.md").symlink_to("x.md")
    (root / "content/linked").symlink_to(root / "shared")
    assert problems(root) == {}
    assert listed(root) == [
        *("content/a.md", "content/again.md", "content/b/c.md", "content/linked/deep/y.md", "content/linked/x.md"),
        "content/x.md",
    ]


@pytest.mark.parametrize(
    "target",
    [
        *(
            "../../outside/secret.txt",
            "../../outside",
            "/proc/self/environ",
            "/etc/passwd",
            "/",
            "hop",
            "../out/secret.txt",
        ),
        *("../.env", "../.git/config", "../.git"),
    ],
)
def test_links_that_lead_out_or_to_hidden_files_are_refused(root: Path, target: str) -> None:
    (root / "content/hop").symlink_to("../../outside/secret.txt")
    (root / "out").symlink_to(root.parent / "outside")
    (root / "content/link").symlink_to(target)
    assert "link" in problems(root)["content/link"]
    assert listed(root) == ["content/a.md", "content/b/c.md"]


def test_a_folder_that_is_a_link_out_is_refused_as_a_whole(root: Path) -> None:
    (root / "site_src").symlink_to(root.parent / "outside")
    assert "leads out" in problems(root, "site_src")["site_src"]
    assert listed(root, "site_src") == []


def test_links_to_the_project_s_own_folders_are_followed(root: Path) -> None:
    (root / "templates").symlink_to(PROJECT_FOLDER / "templates")
    (root / "content/code.py").symlink_to(PROJECT_FOLDER / "build.py")
    assert "templates/base.html" in listed(root, "templates")
    assert "leads out" in problems(root)["content/code.py"]


@pytest.mark.parametrize("target", [".", "..", "b", "../content/b", "../loop"])
def test_loops_end(root: Path, target: str) -> None:
    (root / "loop").symlink_to("content/b")
    (root / "content/b/loop").symlink_to(target)
    assert listed(root) == ["content/a.md", "content/b/c.md"]
    assert list(problems(root)) == ["content/b/loop"]


def test_links_that_name_each_other_and_nothing_are_told(root: Path) -> None:
    (root / "content/one").symlink_to("two")
    (root / "content/two").symlink_to("one")
    (root / "content/gone").symlink_to("nowhere")
    found = problems(root)
    assert sorted(found) == ["content/gone", "content/one", "content/two"]
    assert all(problem.startswith("cannot be read") for problem in found.values())


def test_folders_of_links_to_folders_of_links_do_not_grow_without_end(root: Path) -> None:
    for depth in range(40):
        (root / f"content/d{depth}").mkdir()
        for side in "lr":
            (root / f"content/d{depth}/{side}").symlink_to(f"../d{depth + 1}")
    (root / "content/d40").mkdir()
    assert any("more than" in problem for problem in problems(root).values())


@pytest.mark.parametrize("is_linked", [False, True])
def test_devices_and_pipes_are_no_files(root: Path, is_linked: bool) -> None:
    pipe = root / ("shared/pipe" if is_linked else "content/pipe")
    os.mkfifo(pipe)
    if is_linked:
        (root / "content/pipe").symlink_to(pipe)
    assert "pipe" in problems(root)["content/pipe"]
    assert listed(root) == ["content/a.md", "content/b/c.md"]


@pytest.mark.parametrize(
    "name",
    [
        *("a.md~", "#a.md#", ".#a.md", "A.BAK", "a.orig", "a.rej", ".a.md.swp", "a.swo", "a.tmp", "Thumbs.db"),
        *(".DS_Store", "Desktop.ini", "~$report.docx"),
    ],
)
def test_files_of_editors_and_systems_are_told_by_their_names(name: str) -> None:
    assert is_backup(name)


@pytest.mark.parametrize("name", ["a.md", "tmp", "original.md", "bak.txt", "C#.md", "a~b.md", "template"])
def test_other_names_are_no_backups(name: str) -> None:
    assert not is_backup(name)


@pytest.mark.parametrize(
    ("pattern", "path", "is_named"),
    [
        ("*.psd", "content/a/b.psd", True),
        ("_redirects", "content/_redirects", True),
        ("drafts/", "content/drafts", True),
        ("content/drafts/**", "content/drafts/a/b.md", True),
        ("drafts/*.md", "content/drafts/a.md", True),
        ("drafts/*.md", "content/drafts/a/b.md", False),
        ("**/old/*", "content/x/y/old/z.md", True),
        ("old/*", "content/x/old/z.md", False),
        ("a" * 50 + "*" * 50 + "b", "content/" + "a" * 200, False),
    ],
)
def test_a_glob_means_names_or_paths(pattern: str, path: str, is_named: bool) -> None:
    reason = Selection(exclude=(pattern,)).reason_against(path.rpartition("/")[2], path)
    assert (reason is not None) == is_named


def test_what_is_included_is_in_and_what_is_excluded_is_out() -> None:
    selection = Selection(include=("_headers", ".nojekyll"), exclude=("*.md~",))
    assert selection.reason_against("_headers", "content/_headers") is None
    assert selection.reason_against(".nojekyll", "content/.nojekyll") is None
    assert selection.reason_against("_other", "content/_other") is not None
    assert PUBLISHED.reason_against(".well-known", "content/.well-known") is None
