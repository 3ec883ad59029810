"""The texts that the form's scripts write are those that `intake` reads, for any answers and any form."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from otdi_site.contribution import Answer, draft_entry, read_contribution, read_message
from otdi_site.model.form import FormField
from tests.sites import PROJECT
from tests.unit.contribution.test_mails import CONFIG, FIELDS, VOCABULARIES

assert CONFIG is not None
BODY = CONFIG.contact.contribution.body
OTHER_BODY = ("Titel des Datensatzes:", "Adresse:", "Darf er angeboten werden? Ja/Nein")
OTHER_FIELDS = tuple(
    FormField.model_validate(each)
    for each in (
        {"id": "titel", "label": "Titel", "type": "text", "entry": "title", "mail": "Titel des Datensatzes:"},
        {"id": "adresse", "label": "Adresse (URL)", "type": "url", "entry": "url", "mail": "Adresse:"},
        {
            "id": "stand",
            "label": "Geprüft",
            "type": "yes_no",
            "entry": "state",
            "values": ["in review", "proposed"],
        },
        {"id": "amt", "label": "Herausgeber: Name", "type": "text", "entry": "publisher"},
        {"id": "aufgaben", "label": "Aufgaben", "type": "choices", "vocabulary": "tasks", "entry": "tasks"},
        {"id": "umfang", "label": "Umfang", "type": "choice", "vocabulary": "size_categories", "entry": "size"},
        {"id": "notiz", "label": "Notiz", "type": "text"},
        {"id": "zustimmung", "label": "Einverstanden", "type": "agreement", "required": True},
    )
)
FORMS = {"the project's": (FIELDS, BODY), "another initiative's": (OTHER_FIELDS, OTHER_BODY)}
TEXTS = [
    "Tides",
    'R&D 100% "é" <b>',
    "مد وجزر",
    "🌊 潮汐（虚构）①",
    "a: b # c",
    "- item",
    "CO₂ & ½",
    "\\n\\\\ ' \" `x` *y* _z_",
    "### Dataset name",
    "@someone #12 | ~x~ [a](b)",
    "1. first",
    "yes",
    "x" * 500,
    "> quoted",
    "\u00a0 spaces \t\n within ",
    "% %0D%0A +",
    "null",
    "2024-01-01",
]
ADDRESSES = [
    "https://example.org/tides",
    "https://www.example.org/a_b/?c=d&e=%20f#g",
    "https://huggingface.co/datasets/Example-Org/Tides_1",
    "https://huggingface.co/datasets/Example-Org/Tides_1/tree/main",
    "https://huggingface.co/datasets/squad/viewer",
    "https://hf.co/datasets/a/b.c",
    "https://data.example.org:8443/x(1)",
    "https://xn--hfen-loa.example/x",
]
SCRIPT = """
import { readFileSync } from "node:fs";
const { composeEntry, composeIssue, composeMail } = await import(process.argv[1]);
const results = JSON.parse(readFileSync(0, "utf8")).map(({ fields, body, answers }) => {
  const described = fields.map((field) => ({ ...field, titles: new Map(field.titles) }));
  const given = new Map(answers);
  const repository = { url: "https://github.com/a/b", branch: "main" };
  return {
    mail: composeMail(described, given, body, "mailto:data@example.org?subject=S"),
    issue: composeIssue(described, given, "A dataset", repository.url),
    entry: composeEntry(described, given, repository),
  };
});
console.log(JSON.stringify(results));
"""


def describe(field: FormField) -> dict[str, object]:
    terms = VOCABULARIES.named(field.vocabulary).terms if field.vocabulary else ()
    return {
        "id": field.id,
        "label": field.label,
        "type": field.type,
        "required": field.required,
        "line": (field.mail or "").strip(),
        "entry": field.entry or "",
        "isList": field.fills_list,
        "values": field.values,
        "titles": [(term.id, term.title) for term in terms],
    }


def answer(field: FormField, chance: random.Random) -> dict[str, Any]:
    """One that the form lets through."""
    text, chosen, suggestion = "", [], ""
    if field.type in ("text", "card"):
        text = chance.choice(TEXTS) if field.type == "text" else "README.md"
    elif field.type == "url":
        text = chance.choice(ADDRESSES)
    elif field.type == "email":
        text = chance.choice(["jo@example.org", "a+b'c@mail.example.org"])
    elif field.type == "languages":
        text = ", ".join(chance.sample(["en", "de", "pt-BR", "zh-Hans", "ja", "yo"], chance.randint(1, 4)))
    elif field.type in ("yes_no", "agreement"):
        chosen = ["yes" if field.type == "agreement" else chance.choice(["yes", "no"])]
    else:
        ids = [
            each.id
            for each in VOCABULARIES.named(field.vocabulary or "").terms
            if not field.groups or each.group in field.groups
        ]
        chosen = chance.sample(ids, chance.randint(1, min(len(ids), 5)) if field.type == "choices" else 1)
        if field.suggestion and chance.random() < 0.5:
            chosen, suggestion = [], chance.choice(["Drug discovery", "Tides & <currents>, deep", "海"])
    return {"text": text, "chosen": chosen, "suggestion": suggestion}


def cases(fields: tuple[FormField, ...], body: tuple[str, ...]) -> list[dict[str, Any]]:
    chance = random.Random(12)
    return [
        {
            "fields": [describe(field) for field in fields],
            "body": body,
            "answers": [
                (field.id, answer(field, chance))
                for field in fields
                if field.entry in ("title", "url") or chance.random() < 0.8
            ],
        }
        for _ in range(150)
    ]


def compose(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed: `make test` installs it")
    script = (PROJECT / "site_src/js/contribute/compose.js").as_uri()
    command = [node, "--input-type=module", "--eval", SCRIPT, script]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True, timeout=300)
    return list(json.loads(done.stdout))


def as_answers(written: list[tuple[str, dict[str, Any]]]) -> dict[str, Answer]:
    return {
        name: Answer(" ".join(each["text"].split()), tuple(each["chosen"]), each["suggestion"])
        for name, each in written
    }


@pytest.mark.parametrize("name", FORMS)
def test_mail_issue_and_entry_of_the_form_give_the_same_entry(name: str) -> None:
    fields, body = FORMS[name]
    given = cases(fields, body)
    for case, made in zip(given, compose(given), strict=True):
        expected = draft_entry(fields, as_answers(case["answers"]))
        assert made["entry"]["text"] == expected.text
        assert made["entry"]["path"] == f"catalog_data/datasets/{expected.publisher}/{expected.name}.yaml"
        mail = EmailMessage(policy=SMTP)
        mail["From"] = "jo@example.org"
        mail.set_content(made["mail"]["text"])
        answers, _ = read_contribution(read_message(mail.as_bytes()).texts, fields, VOCABULARIES, body)
        assert draft_entry(fields, answers).text == expected.text
        answers, _ = read_contribution([made["issue"]["text"]], fields, VOCABULARIES, body, is_markdown=True)
        assert draft_entry(fields, answers).text == expected.text
        link = parse_qs(urlsplit(made["mail"]["href"]).query, strict_parsing=True)
        assert link["body"][0].replace("\r\n", "\n") == made["mail"]["text"].rstrip("\n")
        assert made["mail"]["isTooLong"] == (len(made["mail"]["href"]) > 2_000)


def test_the_mail_begins_with_the_lines_of_the_site() -> None:
    [made] = compose([{"fields": [describe(field) for field in FIELDS], "body": BODY, "answers": []}])
    assert made["mail"]["text"] == "\n".join(BODY) + "\n"
