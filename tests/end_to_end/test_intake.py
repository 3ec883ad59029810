"""``intake`` as maintainers use it: mails, issues and the form's YAML become entries, and hostile ones do no harm."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from otdi_site.pipeline.intake import take_in
from otdi_site.pipeline.request import Outcome, Request
from otdi_site.progress import Progress
from tests.sites import PROJECT, change_config, make_small_site, read_tree, run

MAILS = PROJECT / "tests/mails"
FIELDS = [
    {
        "id": "name",
        "label": "Dataset name",
        "type": "text",
        "required": True,
        "mail": "Dataset name:",
        "entry": "title",
    },
    {"id": "place", "label": "Location", "type": "url", "required": True, "mail": "Location:", "entry": "url"},
    {"id": "kinds", "label": "Kinds of data", "type": "choices", "vocabulary": "modalities", "entry": "modalities"},
    {"id": "license", "label": "Licence", "type": "choice", "vocabulary": "licenses", "entry": "license"},
    {"id": "card", "label": "Card", "type": "card"},
    {"id": "email", "label": "E-mail", "type": "email", "required": True},
]
"""Another initiative's form."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_small_site(tmp_path / "site")
    contact = {
        "email": "data@example.org",
        "contribution": {"subject": "A dataset", "body": ["Dataset name:", "Location:"], "fields": FIELDS},
        "report": {"subject": "A problem"},
    }
    change_config(root, contact=contact)
    return root


def intake(root: Path, content: str | bytes, name: str = "mail.eml", *, is_dry_run: bool = False) -> Outcome:
    file = root.parent / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    return take_in(request, Progress(), file, is_dry_run=is_dry_run)


def mail(text: str, attachments: str = "") -> str:
    head = "From: Jo <jo@example.org>\nSubject: A dataset\nMIME-Version: 1.0\n"
    if not attachments:
        return f"{head}\n{text}"
    first = f"--b\nContent-Type: text/plain\n\n{text}\n"
    return f'{head}Content-Type: multipart/mixed; boundary="b"\n\n{first}{attachments}--b--\n'


def attachment(name: str, text: str) -> str:
    return f'--b\nContent-Type: text/markdown\nContent-Disposition: attachment; filename="{name}"\n\n{text}\n'


def codes(outcome: Outcome) -> list[str]:
    return [each.code for each in outcome.diagnostics]


GOOD = "Dataset name: Tides of Nowhere\nLocation: https://example.com/tides\nKinds of data: Text\nLicence: MIT\n"


def test_a_mail_becomes_an_entry_that_check_accepts(root: Path) -> None:
    outcome = intake(root, mail(GOOD))
    entry = root / "catalog_data/datasets/example.com/tides-of-nowhere.yaml"
    assert outcome.line.startswith("intake: wrote catalog_data/datasets/example.com/tides-of-nowhere.yaml")
    assert 'title: "Tides of Nowhere"\nurl: "https://example.com/tides"\nmodalities: ["text"]' in entry.read_text()
    checked = run(root, "check", "--offline", "--format", "json")
    assert [code for code in checked.codes if code != "OTD117"] == []


def test_a_dry_run_writes_nothing_and_shows_the_entry(root: Path) -> None:
    before = read_tree(root)
    outcome = intake(root, mail(GOOD), is_dry_run=True)
    assert read_tree(root) == before
    assert 'license: "MIT"' in str(outcome.summary["text"])


def test_what_exists_is_never_written_over(root: Path) -> None:
    entry = root / "catalog_data/datasets/example.com/tides-of-nowhere.yaml"
    entry.parent.mkdir(parents=True)
    entry.write_text("title: Mine\nurl: https://example.org/mine\nmodalities: [text]\n", encoding="utf-8")
    before = read_tree(root)
    outcome = intake(root, mail(GOOD))
    assert (outcome.exit_status, "OTD274" in codes(outcome), read_tree(root)) == (1, True, before)


def test_the_same_dataset_is_found_by_address_and_one_alike_by_name(root: Path) -> None:
    intake(root, mail(GOOD))
    same = intake(root, mail(GOOD.replace("Tides of Nowhere", "Other").replace("https://", "https://www.")))
    assert "OTD272" in codes(same)
    assert "nothing was written" in same.line
    alike = intake(root, mail(GOOD.replace("Tides of Nowhere", "tides-of-nowhere").replace("/tides", "/t2")))
    assert "OTD273" in codes(alike)


