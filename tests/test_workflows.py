"""GitHub's workflows: what they may do, and their steps run as the scripts that they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from otdi_site.hub.snapshot_writer import COLLECTIONS, DATASETS, EVENTS, HISTORY, STATE

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOKEN = "ghs_dummy_that_can_write"
SNAPSHOT = {"datasets.jsonl": '{"id":"example-org/tides"}\n', "state.json": '{"at":"2026-11-26T04:17:00Z"}\n'}


def workflow(name: str) -> dict[Any, Any]:
    loaded = yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_pinned_and_their_pins_explained(file: Path) -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    uses = re.findall(r"^\s*-?\s*uses: (\S+)(?: # (\S+))?$", file.read_text("utf-8"), re.MULTILINE)
    assert len(uses) == file.read_text("utf-8").count("uses:")
    for action, version in uses:
        name, _, reference = action.partition("@")
        if re.fullmatch(r"v\d+", reference):
            continue
        assert re.fullmatch(r"[0-9a-f]{40}", reference), action
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), action
        assert re.search(rf"\| {re.escape(name)} \| {re.escape(version)} \| `{reference}` \|", explained), action


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflows_state_permissions_time_limits_and_concurrency(file: Path) -> None:
    loaded = workflow(file.name)
    assert loaded["permissions"] in ({}, {"contents": "read"})
    assert "group" in loaded["concurrency"]
    assert all("timeout-minutes" in job for job in loaded["jobs"].values())
    checkouts = [
        step
        for job in loaded["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_each_job_of_publishing_may_do_what_it_needs_and_no_more() -> None:
    jobs = workflow("site.yml")["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "fetch": {"contents": "read"},
        "commit": {"contents": "write"},
        "build": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
    }


def test_pull_requests_see_no_secret_and_write_nothing() -> None:
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    assert ": write" not in text


def test_site_is_published_after_a_push_daily_and_by_hand() -> None:
    loaded = workflow("site.yml")
    triggers = loaded[True]  # YAML 1.1 reads the key `on` as true
    assert triggers["push"] == {"branches": ["main"]}
    assert "workflow_dispatch" in triggers
    assert re.fullmatch(r"\d+ \d+ \* \* \*", triggers["schedule"][0]["cron"])
    assert loaded["concurrency"]["cancel-in-progress"] is False
    assert loaded["jobs"]["deploy"]["needs"] == "build"


def test_site_is_built_for_the_address_that_pages_states() -> None:
    steps = workflow("site.yml")["jobs"]["build"]["steps"]
    build = next(step for step in steps if "build.py" in step.get("run", ""))
    assert build["env"]["BASE_URL"] == "${{ steps.pages.outputs.base_url }}"
    assert '--base-url "$BASE_URL"' in build["run"]
    assert ".ci/pages-address" in next(step for step in steps if step.get("id") == "pages")["run"]


def test_dependabot_watches_actions_npm_and_python() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "npm", "pip"}


def test_the_job_that_can_push_runs_no_package() -> None:
    """An installed package can leave a hook or change the path of a job, and the token would be its own."""
    jobs = workflow("site.yml")["jobs"]
    writers = [job for job in jobs.values() if "write" in job["permissions"].values()]
    assert len(writers) == 2  # commit and deploy
    for job in writers:
        commands = "\n".join(step.get("run", "") for step in job["steps"])
        assert not re.search(r"make|pip|npm|\.venv|build\.py", commands)
    assert [name for name, job in jobs.items() if "secrets." in json.dumps(job)] == ["fetch"]


def test_forks_publish_only_when_their_owner_says_so() -> None:
    jobs = workflow("site.yml")["jobs"]
    for name in ("fetch", "build"):  # the other two need one of them
        assert "!github.event.repository.fork || vars.PUBLISH == 'true'" in " ".join(jobs[name]["if"].split())


def test_a_snapshot_that_was_not_fetched_or_pushed_keeps_no_build_from_being_published() -> None:
    jobs = workflow("site.yml")["jobs"]
    assert "!cancelled()" in jobs["build"]["if"]
    assert "result" not in jobs["build"]["if"]
    takes = next(step for step in jobs["build"]["steps"] if "take-snapshot" in step.get("run", ""))
    assert takes["if"] == "needs.fetch.result == 'success'"


def test_an_older_commit_can_be_published_again() -> None:
    loaded = workflow("site.yml")
    assert "commit" in loaded[True]["workflow_dispatch"]["inputs"]
    checkout = loaded["jobs"]["build"]["steps"][0]
    assert checkout["with"]["ref"].startswith("${{ inputs.commit ||")
    assert "!inputs.commit" in loaded["jobs"]["fetch"]["if"]


def test_a_refused_loss_can_be_accepted_by_hand() -> None:
    loaded = workflow("site.yml")
    assert loaded[True]["workflow_dispatch"]["inputs"]["accept"]["default"] is False
    steps = [step for job in ("fetch", "build") for step in loaded["jobs"][job]["steps"] if "build.py" in str(step)]
    assert [step["env"]["ACCEPT"] for step in steps] == ["${{ inputs.accept && '--accept' || '' }}"] * 2
    assert all("$ACCEPT" in step["run"] for step in steps)


def test_files_below_well_known_are_published() -> None:
    upload = next(step for step in workflow("site.yml")["jobs"]["build"]["steps"] if "pages-artifact" in str(step))
    assert upload["with"]["include-hidden-files"] is True


# Steps


def test_the_workflow_takes_every_file_that_a_refresh_writes() -> None:
    script = (ROOT / ".ci" / "take-snapshot").read_text("utf-8")
    names = re.search(r"^NAMES = \{(.*)\}$", script, re.MULTILINE)
    assert names is not None
    assert set(json.loads(f"[{names[1]}]")) == {DATASETS, COLLECTIONS, EVENTS, HISTORY, STATE}


def test_what_ends_a_line_elsewhere_ends_none_in_a_snapshot(origin: Path, tmp_path: Path) -> None:
    line = '{"title":"one\u2028two\u0085three"}\n'
    run = commit_step(origin, tmp_path, write_snapshot(tmp_path / "fetched", {"datasets.jsonl": line}))
    assert run.returncode == 0, run.stderr


def git(folder: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=Tests", "-c", "user.email=tests@example.org"]
    run = subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return run.stdout


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with the scripts of the workflow on its branch main."""
    work = tmp_path / "work"
    (work / "catalog_data").mkdir(parents=True)
    shutil.copytree(ROOT / ".ci", work / ".ci")
    (work / "site.yaml").write_text("title: Tides\n", "utf-8")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message", "Begin")
    bare = tmp_path / "origin.git"
    git(tmp_path, "clone", "--quiet", "--bare", str(work), str(bare))
    return bare


