"""Finds the answers to the form's questions in a text: the lines of a mail, or the headings of an issue.

Labels are compared as people's programs may have changed them: letter case, spaces, bold type, bullets and wide
colons do not count. Quoted lines count where nothing else answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from otdi_site.characters import without_unsafe
from otdi_site.model.form import FormField

_COLON = re.compile(r"[:：﹕]|\Z")
_QUOTES = re.compile(r"(?:\s*[>|]){1,40}\s?")
_BULLET = re.compile(r"\s*(?:[-*•·–]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_OPTIONS = re.compile(r"\s*\w+(?:\s*/\s*\w+)+\s*\Z")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\xa0\ud800-\udfff]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BOLD = "*_"
_MARKUP = "*_`# \t"
_RULES = ("---", "___", "===", "—")
_HEADER = re.compile(r"(?:From|Von|De|Da|Van|Från|Fra|差出人|发件人|보낸 사람) ?:")
_OTHER_HEADER = re.compile(
    r"(?:Sent|Date|To|Gesendet|Datum|An|Envoyé|À|Enviado|Para|Inviato|A|Verzonden|Aan|送信日時|日付|宛先|收件人) ?:"
)
_REPLY = re.compile(r"(?:On|Am|Le|El|Il|Op|Em|Den)\b")
_WROTE = re.compile("wrote|schrieb|écrit|escribió|scritto|schreef|escreveu|skrev|のメール|書きました|写道")
_SENT = ("Sent from my", "Get Outlook for", "Von meinem", "Envoyé de", "Gesendet von", "iPhoneから送信")
_LISTS = ("choices", "languages")
_BREAKS_AFTER = "-/=&?_.%"
_IN_ADDRESS = re.compile(r"[/=&?_%]|[-.]\w|\d")
_WRAPPED = 60
"""Characters of a line from which on the next one may be its continuation."""
_NO_RESPONSE = "no response"
_CONTINUED = 40
"""Lines below a label that are looked at."""


class Found(NamedTuple):
    """One answer as it stands."""

    text: str
    depth: int
    """How often it is quoted."""


class _Line(NamedTuple):
    text: str
    depth: int
    is_heading: bool
    is_item: bool
    """Whether a bullet or number was before it."""


def find_answers(
    text: str, fields: Sequence[FormField], body: Sequence[str] = (), *, is_markdown: bool = False
) -> dict[str, list[str]]:
    """The different answers to each field by its id, of those quoted the least; none for a field without an answer.

    Lines of the site's mail, `body`, end an answer whether a field answers them or not. `is_markdown` takes backslashes
    before punctuation away.
    """
    known: list[tuple[str, FormField | None]] = [(label, field) for field in fields for label in _labels(field)]
    known += [(label, None) for line in body if (label := _simplify(_without_options(line)))]
    labels = sorted(known, key=lambda pair: len(pair[0]), reverse=True)
    lines = _deepen([_read_line(line) for line in text.splitlines()])
    starts = [_match(line, labels) for line in lines]
    found: dict[str, list[Found]] = {}
    for number, start in enumerate(starts):
        field, rest = start or (None, "")
        if field is None:
            continue
        answer = _collect(field, rest, number, lines, starts)
        if is_markdown:
            answer = answer._replace(text=_ESCAPED.sub(r"\1", answer.text))
        if answer.text and answer.text.casefold().strip(_BOLD) != _NO_RESPONSE:
            found.setdefault(field.id, []).append(answer)
    least = {name: min(each.depth for each in all) for name, all in found.items()}
    return {
        name: list(dict.fromkeys(each.text for each in all if each.depth == least[name])) for name, all in found.items()
    }


def _labels(field: FormField) -> Iterator[str]:
    yield _simplify(field.label)
    if field.mail:
        yield _simplify(_without_options(field.mail))
    else:
        yield _simplify(field.id.replace("-", " "))


def _without_options(line: str) -> str:
    """The line of a mail without ``: Yes/No``."""
    head, colon, options = line.rpartition(":")
    return head if colon and (not options.strip() or _OPTIONS.match(options)) else line


def _simplify(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).strip(_MARKUP + ":?")


def _read_line(line: str) -> _Line:
    quotes = _QUOTES.match(line) if line.lstrip().startswith((">", "|")) else None
    depth = len(re.sub(r"\s", "", quotes[0])) if quotes else 0
    content = line[quotes.end() :] if quotes else line
    content = without_unsafe(_CONTROLS.sub(" ", unicodedata.normalize("NFC", content)))
    heading = _HEADING.match(content)
    content = content[heading.end() :] if heading else content
    bullet = _BULLET.match(content)
    text = (content[bullet.end() :] if bullet else content).strip()
    return _Line(text, depth, heading is not None, bullet is not None)


def _deepen(lines: Sequence[_Line]) -> list[_Line]:
    """The lines, those of mails that Outlook quotes without a mark as quoted: they follow a block of headers."""
    found, extra = [], 0
    for number, line in enumerate(lines):
        if _HEADER.match(line.text) and any(_OTHER_HEADER.match(each.text) for each in lines[number + 1 : number + 4]):
            extra += 1
        found.append(line._replace(depth=line.depth + extra) if extra else line)
    return found


def _match(line: _Line, labels: Sequence[tuple[str, FormField | None]]) -> tuple[FormField | None, str] | None:
    """The field whose label begins a line, and the rest of the line."""
    if not line.text:
        return None
    head = _simplify(line.text[:400])
    for label, field in labels:
        if not head.startswith(label):
            continue
        rest = _after_label(line.text, label)
        if rest is not None and (rest or head == label or line.is_heading):
            if rest and line.is_heading:
                continue
            return field, rest
    return None


def _after_label(text: str, label: str) -> str | None:
    """What follows the label and its colon; empty where nothing does, `None` where the label is only a beginning."""
    for match in _COLON.finditer(text[:600]):
        if _simplify(text[: match.start()]) == label:
            rest = text[match.end() :].strip()
            if text[0] in _BOLD:  # **Label:** answer, or **Label: answer**
                rest = rest.lstrip(_BOLD).removesuffix(text[0]).removesuffix(text[0]).strip()
            return rest if match[0] else ""
    return None


def _collect(
    field: FormField,
    rest: str,
    number: int,
    lines: Sequence[_Line],
    starts: Sequence[tuple[FormField | None, str] | None],
) -> Found:
    """The answer on the line of a label, continued where it was wrapped, or on the lines below."""
    depth = lines[number].depth
    if field.mail and rest and _simplify(rest) == _simplify(field.mail.rpartition(":")[2]):
        rest = ""  # the words to choose from, untouched
    parts = [rest] if rest else []
    is_long = len(lines[number].text) >= _WRAPPED
    for place in range(number + 1, min(number + 1 + _CONTINUED, len(lines))):
        line = lines[place]
        if starts[place] is not None or line.is_heading or _is_end(line.text):
            break
        if not line.text:
            if parts:
                break
            continue
        if parts and (not is_long or line.depth != depth) and not (not rest and line.depth == depth):
            break
        if parts and field.type in ("url", "email") and not _is_rest_of_address(parts[-1], line.text):
            break
        is_item_of_list = field.type in _LISTS and (line.is_item or not is_long)
        parts.append(f", {line.text}" if parts and is_item_of_list else line.text)
        depth = line.depth
        is_long = len(line.text) >= _WRAPPED
    return Found(_join(field, parts), depth)


def _is_rest_of_address(before: str, text: str) -> bool:
    """Whether a line goes on with the address that a program broke: it is one word, and one of the two says so."""
    return " " not in text and (before[-1] in _BREAKS_AFTER or _IN_ADDRESS.search(text) is not None)


def _is_end(text: str) -> bool:
    """Whether a line begins a signature, or the mail that this one replies to."""
    if text == "--" or text.startswith((*_RULES, *_SENT)) or _HEADER.match(text):
        return True
    return _WROTE.search(text) is not None and (_REPLY.match(text) is not None or not text.isascii())


def _join(field: FormField, parts: Sequence[str]) -> str:
    """Lines as one: an address that was broken has no space inside."""
    separator = "" if field.type in ("url", "email") and len(parts) > 1 and "/" in parts[0] else " "
    return separator.join(parts).strip()