def test_open_questions_are_asked_in_the_reply(root: Path) -> None:
    outcome = intake(root, mail("Dataset name: Tides\nLocation: ftp://example.com\nLicence: CC-BY-NC-4.0\n"))
    assert (outcome.exit_status, codes(outcome)) == (1, ["OTD271"])
    reply = str(outcome.summary["reply"])
    assert "Location: “ftp://example.com” is no address" in reply
    assert "is not among the licences that we accept" in reply
    assert not (root / "catalog_data/datasets/example.com").exists()


def test_a_question_names_the_answers_there_are(root: Path) -> None:
    fields = [dict(each, required=True) if each["id"] == "kinds" else each for each in FIELDS]
    contribution = {"subject": "A dataset", "body": ["Dataset name:", "Location:"], "fields": fields}
    report = {"subject": "A problem"}
    change_config(root, contact={"email": "data@example.org", "contribution": contribution, "report": report})
    outcome = intake(root, mail("Dataset name: Tides\nLicence: CC-BY-NC-4.0\n"), is_dry_run=True)
    reply = str(outcome.summary["reply"])
    assert "Kinds of data: there is no answer." in reply
    assert "Choose from: Text, " in reply


@pytest.mark.parametrize("base_url", ["http://localhost:8000/", "http://127.0.0.1/", "http://[::1]:8000/"])
def test_a_reply_has_no_address_of_a_preview(root: Path, base_url: str) -> None:
    change_config(root, base_url=base_url)
    card = attachment("README.md", "---\nlicense: mit\n---\n# Tides\n")
    text = GOOD.replace("MIT", "CC-BY-NC-4.0")
    first = str(intake(root, mail(text, card)).summary["reply"])
    assert "is not among the licences that we accept. Can" in first
    assert "requirements of our specification yet" in first
    again = str(intake(root, mail(text)).summary["reply"])
    assert "has this dataset already: Tides of Nowhere. Is" in again
    assert "http://" not in first + again


def test_an_attached_card_is_checked_and_kept_where_the_hub_has_none(root: Path) -> None:
    card = "---\nlicense: mit\n---\n# Tides\n"
    outcome = intake(root, mail(GOOD, attachment("../../evil/README.md", card)))
    written = root / "catalog_data/cards/example.com/tides-of-nowhere.md"
    assert written.read_text().startswith(card.strip())
    assert "requirements of our specification" in str(outcome.summary["reply"])
    on_hub = GOOD.replace("example.com/tides", "huggingface.co/datasets/sample/currents").replace("Tides", "Currents")
    assert intake(root, mail(on_hub, attachment("README.md", card))).summary["card"] is None


def test_the_text_of_an_issue_and_the_yaml_of_the_form_are_read_alike(root: Path) -> None:
    issue = "### Dataset name\n\nTides \\<of\\> \\_Nowhere\\_\n\n### Location\n\nhttps://example.com/a\\_b\n\n"
    issue += "### E-mail\n\njo@example.org\n\n### Licence\n\n_No response_\n"
    outcome = intake(root, issue, "issue.txt", is_dry_run=True)
    assert 'title: "Tides <of> _Nowhere_"\nurl: "https://example.com/a_b"' in str(outcome.summary["text"])
    text = str(outcome.summary["text"]) + 'modalities: ["text"]\n'
    entry = intake(root, text, "entry.yaml")
    assert (entry.summary["text"], entry.summary["entry"]) == (text, outcome.summary["entry"])


def test_the_command_prints_entry_reply_and_summary(tmp_path: Path, root: Path) -> None:
    (tmp_path / "mail.eml").write_text(mail(GOOD), encoding="utf-8")
    finished = run(root, "intake", str(tmp_path / "mail.eml"), "--offline", "--dry-run")
    assert finished.output.index("Entry:") < finished.output.index("Reply to the contributor (jo@example.org):")
    assert "Thank you for offering Tides of Nowhere." in finished.output
    assert finished.last_line.startswith("intake: nothing was written: a dry run of catalog_data/datasets/example.com/")
    assert run(root, "intake", str(tmp_path / "missing.eml")).status == 2


