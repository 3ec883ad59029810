"""What readers of a site see while and after it is published, and what becomes of a folder that others touched."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from otdi_site.diagnostics import Mark
from otdi_site.publish import Publication, PublishError, Staging
from tests.crash.generations import generation, publish, read_site

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Root of a site whose generation 1 is published, and which has a mirror."""
    publish(tmp_path, generation(2))
    publish(tmp_path, generation(1))
    return tmp_path


@pytest.fixture(params=["swapped", "file by file"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The two ways to publish; the second is for systems that cannot swap folders."""
    if request.param == "file by file":
        monkeypatch.setattr("otdi_site.publish.publication.exchange", lambda first, second: False)
    return str(request.param)


def mirror_of(root: Path) -> Path:
    (mirror,) = (root / "._site.next").glob("tree-*")
    return mirror


def test_first_publication_makes_the_site(tmp_path: Path) -> None:
    publish(tmp_path, generation(1))
    assert read_site(tmp_path / "_site") == generation(1)


def test_each_publication_makes_exactly_the_new_site(site: Path, way: str) -> None:
    for number in range(2, 9):
        publish(site, generation(number))
        assert read_site(site / "_site") == generation(number), way
        assert all(any(folder.iterdir()) for folder in (site / "_site").rglob("*") if folder.is_dir())


def test_nothing_is_written_when_nothing_changed(site: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.name != "lock"}
    inspection, new = publish(site, generation(1))
    assert (inspection.lost, inspection.foreign, new) == (frozenset(), (), [])
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*") if path.name != "lock"} == before


def test_only_what_changed_is_written(site: Path) -> None:
    before = {path: path.stat().st_ino for path in (site / "_site").rglob("*") if path.is_file()}
    changed = generation(1) | {"index.html": b"another home"}
    _, new = publish(site, changed)
    after = {path: path.stat().st_ino for path in (site / "_site").rglob("*") if path.is_file()}
    assert new == ["index.html"]
    assert {path for path in after if after[path] != before[path]} == {site / "_site" / "index.html"}


def test_same_bytes_are_not_written_again(site: Path) -> None:
    content = generation(1)["index.html"]
    status = (site / "_site" / "index.html").stat()
    stamp = (status.st_size, status.st_mtime_ns)
    with Publication(site, site / "_site", site / ".cache", notify=print) as publication:
        publication.inspect({"index.html": stamp})
        staging = publication.stage()
        assert staging.write("index.html", content) == (stamp, False)
        assert staging.write("index.html", content.upper())[1]


def test_readers_see_the_old_site_until_the_new_one_is_complete(site: Path, way: str) -> None:
    def look(staging: Staging) -> None:
        assert read_site(site / "_site") == generation(1), way
        assert read_site(Path(staging.tree)) == generation(2)

    publish(site, generation(2), before_commit=look)


def test_a_build_with_errors_leaves_the_site_and_the_next_one_completes(site: Path, way: str) -> None:
    def fail(staging: Staging) -> None:
        raise RuntimeError("a template is broken")

    with pytest.raises(RuntimeError):
        publish(site, generation(2), before_commit=fail)
    assert read_site(site / "_site") == generation(1), way
    publish(site, generation(2))
    assert read_site(site / "_site") == generation(2)


def test_what_was_staged_can_be_deleted(site: Path) -> None:
    with Publication(site, site / "_site", site / ".cache", notify=print) as publication:
        publication.inspect({})
        publication.stage().write("index.html", b"x")
        publication.abandon()
    assert not list((site / "._site.next").glob("tree-*"))
    publish(site, generation(2))
    assert read_site(site / "_site") == generation(2)


def test_a_published_file_is_replaced_and_never_changed(site: Path, way: str) -> None:
    copy = site / "somebody-reads-this.html"
    os.link(site / "_site" / "index.html", copy)
    publish(site, generation(2))
    assert copy.read_bytes() == generation(1)["index.html"], way


@pytest.mark.parametrize("name", ["index.html", "datasets/publisher-1/name-1.html", ".otdi-site.json"])
def test_a_deleted_file_comes_back(site: Path, name: str, way: str) -> None:
    (site / "_site" / name).unlink()
    inspection, _ = publish(site, generation(1))
    assert inspection.lost == {name}, way
    assert read_site(site / "_site") == generation(1)


def test_a_truncated_file_is_mended(site: Path, way: str) -> None:
    os.truncate(site / "_site" / "index.html", 5)
    publish(site, generation(1))
    assert read_site(site / "_site") == generation(1), way


def test_a_file_edited_in_place_with_the_same_size_is_mended(site: Path, way: str) -> None:
    file = site / "_site" / "index.html"
    with file.open("r+b") as opened:  # in place: the mirror's file is the same and changes with it
        opened.write(b"GENERATION")
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))  # a clock may be too coarse to show the edit
    publish(site, generation(1))
    assert read_site(site / "_site") == generation(1), way


def test_a_deleted_site_comes_back(site: Path) -> None:
    shutil.rmtree(site / "_site")
    publish(site, generation(1))
    assert read_site(site / "_site") == generation(1)


def test_files_of_others_are_removed(site: Path, way: str) -> None:
    (site / "_site" / "CNAME").write_text("example.org")
    (site / "_site" / "empty" / "folder").mkdir(parents=True)
    (site / "_site" / "assets" / "link").symlink_to("/etc/hostname")
    inspection, _ = publish(site, generation(1))
    assert inspection.foreign == ("CNAME", "assets/link", "empty/"), way
    assert read_site(site / "_site") == generation(1)
    assert not (site / "_site" / "assets" / "link").is_symlink()
    assert way == "file by file" or not (site / "_site" / "empty").exists()


def test_a_folder_that_was_moved_and_linked_to_is_left_alone(site: Path, way: str) -> None:
    moved = site / "moved"
    (site / "_site" / "datasets").rename(moved)
    (site / "_site" / "datasets").symlink_to(moved, target_is_directory=True)
    before = read_site(moved)
    for number in range(2, 5):
        publish(site, generation(number))
        assert read_site(site / "_site") == generation(number), way
        assert not (site / "_site" / "datasets").is_symlink()
    assert read_site(moved) == before


def test_a_file_deleted_while_a_build_is_at_work_is_there_in_later_sites(site: Path, way: str) -> None:
    def delete(staging: Staging) -> None:
        (site / "_site" / "datasets" / "publisher-1" / "name-1.html").unlink()

    first = generation(1) | {"index.html": b"another home"}
    publish(site, first, before_commit=delete)
    assert read_site(site / "_site") == first, way
    second = generation(1) | {"index.html": b"yet another home"}
    publish(site, second)
    assert read_site(site / "_site") == second


def test_a_lost_cache_leaves_no_page_that_the_site_no_longer_has(site: Path) -> None:
    shutil.rmtree(site / ".cache")
    publish(site, generation(2))
    assert read_site(site / "_site") == generation(2)


def test_a_lost_mirror_is_made_again(site: Path) -> None:
    shutil.rmtree(site / "._site.next")
    publish(site, generation(2))
    assert read_site(site / "_site") == generation(2)


def test_damage_to_the_mirror_does_not_reach_the_site(site: Path, way: str) -> None:
    mirror = mirror_of(site)
    (mirror / "index.html").unlink()
    (mirror / "datasets" / "publisher-1" / "name-1.html").unlink()
    (mirror / "datasets" / "publisher-1" / "name-1.html").write_bytes(b"wrong")
    (mirror / "turn" / "stray").mkdir()
    (mirror / "stray.html").write_bytes(b"stray")
    shutil.rmtree(mirror / "assets")
    (mirror / "assets").write_bytes(b"a file where a folder must be")
    publish(site, generation(1) | {"404.html": b"not found"})
    assert read_site(site / "_site") == generation(1) | {"404.html": b"not found"}, way
    assert not (site / "_site" / "turn" / "stray").exists()


def test_two_outputs_of_one_site_do_not_mix(site: Path) -> None:
    publish(site, generation(2), output=site / "elsewhere")
    publish(site, generation(3))
    assert read_site(site / "elsewhere") == generation(2)
    assert read_site(site / "_site") == generation(3)


def test_two_sites_with_one_output_follow_each_other(site: Path, tmp_path: Path, way: str) -> None:
    for number in range(2, 5):
        other = generation(number) | {f"other-{number}.html": b"of the other site"}
        publish(tmp_path / "other", other, output=site / "_site")
        assert read_site(site / "_site") == other, way
        publish(site, generation(number))
        assert read_site(site / "_site") == generation(number)


def test_notes_of_an_older_site_do_no_harm(site: Path, way: str) -> None:
    store = site / ".cache" / "store.sqlite"
    old = store.read_bytes()
    publish(site, generation(1) | {"new.html": b"new"})
    store.write_bytes(old)
    publish(site, generation(1))
    assert read_site(site / "_site") == generation(1), way


def test_an_output_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "_site").symlink_to(tmp_path / "www", target_is_directory=True)
    publish(tmp_path, generation(1))
    publish(tmp_path, generation(2))
    assert (tmp_path / "_site").is_symlink()
    assert read_site(tmp_path / "www") == generation(2)


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("years of work")
    (home / "index.html").write_text("mine")
    with pytest.raises(PublishError) as refused:
        publish(tmp_path, generation(1), output=home)
    assert refused.value.diagnostic.code == "OTD500"
    assert refused.value.diagnostic.mark == Mark("home")
    assert read_site(home) == {"index.html": b"mine", "thesis.txt": b"years of work"}
    assert not (tmp_path / ".home.next").exists()


def test_a_git_repository_is_refused(site: Path) -> None:
    (site / "_site" / ".git").mkdir()
    with pytest.raises(PublishError) as refused:
        publish(site, generation(2))
    assert refused.value.diagnostic.code == "OTD500"
    assert read_site(site / "_site") == generation(1)


@pytest.mark.parametrize("output", [".", ".."])
def test_a_folder_that_holds_the_sources_is_refused(tmp_path: Path, output: str) -> None:
    root = tmp_path / "site"
    root.mkdir()
    (root / "site.yaml").write_text("title: x")
    for name in (".nojekyll", "index.html"):
        (root / name).write_text("")
    with pytest.raises(PublishError) as refused:
        publish(root, generation(1), output=root / output)
    assert refused.value.diagnostic.code == "OTD500"
    assert (root / "site.yaml").exists()


def test_a_folder_that_others_made_like_ours_is_refused(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in (".nojekyll", "index.html", "thesis.doc"):
        (pages / name).write_text("mine")
    before = read_site(pages)
    with pytest.raises(PublishError) as refused:
        publish(tmp_path, generation(1), output=pages)
    assert refused.value.diagnostic.code == "OTD500"
    assert "'.nojekyll' and 2 more" in refused.value.diagnostic.message
    assert "delete" not in refused.value.diagnostic.help
    assert read_site(pages) == before


def test_a_site_of_an_earlier_version_is_refused_with_the_way_on(tmp_path: Path) -> None:
    for name in ("index.html", "sitemap.xml", "catalog/index.html", "assets/a.css", ".nojekyll"):
        (tmp_path / "_site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "_site" / name).write_text("old")
    with pytest.raises(PublishError) as refused:
        publish(tmp_path, generation(1))
    assert "empty it once" in refused.value.diagnostic.help


@pytest.mark.parametrize("kind", ["file", "home", "circle", "cache"])
def test_places_that_are_no_output_are_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    output, root = tmp_path / "output", tmp_path / "site"
    root.mkdir()
    if kind == "file":
        output.write_text("mine")
    elif kind == "circle":
        output.symlink_to(output)
    elif kind == "cache":
        output = root / ".cache"
    else:
        output.mkdir()
        monkeypatch.setenv("HOME", str(output))
    with pytest.raises(PublishError) as refused:
        publish(root, generation(1), output=output)
    assert refused.value.diagnostic.code == "OTD500"
    assert refused.value.diagnostic.help == "Choose a new or an empty folder with --output"
    assert not (tmp_path / ".output.next").exists()


def test_a_cache_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_text("no folder")
    with pytest.raises(PublishError) as refused:
        publish(tmp_path, generation(1))
    assert (refused.value.diagnostic.code, refused.value.diagnostic.mark) == ("OTD506", Mark(".cache"))
    assert "--cache" in refused.value.diagnostic.help


def test_an_empty_folder_and_a_site_made_by_a_lost_cache_are_taken(tmp_path: Path) -> None:
    (tmp_path / "_site").mkdir()
    publish(tmp_path, generation(1))
    shutil.rmtree(tmp_path / ".cache")
    shutil.rmtree(tmp_path / "._site.next")
    publish(tmp_path, generation(2))
    assert read_site(tmp_path / "_site") == generation(2)


def test_an_output_that_cannot_be_written_is_a_diagnostic(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError) as refused:
        publish(tmp_path, generation(1), output=tmp_path / "file" / "_site")
    assert refused.value.diagnostic.code == "OTD503"
    assert "Not a directory" in refused.value.diagnostic.message


@pytest.mark.parametrize("path", ["/etc/hostname", "../outside.html", "datasets/../../outside.html", "datasets/.."])
def test_no_name_leads_out_of_the_output_folder(site: Path, path: str) -> None:
    with Publication(site, site / "_site", site / ".cache", notify=print) as publication:
        publication.inspect({})
        staging = publication.stage()
        with pytest.raises(ValueError, match="not a path inside the output folder"):
            staging.write(path, b"x")
        with pytest.raises(ValueError, match="not a path inside the output folder"):
            staging.remove(path)


def test_a_worker_that_outlives_its_build_writes_nothing(site: Path) -> None:
    with Publication(site, site / "_site", site / ".cache", notify=print) as publication:
        publication.inspect({})
        late: Staging = pickle.loads(pickle.dumps(publication.stage()))
    publish(site, generation(2))
    with pytest.raises(PublishError) as refused:
        late.write("datasets/publisher-9/late.html", b"late")
    assert refused.value.diagnostic.code == "OTD503"
    assert pickle.loads(pickle.dumps(refused.value)).diagnostic == refused.value.diagnostic
    assert read_site(site / "_site") == generation(2)
    assert len(list((site / "._site.next").glob("tree-*"))) == 1


_HOLD = """
import sys
from pathlib import Path
from otdi_site.publish import Publication
root = Path(sys.argv[1])
with Publication(root, root / sys.argv[2], root / ".cache", notify=print):
    print("held", flush=True)
    sys.stdin.readline()
"""


def hold(root: Path, output: str = "_site") -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, root, output], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


@pytest.mark.parametrize("output", ["_site", "elsewhere"])
def test_a_second_build_says_who_holds_the_lock(site: Path, output: str) -> None:
    with hold(site, output) as holder:
        with pytest.raises(PublishError) as refused:
            publish(site, generation(2), wait=0)
        assert refused.value.diagnostic.code == "OTD501"
        assert f"process {holder.pid} on " in refused.value.diagnostic.message
        assert " since 20" in refused.value.diagnostic.message
        holder.communicate("\n")
    assert read_site(site / "_site") == generation(1)


def test_another_site_cannot_publish_into_the_same_folder_at_once(site: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    with hold(other, str(site / "_site")) as holder:
        with pytest.raises(PublishError) as refused:
            publish(site, generation(2), wait=0)
        assert refused.value.diagnostic.code == "OTD501"
        holder.communicate("\n")


def test_a_second_build_waits_for_the_first(site: Path) -> None:
    said: list[str] = []
    with hold(site) as holder:

        def end_the_first(message: str) -> None:
            said.append(message)
            assert holder.stdin is not None
            holder.stdin.write("\n")
            holder.stdin.flush()

        with Publication(site, site / "_site", site / ".cache", notify=end_the_first):
            pass
    assert len(said) == 1
    assert f"process {holder.pid} on " in said[0]


def test_a_killed_build_holds_no_lock(site: Path) -> None:
    with hold(site) as holder:
        holder.kill()
    publish(site, generation(2), wait=0)
    assert read_site(site / "_site") == generation(2)


def test_git_ignores_the_workspace(site: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=site, check=True)
    status = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "._site.next"],
        cwd=site,
        check=True,
        capture_output=True,
        text=True,
    )
    assert status.stdout == ""
