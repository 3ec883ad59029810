from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.source.files import find_repository, own_or_project_file, read_lines, read_text, shown_path
from otdi_site.tree import PROJECT_FOLDER


def read(folder: Path, content: bytes) -> str | Diagnostic:
    file = folder / "a.yaml"
    file.write_bytes(content)
    source = read_text(folder, file)
    assert source.path == "a.yaml"
    if source.text is None:
        [problem] = source.diagnostics
        return problem
    assert not source.diagnostics
    return source.text


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufefftitle: é".encode()) == "title: é"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_the_same_on_every_system(tmp_path: Path, end: str) -> None:
    assert read(tmp_path, f"a: b{end}c: d{end}".encode()) == "a: b\nc: d\n"


@pytest.mark.parametrize(
    ("content", "line", "column", "byte"),
    [
        ("title: caf\u00e9".encode("latin-1"), 1, 11, "0xe9"),
        ("\u00e9\r\nb: ".encode() + b"\xff", 2, 4, "0xff"),
        (b"a\rb\rc: \xc3", 3, 4, "0xc3"),
        (b"\xef\xbb\xbfa: \x80", 1, 4, "0x80"),
        ("title: a".encode("utf-16"), 1, 1, "0xff"),
        ("title: a".encode("utf-16-le"), 1, 2, "0x00"),
        ("title: a".encode("utf-16-be"), 1, 1, "0x00"),
        (b"title: a\nb\0c", 2, 2, "0x00"),
    ],
    ids=["Latin-1", "after CRLF", "after CR", "after BOM", "UTF-16", "UTF-16 LE", "UTF-16 BE", "NUL"],
)
def test_what_is_not_utf_8_is_shown_at_its_first_wrong_byte(
    tmp_path: Path, content: bytes, line: int, column: int, byte: str
) -> None:
    problem = read(tmp_path, content)
    assert isinstance(problem, Diagnostic)
    assert (problem.code, problem.mark) == ("OTD002", Mark("a.yaml", line, column))
    assert problem.message == f"byte {byte} is not text in UTF-8"
    assert problem.help == "save the file as UTF-8" + (", or delete the byte" if byte == "0x00" else "")


def test_a_link_to_nothing_cannot_be_read(tmp_path: Path) -> None:
    link = tmp_path / "a.yaml"
    link.symlink_to("nowhere")
    source = read_text(tmp_path, link)
    assert source.text is None
    assert source.diagnostics[0].code == "OTD001"
    assert "No such file" in source.diagnostics[0].message


def test_a_link_out_of_the_site_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.yaml").write_text("title: secret")
    (tmp_path / "site/a.yaml").symlink_to("../secret.yaml")
    source = read_text(tmp_path / "site", tmp_path / "site/a.yaml")
    assert (source.text, source.diagnostics[0].code) == (None, "OTD211")


def test_a_folder_that_may_not_be_listed_is_reported(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user, which may not list the folder")
    folder = tmp_path / "datasets" / "sample"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("title: a")
    for parent in (folder.parent, *folder.parent.parents):
        parent.chmod(parent.stat().st_mode | 0o055)
    folder.chmod(0o700)
    script = (
        "import sys; from pathlib import Path; from otdi_site.source.files import check_links_in\n"
        "import os; os.setgid(65534); os.setuid(65534)\n"
        "root = Path(sys.argv[1])\n"
        "for each in check_links_in(root, 'datasets'): print(each.mark, each.code, each.message)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    output = subprocess.run(command, cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True).stdout
    assert output == "datasets/sample OTD001 cannot be read: Permission denied\n"


def test_a_site_s_own_file_wins_over_the_project_s(tmp_path: Path) -> None:
    name = "catalog_data/vocabulary/domains.yaml"
    assert own_or_project_file(tmp_path, name) == PROJECT_FOLDER / name
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("")
    assert own_or_project_file(tmp_path, name) == tmp_path / name
    assert own_or_project_file(tmp_path, "catalog_data/vocabulary/none.yaml") is None


def test_the_line_of_a_mark_is_the_one_an_editor_shows(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("one\u2028still one\r\ntw\x0co\r\nthree".encode())
    marks = [Mark("a.yaml", 2, 1), Mark("a.yaml", 3), Mark("a.yaml", 9), Mark("a.yaml"), Mark("none.yaml", 1)]
    assert read_lines(tmp_path, marks) == {Mark("a.yaml", 2, 1): "tw\x0co", Mark("a.yaml", 3): "three"}


def test_paths_are_shown_relative_to_the_repository_or_the_working_directory(tmp_path: Path) -> None:
    root = tmp_path / "repository" / "sites" / "water"
    root.mkdir(parents=True)
    assert find_repository(root) is None
    (tmp_path / "repository" / ".git").write_text("gitdir: elsewhere")  # as in a worktree
    assert find_repository(root) == tmp_path / "repository"
    assert shown_path(root, "content/a.md", tmp_path / "repository") == "sites/water/content/a.md"
    assert shown_path(root, "site.yaml", tmp_path / "elsewhere") == "site.yaml"
    assert (
        shown_path(root, "templates/base.html", PROJECT_FOLDER.parent) == f"{PROJECT_FOLDER.name}/templates/base.html"
    )
    assert shown_path(root, "../templates/own.html", tmp_path) == "repository/sites/templates/own.html"
    assert shown_path(root, "content/a.md", None) == "content/a.md"