HOSTILE = {
    "a path as a name": mail(GOOD.replace("Tides of Nowhere", "../../../../etc/passwd")),
    "YAML in a name": mail(GOOD.replace("Tides of Nowhere", 'x"\\nlicense: MIT # &a *a !!python/object:os.system [')),
    "a control character": mail(GOOD.replace("Nowhere", "No\x00\x1b[2J\x07where\u202e\u2028")),
    "a thousand nested parts": "From: a@example.org\n"
    + "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_000)),
    "two thousand attachments": mail(GOOD, "".join(attachment(f"{n}.md", "x") for n in range(2_000))),
    "mails in mails": "From: a@example.org\n" + "Content-Type: message/rfc822\n\n" * 2_000,
    "a megabyte of one line": mail("Dataset name: " + "a" * 1_000_000),
    "a megabyte of quotes": mail("> " * 500_000 + GOOD),
    "a megabyte of HTML": mail("").replace("\n\n", "\nContent-Type: text/html\n\n") + "<blockquote>" * 90_000 + GOOD,
    "headers without end": "".join(f"X-{n}: {'a' * 500}\n" for n in range(5_000)) + "\n" + GOOD,
    "headers in a header": mail(GOOD).replace(
        "Jo <jo@example.org>", "=?utf-8?q?a=0d=0aBcc:_x@example.org?= <jo@example.org>"
    ),
    "an archive that unpacks to much": mail(
        GOOD,
        '--b\nContent-Type: application/zip\nContent-Disposition: attachment; filename="a.zip"\n\n'
        + zlib.compress(bytes(10_000_000)).hex()
        + "\n",
    ),
    "a boundary that is missing": mail(GOOD, attachment("README.md", "x")).replace('; boundary="b"', ""),
    "an encoding that is no text": mail(GOOD).replace("\n\n", "\nContent-Type: text/plain; charset=zlib_codec\n\n", 1),
    "an id that is no name": "From: \n\n" + GOOD,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_does_no_harm(root: Path, name: str) -> None:
    before = read_tree(root.parent)
    outcome = intake(root, HOSTILE[name])
    after = read_tree(root.parent)
    assert outcome.exit_status in (0, 1, 2)
    changed = {path for path in after if before.get(path) != after[path]} - {"mail.eml"}
    allowed = ("site/catalog_data/datasets/example.com/", "site/catalog_data/cards/example.com/", "site/.cache/")
    assert all(path.startswith(allowed) for path in changed), changed
    assert before.keys() <= after.keys()
    for path in changed:
        if path.endswith(".yaml"):
            assert 'url: "https://example.com/tides"' in after[path].decode()
            assert "\x1b" not in after[path].decode()
    assert not any("\x1b" in str(each) or "\u2028" in str(each) for each in outcome.summary.values())
    assert all("\x1b" not in each.message for each in outcome.diagnostics)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: [Tides\n", "is no entry in YAML: "),
        ("- a\n", "is no entry in YAML"),
        ("title: Tides\ntitle: Other\n", "given twice"),
        ("# " + "a" * 1_000_000, "is larger than 1,000,000 bytes"),
        ("title: Ti\x1bdes\n", "is no entry in YAML"),
        (b"title: \xff\n", "is no text in UTF-8"),
    ],
)
def test_yaml_that_is_no_entry_is_refused(root: Path, text: str | bytes, words: str) -> None:
    before = read_tree(root)
    outcome = intake(root, text, "entry.yaml")
    assert (outcome.exit_status, codes(outcome)) == (2, ["OTD270"])
    assert words in outcome.diagnostics[0].message
    assert read_tree(root) == before


def test_an_entry_is_asked_for_all_that_the_form_requires(root: Path) -> None:
    fields = [
        *FIELDS[:5],
        {"id": "terms", "label": "I agree", "type": "agreement", "required": True},
        {"id": "note", "label": "A note", "type": "text"},
    ]
    contribution = {"subject": "A dataset", "body": ["Dataset name:", "Location:"], "fields": fields}
    contact = {"email": "data@example.org", "contribution": contribution, "report": {"subject": "A problem"}}
    change_config(root, contact=contact)
    drafted = intake(root, mail(GOOD + 'I agree: yes\nA note: "x": y # z\n'), is_dry_run=True)
    text = str(drafted.summary["text"])
    assert '# I agree: "yes"\n# A note: "\\"x\\": y # z"\n' in text
    assert codes(intake(root, text, "entry.yaml", is_dry_run=True)) == codes(drafted) == []
    for answer in ('# I agree: "yes"\n', 'title: "Tides of Nowhere"\n'):
        assert "OTD271" in codes(intake(root, text.replace(answer, ""), "entry.yaml", is_dry_run=True))
    assert "OTD271" in codes(intake(root, text.replace('"yes"', '"no"'), "entry.yaml", is_dry_run=True))
    licensed = intake(root, text.replace('"MIT"', '"CC-BY-NC-4.0"'), "entry.yaml", is_dry_run=True)
    assert "is not among the licences that we accept" in str(licensed.summary["reply"])


