"""Drafts the catalogue entry of a contribution, with the same text as ``site_src/js/contribute/compose.js``."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from otdi_site.contribution.answers import Answer
from otdi_site.model.form import FormField

HEAD = "# Written by the form of the site, from the contributor's own answers. Nobody has reviewed it yet."
_HUB = re.compile(r"/datasets/([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+)(?:/|\Z)")
_HUB_PAGES = frozenset(("blob", "commits", "discussions", "raw", "resolve", "tree", "viewer"))
"""Pages of a dataset without an owner, such as ``/datasets/squad/viewer``, whose second part is no name."""
_HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co")
_COMMENT = re.compile(r'# ([^"]{1,200}): ("[^\n]{0,2000}")')
_NOT_SLUG = re.compile(r"[^a-z0-9_.-]+")
_SLUG_LENGTH = 90
_NOT_PLAIN = re.compile("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry that is not yet a file."""

    publisher: str
    """The name of its folder."""
    name: str
    """The file's name without its suffix."""
    hub_id: str
    """The dataset's id on the Hub; empty where it is elsewhere."""
    text: str
    """YAML."""


def draft_entry(fields: Sequence[FormField], answers: Mapping[str, Answer]) -> EntryDraft:
    """The entry that the answers make; those that are missing are named in a comment."""
    lines, missing = [HEAD], []
    publisher = hub_id = ""
    texts = {field.entry: answers[field.id].text for field in fields if field.entry and field.id in answers}
    name = slug(texts.get("title", ""))
    for field in fields:
        answer = answers.get(field.id, Answer())
        if field.entry:
            value = _value_of(field, answer)
            if value:
                lines.append(f"{field.entry}: {value}")
            else:
                missing.append(field.label)
            if field.entry == "url":
                place, hub_id = place_of(answer.text)
                publisher = slug(place)
                if hub_id:
                    lines.append(f"huggingface: {quoted(hub_id)}")
                    name = slug(hub_id.partition("/")[2])
        elif field.type not in ("email", "card") and (said := ", ".join(answer.chosen) or answer.text):
            lines.append(f"# {field.label}: {quoted(said)}")
        if answer.suggestion:
            lines.append(f"# {field.label}, suggested by the contributor: {quoted(answer.suggestion)}")
    publisher = slug(texts["publisher"]) if texts.get("publisher") else publisher
    name = slug(texts["name"]) if texts.get("name") else name
    lines.append("state: proposed")
    if missing:
        lines.append(f"# Not stated: {', '.join(missing)}")
    return EntryDraft(publisher or "unknown", name, hub_id, "\n".join(lines) + "\n")


def answers_in_comments(text: str, fields: Sequence[FormField]) -> str:
    """The lines of a drafted entry that answer fields which no entry has, as a mail writes them."""
    labels = {field.label for field in fields if not field.entry}
    lines = []
    for line in text.splitlines():
        match = _COMMENT.fullmatch(line)
        if match is not None and match[1] in labels:
            with suppress(ValueError):
                lines.append(f"{match[1]}: {json.loads(match[2])}")
    return "\n".join(lines)


def _value_of(field: FormField, answer: Answer) -> str:
    if field.type == "yes_no":
        return quoted(field.values[answer.chosen[0] == "no"]) if answer.chosen and field.values else ""
    if field.type == "languages":
        values = [each for each in answer.text.split(", ") if each]
    elif field.type in ("choice", "choices"):
        values = list(answer.chosen)
    else:
        values = [answer.text] if answer.text else []
    if not values:
        return ""
    return f"[{', '.join(map(quoted, values))}]" if field.fills_list else quoted(values[0])


def quoted(text: str) -> str:
    """A text as YAML writes it between double quotes, whatever it holds."""
    text = json.dumps(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), ensure_ascii=False)
    return _NOT_PLAIN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def place_of(address: str) -> tuple[str, str]:
    """The publisher and, on the Hub, the dataset's id, as its address names them."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    host = parts.hostname or ""
    if host in _HUB_HOSTS and (match := _HUB.match(parts.path)) and match[2] not in _HUB_PAGES:
        return match[1], f"{match[1]}/{match[2]}"
    return host.removeprefix("www."), ""


def slug(text: str) -> str:
    """A text as part of an address: of letters, digits, dots, hyphens and underscores."""
    letters = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.sub(r"\A[-.]+|[-.]+\Z", "", _NOT_SLUG.sub("-", letters.lower()))[:_SLUG_LENGTH] or "dataset"