def write_snapshot(folder: Path, files: dict[str, str] = SNAPSHOT) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def commit_step(origin: Path, tmp_path: Path, snapshot: Path) -> subprocess.CompletedProcess[str]:
    """The last step of the job `commit`, in a fresh clone, as a shell of the runner runs it."""
    clone = tmp_path / f"commit-{len(list(tmp_path.iterdir()))}"
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    return run_step("site.yml", "commit", "Commit and push", clone, snapshot)


def run_step(file: str, job: str, name: str, clone: Path, snapshot: Path) -> subprocess.CompletedProcess[str]:
    step = next(step for step in workflow(file)["jobs"][job]["steps"] if step.get("name") == name)
    commands = clone.parent / f"{clone.name}-bin"
    commands.mkdir()
    (commands / "gh").write_text("#!/bin/sh\nexit 0\n", "utf-8")
    (commands / "gh").chmod(0o755)
    temporary = clone.parent / f"{clone.name}-temp"
    temporary.mkdir()
    (temporary / "snapshot").symlink_to(snapshot)
    environment = os.environ | {"PATH": f"{commands}:{os.environ['PATH']}", "RUNNER_TEMP": str(temporary)}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=clone,
        env=environment | {"GH_TOKEN": TOKEN},
        capture_output=True,
        text=True,
    )


def published(origin: Path) -> str:
    return git(origin, "show", "main:catalog_data/snapshots/datasets.jsonl")


def test_a_fetched_snapshot_is_committed_and_pushed(origin: Path, tmp_path: Path) -> None:
    run = commit_step(origin, tmp_path, write_snapshot(tmp_path / "fetched"))
    assert run.returncode == 0, run.stderr
    assert published(origin) == SNAPSHOT["datasets.jsonl"]
    assert git(origin, "log", "--format=%s").splitlines()[0] == "catalog_data: Refresh the snapshot [skip ci]"


def test_a_snapshot_without_news_makes_no_commit(origin: Path, tmp_path: Path) -> None:
    commit_step(origin, tmp_path, write_snapshot(tmp_path / "fetched"))
    later = SNAPSHOT | {"state.json": '{"at":"2026-11-27T04:17:00Z"}\n'}
    run = commit_step(origin, tmp_path, write_snapshot(tmp_path / "fetched-again", later))
    assert run.returncode == 0, run.stderr
    assert len(git(origin, "log", "--format=%s").splitlines()) == 2


