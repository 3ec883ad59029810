"""Reads the file that `intake` is given: a mail, the form's YAML, or the text of an issue."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from otdi_site.contribution import (
    Answer,
    Attachment,
    EntryDraft,
    Message,
    Question,
    UnreadableMessageError,
    ask_for,
    draft_entry,
    read_contribution,
    read_message,
)
from otdi_site.contribution.entry import answers_in_comments, place_of, slug
from otdi_site.diagnostics import Diagnostic, Mark, has_errors, warning
from otdi_site.model.form import FormField
from otdi_site.model.ledger import Ledger
from otdi_site.model.licenses import read_license
from otdi_site.model.vocabulary import License
from otdi_site.pipeline.sources import Sources
from otdi_site.source.cards import read_card
from otdi_site.source.yaml_reader import read_yaml

_HEADER = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:[ \t])")
_OF_A_MAIL = re.compile(rb"^(?:From|Received|Return-Path|Message-ID|MIME-Version):[ \t]", re.IGNORECASE | re.MULTILINE)
_ENTRY_LIMIT = 1_000_000
"""Bytes of an entry: the form writes some 2,000."""


@dataclass(slots=True)
class Contribution:
    """What was sent, as far as it is understood."""

    draft: EntryDraft | None
    """`None` where its name or its location is not known."""
    title: str
    url: str
    sender: str = ""
    """The address to which the reply goes; empty where nobody told it."""
    license: str | None = None
    """The id of a term, or the words where they are none."""
    questions: list[Question] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """Sentences for the contributor."""
    card: Attachment | None = None
    ledger: Ledger | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)


def read_contribution_file(content: bytes, mark: Mark, sources: Sources) -> Contribution:
    """Reads the bytes of a file. Raises `UnreadableMessageError` for one that is none of the three."""
    form = sources.config.contact.contribution
    fields = form.fields
    if PurePath(mark.path).suffix.lower() in (".yaml", ".yml"):
        return _read_entry(content, mark, fields, sources)
    if mark.path.lower().endswith(".eml") or _is_mail(content):
        return _read_mail(read_message(content), mark, fields, sources)
    answers, questions = read_contribution(
        [_decode(content)], fields, sources.vocabularies, form.body, is_markdown=True
    )
    return _contribution(answers, questions, fields)


def _is_mail(content: bytes) -> bool:
    """Whether a text begins with the headers of a mail, and not with answers."""
    head = content[:50_000].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return _HEADER.match(content) is not None and _OF_A_MAIL.search(head) is not None


def _read_mail(message: Message, mark: Mark, fields: Sequence[FormField], sources: Sources) -> Contribution:
    answers, questions = read_contribution(
        message.texts, fields, sources.vocabularies, sources.config.contact.contribution.body
    )
    for each in fields:
        if each.type == "email" and message.sender and not answers.get(each.id, Answer()).text:
            answers[each.id] = Answer(text=message.sender)
            questions = [question for question in questions if question.field is not each]
    help = "look at the mail yourself, in a program that you trust"
    diagnostics = [warning("OTD275", mark, note, help) for note in message.notes]
    card = _choose_card(message.cards)
    if card is None and message.cards:
        names = ", ".join(card.name for card in message.cards[:5])
        help = "run `card check` on the right one, and ask the contributor which it is"
        problem = f"{len(message.cards)} cards are attached: {names}; none was taken"
        diagnostics.append(warning("OTD275", mark, problem, help))
    for each in fields:
        if each.type == "card" and each.id in answers and not message.cards:
            text = f"{each.label}: your mail names {answers[each.id].text!r}, and no text or Markdown file is attached."
            questions.append(Question(each, text))
    if card is not None:
        answers = _with_license_of(card, answers, fields, sources)
    contribution = _contribution(answers, questions, fields)
    contribution.sender = contribution.sender or message.sender
    contribution.card = card
    contribution.diagnostics += diagnostics
    return contribution


def _choose_card(cards: Sequence[Attachment]) -> Attachment | None:
    """The only card, or the only one in Markdown: other texts may be anything."""
    markdown = [card for card in cards if not card.name.lower().endswith(".txt")]
    for found in (cards, markdown):
        if len(found) == 1:
            return found[0]
    return None


def _with_license_of(
    attached: Attachment, answers: Mapping[str, Answer], fields: Sequence[FormField], sources: Sources
) -> dict[str, Answer]:
    """The answers with the licence that the card states, where the mail names none."""
    completed = dict(answers)
    stated = read_card(attached.content, attached.name).fields
    words = stated.get("license")
    for each in fields:
        if each.vocabulary != "licenses" or each.id in answers or not isinstance(words, str):
            continue
        name, link = (value if isinstance(value := stated.get(key), str) else None for key in _LICENSE_KEYS)
        license = read_license([words], name, link, sources.vocabularies.licenses)
        if license is not None and sources.vocabularies.licenses.get(license.id) is not None:
            completed[each.id] = Answer(chosen=(license.id,))
    return completed


_LICENSE_KEYS = ("license_name", "license_link")


def _contribution(
    answers: Mapping[str, Answer], questions: Sequence[Question], fields: Sequence[FormField]
) -> Contribution:
    texts = {each.entry: answers[each.id].text for each in fields if each.entry and each.id in answers}
    title, url = texts.get("title", ""), texts.get("url", "")
    draft = draft_entry(fields, answers) if title and url else None
    sender = next((answers[each.id].text for each in fields if each.type == "email" and each.id in answers), "")
    chosen = [answers[each.id].chosen for each in fields if each.vocabulary == "licenses" and each.id in answers]
    license = next((ids[0] for ids in chosen if ids), None)
    return Contribution(draft, title, url, sender, license, list(questions))


def _decode(content: bytes) -> str:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableMessageError("is no text in UTF-8") from None


def _read_entry(content: bytes, mark: Mark, fields: Sequence[FormField], sources: Sources) -> Contribution:
    """The entry that the form wrote, as it stands. Questions are about fields that it answers neither way."""
    if len(content) > _ENTRY_LIMIT:
        raise UnreadableMessageError(f"is larger than {_ENTRY_LIMIT:,} bytes, and no entry")
    text = _decode(content)
    document = read_yaml(text, mark.path)
    value = document.value
    if has_errors(document.diagnostics) or not isinstance(value, dict):
        problem = next((f": {each.message}" for each in document.diagnostics), "")
        raise UnreadableMessageError(f"is no entry in YAML{problem}")
    stated = {name: each.strip() for name, each in value.items() if isinstance(each, str)}
    others = [each for each in fields if not each.entry and each.type not in ("email", "card")]
    _, questions = read_contribution([answers_in_comments(text, fields)], others, sources.vocabularies)
    unanswered = [each for each in fields if each.required and each.entry and not value.get(each.entry)]
    questions += [ask_for(each, sources.vocabularies) for each in unanswered]
    title, url, hub_id = (stated.get(name, "") for name in ("title", "url", "huggingface"))
    publisher = stated.get("publisher") or hub_id.rpartition("/")[0] or place_of(url)[0]
    name = stated.get("name") or hub_id.rpartition("/")[2] or title
    draft = EntryDraft(slug(publisher) if publisher else "unknown", slug(name), hub_id or place_of(url)[1], text)
    contribution = Contribution(draft, title, url, license=stated.get("license"), questions=questions)
    return contribution if title and (url or hub_id) else replace(contribution, draft=None)


def license_of(contribution: Contribution, sources: Sources) -> License | None:
    """The licence that was named; `None` where that is missing, or none of the vocabulary."""
    return sources.vocabularies.licenses.get(contribution.license) if contribution.license else None
