"""Reads answers by the types of their fields: what each says, and a question where that is not clear."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from otdi_site.contribution.lines import find_answers
from otdi_site.model.facets import GENERAL_PURPOSE
from otdi_site.model.form import FormField
from otdi_site.model.language import find_language, language_named
from otdi_site.model.licenses import resolve_license
from otdi_site.model.vocabulary import Vocabularies
from otdi_site.urls import is_web_url, slugify

ANSWER_LIMIT = 500
"""Characters of one answer, as in the form."""
_OFFERED = 30
"""Terms that are all named in a question."""
_OF_TERMS = ("choice", "choices", "languages")
_LIMITS = {"languages": 10_000}
"""Characters of answers that may be long lists."""
_YES = "yes y true x ok agree agreed ✓ ✔ ☑ ja oui si sí sim da да tak evet 是 是的 同意 はい 同意します 예 네"
_NO = "no n false ☐ nein non não nao nee nie нет hayır 否 不 いいえ 아니요 아니오"
_UNSURE = (
    "not don dont doesn unsure maybe perhaps depends idea nicht kein keine vielleicht unsicher pas peut quizás talvez"
)
"""Words that make an answer unclear, as in "I do not agree" and "not sure"."""
_NO_ANSWER = re.compile(r"\W*(?:n ?[/.] ?a\.?|tbd|tba|not applicable|\?+)\W*", re.IGNORECASE)
_NONE = re.compile(r"\W*(?:none|)\W*", re.IGNORECASE)
_LINK_BEHIND = re.compile(r"(?<!\s)\s*+<(?:https?://|mailto:)[^<>\s]{0,2000}+>", re.IGNORECASE)
"""The address that programs write behind the words of a link."""
_ADDRESS = re.compile(r"(?:https?://|www\.|huggingface\.co/|hf\.co/)[^\s<>\"']+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w!$'*+.-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_SEPARATORS = re.compile(r"[,;/、，；&]|\b(?:and|und|et|y)\b", re.IGNORECASE)
_SUGGESTED = "(my suggestion)"
"""Words of the form after a term that the vocabulary lacks."""
_ATTACHED = "(attached)"
_BOTH = re.compile(r"\W*(\w+)\s*/\s*(\w+)\W+(?=\w)")
"""The words to choose from, which stand before the one that was chosen."""
_BOXES = re.compile(r"\[([ xX✓✔]?)\]([^\[\]]*)")
_IN_BRACKETS = re.compile(r"(?<!\s)\s*+\([^()]*+\)")
_TICKED = re.compile(r"\[ ?([xX✓✔]?) ?\] ?(\w+)")
_BOX = re.compile(r"\[([ xX✓✔]?)\]")
_AGREE = "we can only take datasets whose contributors agree to the terms. Do you?"
_WORD = re.compile(r"[\w✓✔☑☐]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one field."""

    text: str = ""
    """Of a text, address or file; codes of languages with commas between them."""
    chosen: tuple[str, ...] = ()
    """Ids of terms; ``yes`` or ``no``."""
    suggestion: str = ""
    """A term that the vocabulary lacks."""


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be asked of the contributor."""

    field: FormField
    text: str
    """A sentence for the contributor."""


def read_contribution(
    texts: Sequence[str],
    fields: Sequence[FormField],
    vocabularies: Vocabularies,
    body: Sequence[str] = (),
    *,
    is_markdown: bool = False,
) -> tuple[dict[str, Answer], list[Question]]:
    """The answers in a mail or an issue by the field's id, and what has to be asked.

    Of several forms of the same text, that with the most answers counts, and the first of these. `body` are the
    lines of the site's mail.
    """
    found = max((find_answers(text, fields, body, is_markdown=is_markdown) for text in texts), key=len, default={})
    answers: dict[str, Answer] = {}
    questions: list[Question] = []
    for field in fields:
        written = [each for each in found.get(field.id, []) if not _is_empty(field, each)]
        if len(written) > 1:
            shown = " and ".join(f"“{_shorten(each)}”" for each in written[:3])
            questions.append(
                Question(field, f"{field.label}: there are {len(written)} answers, {shown}. Which one holds?")
            )
        elif written and len(written[0]) > (limit := _LIMITS.get(field.type, ANSWER_LIMIT)):
            count = f"{len(written[0]):,}"
            questions.append(
                Question(field, f"{field.label}: please shorten it to {limit:,} characters; it has {count}.")
            )
        elif written:
            answer, problem = _READERS[field.type](field, written[0], vocabularies)
            answers[field.id] = answer
            if problem:
                questions.append(Question(field, f"{field.label}: {problem}"))
        elif field.required:
            questions.append(ask_for(field, vocabularies))
    return answers, questions


def ask_for(field: FormField, vocabularies: Vocabularies) -> Question:
    """Asks for an answer that is missing, with what there is to choose from."""
    if field.type == "agreement":
        return Question(field, f"{field.label}: {_AGREE}")
    request = "Yes or no?" if field.type == "yes_no" else field.help or "Please tell us."
    terms = vocabularies.named(field.vocabulary).terms if field.vocabulary else ()
    titles = [term.title for term in terms if not field.groups or term.group in field.groups]
    if 0 < len(titles) <= _OFFERED:
        request += f" Choose from: {', '.join(titles)}."
    return Question(field, f"{field.label}: there is no answer. {request}")


def _is_empty(field: FormField, written: str) -> bool:
    """Whether an answer says that there is none."""
    if field.type in ("yes_no", "agreement"):
        return False
    return bool(_NO_ANSWER.fullmatch(written) or (field.type in _OF_TERMS and _NONE.fullmatch(written)))


Reading = tuple[Answer, str]


def _read_text(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    return Answer(text=" ".join(_LINK_BEHIND.sub("", written).split())), ""


def _read_card(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    return Answer(text=" ".join(written.split()).removesuffix(_ATTACHED).rstrip()), ""


def _read_url(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    addresses = list(dict.fromkeys(map(_clean_address, _ADDRESS.findall(written))))
    if not addresses:
        return Answer(), f"“{_shorten(written)}” is no address; please write it whole, https://…"
    if len(addresses) > 1:
        return Answer(), f"there are {len(addresses)} addresses, {' and '.join(addresses[:3])}. Which one holds?"
    if not addresses[0].startswith("https://") or not is_web_url(addresses[0]):
        return Answer(), f"“{_shorten(addresses[0])}” is no address that begins with https://. Is there one?"
    return Answer(text=addresses[0]), ""


def _clean_address(address: str) -> str:
    """An address without what mail programs put around it."""
    for _ in range(3):
        address = address.rstrip(".,;:!?*_。、，；：！？）」』】").removesuffix("]")
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        if not re.match(r"https?://", address, re.IGNORECASE):
            address = f"https://{address}"
        try:
            parts = urlsplit(address)
        except ValueError:
            return address
        host, wrapped = (parts.hostname or ""), parse_qs(parts.query)
        if host.endswith(".safelinks.protection.outlook.com") and "url" in wrapped:
            address = wrapped["url"][0]
        elif host in ("www.google.com", "google.com") and parts.path == "/url" and ("q" in wrapped or "url" in wrapped):
            address = (wrapped.get("q") or wrapped["url"])[0]
        elif host == "urldefense.com" and "/v3/__" in address:
            address = unquote(address.partition("/v3/__")[2].partition("__;")[0])
        else:
            break
    return re.sub(
        r"\A(https?)://([^/?#]+)", lambda match: f"{match[1].lower()}://{match[2].lower()}", address, flags=re.I
    )


def _read_email(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    addresses = list(dict.fromkeys(each.strip(".") for each in _EMAIL.findall(written)))
    if len(addresses) == 1:
        return Answer(text=addresses[0]), ""
    if not addresses:
        return Answer(), f"“{_shorten(written)}” is no e-mail address."
    return Answer(), f"there are {len(addresses)} addresses. Which one shall we write to?"


def _read_yes_no(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    if (both := _BOTH.match(written)) and both[1].casefold() in _YES.split() and both[2].casefold() in _NO.split():
        written = written[both.end() :]
    ticked = _TICKED.findall(written)
    text = " ".join(word for mark, word in ticked if mark) if ticked else written.partition(".")[0]
    words = {word.casefold() for word in _WORD.findall(text)}
    said = [answer for answer, known in (("yes", _YES), ("no", _NO)) if words.intersection(known.split())]
    is_unsure = words.intersection(_UNSURE.split()) or _NO_ANSWER.fullmatch(written)
    if len(said) == 1 and not is_unsure:
        return Answer(chosen=(said[0],)), ""
    return Answer(), f"“{_shorten(written)}” says neither yes nor no clearly. Which is it?"


def _read_agreement(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    if (box := _BOX.match(written)) is not None and not _TICKED.match(written.partition("]")[2]):
        return (Answer(chosen=("yes",)), "") if box[1].strip() else (Answer(chosen=("no",)), _AGREE)
    answer, problem = _read_yes_no(field, written, vocabularies)
    if not problem and answer.chosen == ("no",):
        return answer, _AGREE
    return answer, problem


def _read_choices(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    assert field.vocabulary is not None
    if field.none and _names_none(written, field.none):
        return Answer(), ""
    vocabulary = vocabularies.named(field.vocabulary)
    if boxes := _BOXES.findall(written):
        written = ", ".join(words.strip(" ,;") for mark, words in boxes if mark.strip())
    chosen: list[str] = []
    unknown: list[str] = []
    if written.endswith(_SUGGESTED):
        words = written.removesuffix(_SUGGESTED).split(", ")
        while words and (found := _term_of(field, words[0], vocabularies)) is not None:
            chosen.append(found)
            words = words[1:]
        unknown = [", ".join(words).strip()]
    elif (whole := _term_of(field, written, vocabularies)) is not None:
        chosen = [whole]
    else:
        for word in filter(None, map(str.strip, _SEPARATORS.split(written))):
            found = _term_of(field, word, vocabularies)
            (chosen if found else unknown).append(found or word)
    problem = ""
    if unknown and not field.suggestion:
        near = [term.title for each in vocabulary.nearest(unknown[0]) if (term := vocabulary.get(each)) is not None]
        problem = f"“{_shorten(unknown[0])}” is none that we know." + (
            f" Do you mean {' or '.join(near)}?" if near else ""
        )
    if field.type == "choice" and len(chosen) > 1:
        return Answer(), f"please name one; “{_shorten(written)}” names {len(chosen)}."
    suggestion = ", ".join(unknown) if field.suggestion else ""
    return Answer(chosen=tuple(dict.fromkeys(chosen)), suggestion=suggestion), problem


def _names_none(written: str, none: str) -> bool:
    """Whether an answer means the choice that names no term, such as "not domain specific" or "general purpose"."""
    words = set(_WORD.findall(written.casefold()))
    return slugify(written) == GENERAL_PURPOSE or (len(words) > 1 and words <= set(_WORD.findall(none.casefold())))


def _term_of(field: FormField, word: str, vocabularies: Vocabularies) -> str | None:
    word = word.strip(" .*_")
    if field.vocabulary == "licenses":
        license = resolve_license(word, vocabularies.licenses)
        if license is not None:
            return license.id if vocabularies.licenses.get(license.id) is not None else None
    vocabulary: Any = vocabularies.named(field.vocabulary or "")
    terms = vocabulary.meaning(word) or vocabulary.alike(word) or vocabulary.meaning(_IN_BRACKETS.sub("", word).strip())
    return str(terms[0].id) if len(terms) == 1 else None


def _read_languages(field: FormField, written: str, vocabularies: Vocabularies) -> Reading:
    codes: list[str] = []
    unknown: list[str] = []
    for word in filter(None, (each.strip(" .*_") for each in _SEPARATORS.split(written))):
        is_code = word.isascii() and (len(word) <= 3 or "-" in word or "_" in word)
        language = (
            find_language(word.replace("_", "-"))
            if is_code
            else language_named(word) or language_named(_IN_BRACKETS.sub("", word))
        )
        (codes if language else unknown).append(language.tag if language else word)
    problem = (
        f"“{_shorten(unknown[0])}” is no language that we know; please write its code, such as en." if unknown else ""
    )
    return Answer(text=", ".join(dict.fromkeys(codes))), problem


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


_READERS: Mapping[str, Callable[[FormField, str, Vocabularies], Reading]] = {
    "text": _read_text,
    "url": _read_url,
    "email": _read_email,
    "yes_no": _read_yes_no,
    "agreement": _read_agreement,
    "choice": _read_choices,
    "choices": _read_choices,
    "languages": _read_languages,
    "card": _read_card,
}