def test_a_push_that_met_another_one_is_tried_again(origin: Path, tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "fetched")
    clone = tmp_path / "commit"
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", str(origin), str(other))
    (other / "site.yaml").write_text("title: Tides and waves\n", "utf-8")
    git(other, "commit", "--quiet", "--all", "--message", "Say waves too")
    git(other, "push", "--quiet")
    run = run_step("site.yml", "commit", "Commit and push", clone, snapshot)
    assert run.returncode == 0, run.stderr
    assert published(origin) == SNAPSHOT["datasets.jsonl"]
    assert "waves" in git(origin, "show", "main:site.yaml")


def test_what_a_package_leaves_where_it_fetched_never_sees_the_token(origin: Path, tmp_path: Path) -> None:
    """Hooks, a file system monitor, and whatever else lies beside the snapshot's files."""
    seen = tmp_path / "seen"
    spy = f'#!/bin/sh\necho "$GH_TOKEN" >> {seen}\n'
    fetch = tmp_path / "fetch"
    git(tmp_path, "clone", "--quiet", str(origin), str(fetch))
    for hook in ("pre-commit", "post-commit", "pre-push", "post-checkout", "post-rewrite"):
        (fetch / ".git" / "hooks" / hook).write_text(spy, "utf-8")
        (fetch / ".git" / "hooks" / hook).chmod(0o755)
    monitor = fetch / "monitor"
    monitor.write_text(spy, "utf-8")
    monitor.chmod(0o755)
    git(fetch, "config", "core.fsmonitor", str(monitor))
    seen.unlink(missing_ok=True)  # git has just asked the monitor, without the token
    run = commit_step(origin, tmp_path, write_snapshot(fetch / "catalog_data" / "snapshots"))
    assert run.returncode == 0, run.stderr
    assert not seen.exists()
    assert published(origin) == SNAPSHOT["datasets.jsonl"]


def test_no_hook_runs_even_in_the_checkout_that_pushes(origin: Path, tmp_path: Path) -> None:
    clone = tmp_path / "commit"
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    seen = tmp_path / "seen"
    for hook in ("pre-commit", "post-commit", "pre-push"):
        (clone / ".git" / "hooks" / hook).write_text(f'#!/bin/sh\necho "$GH_TOKEN" > {seen}\n', "utf-8")
        (clone / ".git" / "hooks" / hook).chmod(0o755)
    run = run_step("site.yml", "commit", "Commit and push", clone, write_snapshot(tmp_path / "fetched"))
    assert run.returncode == 0, run.stderr
    assert not seen.exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("datasets.jsonl", "{broken\n", "datasets.jsonl is not JSON"),
        ("run.sh", "echo\n", "'run.sh' is no file of a snapshot"),
        (".gitattributes", "* filter=spy\n", "'.gitattributes' is no file of a snapshot"),
        ("Datasets.jsonl", "{}\n", "'Datasets.jsonl' is no file of a snapshot"),
        ("package.json", "{}\n", "'package.json' is no file of a snapshot"),
        ("events.jsonl", "[" * 200_000, "events.jsonl is not JSON"),
    ],
)
def test_files_that_are_no_snapshot_are_refused_whole(
    origin: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    run = commit_step(origin, tmp_path, write_snapshot(tmp_path / "fetched", SNAPSHOT | {name: text}))
    assert run.returncode == 1
    assert said in run.stderr
    assert git(origin, "log", "--format=%s") == "Begin\n"


def test_a_link_among_the_files_is_not_followed(origin: Path, tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "fetched")
    (snapshot / "history.jsonl").symlink_to("/proc/self/environ")
    run = commit_step(origin, tmp_path, snapshot)
    assert run.returncode == 1
    assert "'history.jsonl' is no file of a snapshot" in run.stderr
    assert git(origin, "log", "--format=%s") == "Begin\n"


@pytest.mark.parametrize(
    ("answer", "status", "output"),
    [
        ("https://example.org/catalog/", 0, "is_on=true\nbase_url=https://example.org/catalog/\n"),
        ("gh: Not Found (HTTP 404)", 1, "is_on=false\n"),
    ],
)
def test_the_first_push_passes_where_pages_is_off(tmp_path: Path, answer: str, status: int, output: str) -> None:
    (tmp_path / "gh").write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n", "utf-8")
    (tmp_path / "gh").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REPOSITORY": "example-org/tides"}
    run = subprocess.run([ROOT / ".ci" / "pages-address"], env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (0, output)
    assert ("choose GitHub Actions as the source" in run.stderr) == bool(status)
