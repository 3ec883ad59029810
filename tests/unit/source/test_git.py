from __future__ import annotations

import os
import subprocess
from pathlib import Path

from otdi_site.source.git import last_changes


def commit(folder: Path, day: str, **files: str) -> None:
    for name, text in files.items():
        file = folder / "content" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    time = f"{day}T12:00:00+00:00"
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": time}
    identity |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_COMMITTER_DATE": time}
    for arguments in (["add", "."], ["commit", "-q", "-m", "change"]):
        subprocess.run(["git", *arguments], cwd=folder, env=os.environ | identity, check=True)


def test_every_file_has_the_day_of_its_last_commit(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    commit(tmp_path, "2024-01-02", a="one", über="one")
    commit(tmp_path, "2024-03-04", a="two", b="one")
    assert dict(last_changes(tmp_path, "content")) == {
        "content/a.md": "2024-03-04",
        "content/b.md": "2024-03-04",
        "content/über.md": "2024-01-02",
    }


def test_a_site_in_a_folder_of_a_repository_sees_its_own_paths(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    commit(tmp_path / "site", "2024-01-02", a="one")
    assert dict(last_changes(tmp_path / "site", "content")) == {"content/a.md": "2024-01-02"}


def test_a_part_of_the_history_gives_no_days(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=whole, check=True)
    commit(whole, "2024-01-02", a="one")
    commit(whole, "2024-03-04", b="one")
    subprocess.run(["git", "clone", "-q", "--depth", "1", whole.as_uri(), "part"], cwd=tmp_path, check=True)
    assert last_changes(tmp_path / "part", "content") == {}


def test_without_a_repository_there_are_no_days(tmp_path: Path) -> None:
    assert last_changes(tmp_path, "content") == {}