def test_a_dataset_that_was_withdrawn_does_not_come_back_by_itself(root: Path) -> None:
    exclusion = "{id: Sample/Currents, reason: It was wrong., date: 2026-02-03, by: its owner}"
    (root / "catalog_data/exclusions.yaml").write_text(f"exclusions: [{exclusion}]\n", encoding="utf-8")
    before = read_tree(root)
    outcome = intake(root, mail(GOOD.replace("example.com/tides", "huggingface.co/datasets/sample/currents")))
    assert (outcome.exit_status, "OTD276" in codes(outcome), read_tree(root)) == (1, True, before)
    assert "was withdrawn from our catalogue on 2026-02-03" in str(outcome.summary["reply"])


def test_the_reply_goes_to_the_contributor_and_says_what_is_there_already(root: Path) -> None:
    first = intake(root, mail(GOOD + "E-mail: kim@example.org\n"))
    assert first.summary["reply_to"] == "kim@example.org"
    assert "Please send us the dataset card" in str(first.summary["reply"])
    again = intake(root, mail(GOOD))
    assert again.summary["reply_to"] == "jo@example.org"
    page = "https://data.example.org/datasets/example.com/tides-of-nowhere.html"
    assert f"has this dataset already: {page}" in str(again.summary["reply"])
    assert "We have all that we need" not in str(again.summary["reply"])


def test_of_several_texts_the_one_in_markdown_is_the_card_whose_licence_counts(root: Path) -> None:
    card = "---\nlicense: other\nlicense_name: CDLA-Permissive-2.0\n---\n# Tides\n"
    texts = attachment("notes.txt", "A note.") + attachment("README.md", card)
    outcome = intake(root, mail(GOOD.replace("Licence: MIT\n", ""), texts))
    assert 'license: "CDLA-Permissive-2.0"' in str(outcome.summary["text"])
    assert outcome.summary["card"] == "catalog_data/cards/example.com/tides-of-nowhere.md"
    two = attachment("a.md", card) + attachment("b.md", card)
    other = GOOD.replace("Tides of Nowhere", "Deserts").replace("/tides", "/deserts")
    assert "OTD275" in codes(intake(root, mail(other, two), is_dry_run=True))


def test_a_folder_that_leads_out_of_the_site_is_not_written_to(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "catalog_data/cards").symlink_to(outside)
    outcome = intake(root, mail(GOOD, attachment("README.md", "# Tides\n")))
    assert (outcome.exit_status, list(outside.iterdir())) == (1, [])
    assert "OTD274" in codes(outcome)


def test_a_field_for_the_publisher_names_the_folder(root: Path) -> None:
    fields = [*FIELDS, {"id": "owner", "label": "Publisher", "type": "text", "entry": "publisher"}]
    contribution = {"subject": "A dataset", "body": ["Dataset name:", "Location:"], "fields": fields}
    contact = {"email": "data@example.org", "contribution": contribution, "report": {"subject": "A problem"}}
    change_config(root, contact=contact)
    outcome = intake(root, mail(GOOD + "Publisher: Example Harbour Office\n"))
    assert outcome.summary["entry"] == "catalog_data/datasets/example-harbour-office/tides-of-nowhere.yaml"
    assert codes(outcome) == []


@pytest.mark.parametrize("name", ["a pipe", "a folder"])
def test_what_is_no_file_is_refused(root: Path, tmp_path: Path, name: str) -> None:
    if name == "a pipe":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).mkdir()
    request = Request(root, root / "_site", None, offline=True, strict=False, jobs=1)
    outcome = take_in(request, Progress(), tmp_path / name, is_dry_run=False)
    assert (outcome.exit_status, codes(outcome)) == (2, ["OTD270"])


def test_answers_in_a_text_file_are_no_headers_of_a_mail(root: Path) -> None:
    fields = [{**each, "label": each["label"].split()[-1].title()} for each in FIELDS]
    contribution = {"subject": "A dataset", "body": ["Dataset name:", "Location:"], "fields": fields}
    contact = {"email": "data@example.org", "contribution": contribution, "report": {"subject": "A problem"}}
    change_config(root, contact=contact)
    text = "Name: Tides\nLocation: https://example.com/tides\nData: Text\n"
    for content in (text.encode(), text.encode("utf-16")):
        assert intake(root, content, "answers.txt", is_dry_run=True).summary["entry"]
    saved = mail("").replace("From: ", "From:\t") + text
    assert intake(root, saved, "saved.txt", is_dry_run=True).summary["reply_to"] == "jo@example.org"
