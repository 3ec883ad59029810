"""Reads an e-mail as RFC 5322 and MIME have it, from any program: its text, its sender and the cards attached to it.

Nothing in it is executed or followed. What cannot be read is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from html.parser import HTMLParser

from otdi_site.model.card import CARD_LIMIT

MESSAGE_LIMIT = 25 << 20
"""Bytes of a mail, as large mail services take it."""
_PARTS = 500
"""Parts of a mail that are looked at."""
_TEXT_LIMIT = 1_000_000
"""Characters of a mail's text that are read."""
_CARD_ENDINGS = (".md", ".markdown", ".txt")
_BLOCKS = "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul"
_HIDDEN = frozenset(("head", "script", "style", "title"))


class UnreadableMessageError(Exception):
    """Raised where a file is no mail, or too large; the message says why."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What a mail says."""

    text: str
    """With ``>`` before quoted lines."""
    sender: str = ""
    """The address that it is from; empty where none can be read."""
    cards: tuple[Attachment, ...] = ()
    """Attached text and Markdown files."""
    notes: tuple[str, ...] = ()
    """The parts that could not be read, and why."""


def read_message(content: bytes) -> Message:
    """Reads a mail. Raises `UnreadableMessageError`."""
    if len(content) > MESSAGE_LIMIT:
        raise UnreadableMessageError(f"is larger than {MESSAGE_LIMIT >> 20} MB")
    notes: list[str] = []
    try:
        mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        parts = list(_walk(mail, notes))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as problem:
        raise UnreadableMessageError(f"is no mail that can be read: {problem}") from None
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    cards: list[Attachment] = []
    for part in parts:
        name = _file_name(part)
        kind = part.get_content_type()
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if is_attached and (name.lower().endswith(_CARD_ENDINGS) or kind == "text/markdown"):
            card = _payload(part)
            if len(card) > CARD_LIMIT:
                notes.append(f"the attachment {name!r} is larger than {CARD_LIMIT:,} bytes")
            else:
                cards.append(Attachment(name or "card.md", card))
        elif is_attached:
            notes.append(f"the attachment {name or kind!r} is no text or Markdown file, and was not opened")
        elif kind in texts:
            text = _text(part, notes)
            texts[kind].append(html_as_text(text) if kind == "text/html" else text)
    plain = "\n".join(texts["text/plain"])
    text = plain if plain.strip() else "\n".join(texts["text/html"])
    if len(text) > _TEXT_LIMIT:
        notes.append(f"the mail's text is longer than {_TEXT_LIMIT:,} characters, and its end was not read")
    return Message(text[:_TEXT_LIMIT], _sender(mail), tuple(cards), tuple(dict.fromkeys(notes)))


def _walk(mail: EmailMessage, notes: list[str]) -> Iterator[EmailMessage]:
    """The parts that hold something; those of mails that were forwarded as attachments come last."""
    waiting: list[EmailMessage] = [mail]
    seen = 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > _PARTS:
            notes.append(f"the mail has more than {_PARTS} parts, and the rest was not read")
            return
        if part.is_multipart():
            inner = [each for each in part.get_payload() if isinstance(each, EmailMessage)]
            waiting = [*inner, *waiting] if part.get_content_maintype() == "multipart" else [*waiting, *inner]
        else:
            yield part


def _sender(mail: EmailMessage) -> str:
    try:
        header = mail.get("Reply-To") or mail["From"]
        addresses: tuple[Address, ...] = header.addresses if header is not None else ()
        return addresses[0].addr_spec if addresses else ""
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return (part.get_filename() or "").replace("\\", "/").rpartition("/")[2].strip()
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage, notes: list[str]) -> str:
    content, charset = _payload(part), "utf-8"
    try:
        charset = part.get_content_charset() or "utf-8"
        text = content.decode(charset)
    except (LookupError, ValueError):
        for other in ("utf-8", "cp1252"):
            try:
                text = content.decode(other)
                break
            except ValueError:
                continue
        else:
            text = content.decode("latin-1")
        notes.append(f"a part of the mail is not in {charset!r}, as it says, and was read as well as possible")
    if part.get_param("format", "") == "flowed":
        text = _unflow(text, is_space_deleted=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unflow(text: str, *, is_space_deleted: bool) -> str:
    """Joins lines that a mail program broke, as RFC 3676 says: all that end with a space, but ``-- ``."""
    lines: list[str] = []
    is_open, depth = False, 0
    for line in text.splitlines():
        quotes = len(line) - len(line.lstrip(">"))
        content = line[quotes:].removeprefix(" ")
        if is_open and quotes == depth:
            lines[-1] += content
        else:
            lines.append(line[:quotes] + (" " if quotes else "") + content)
        is_open, depth = content.endswith(" ") and content != "-- ", quotes
        if is_open and is_space_deleted:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


class _TextOfHtml(HTMLParser):
    """The text of a mail in HTML, line by line, with ``>`` before what stands in a quotation."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._quoted = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _BLOCKS.split():
            self._break()
        if tag == "blockquote":
            self._quoted += 1
        if tag in ("td", "th"):
            self.lines[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        if tag in _BLOCKS.split():
            self._break()
        if tag == "blockquote":
            self._quoted = max(self._quoted - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            if not self.lines[-1].strip() and self._quoted:
                self.lines[-1] = ">" * min(self._quoted, 20) + " "
            self.lines[-1] += re.sub(r"[ \t\r\n]+", " ", data)

    def _break(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")


def html_as_text(html: str) -> str:
    """The text of a mail in HTML."""
    parser = _TextOfHtml()
    parser.feed(html[: 4 * _TEXT_LIMIT])
    parser.close()
    return "\n".join(parser.lines)
