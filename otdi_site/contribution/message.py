"""Reads an e-mail as RFC 5322 and MIME have it, from any program: its text, its sender and the cards attached to it.

Nothing in it is executed or followed. What cannot be read is noted. Headers and parts are bounded, because the parser
of the standard library takes the square of a header's length.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import errors
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import Any

from otdi_site.contribution.html_text import html_as_text
from otdi_site.model.card import CARD_LIMIT

MESSAGE_LIMIT = 25 << 20
"""Bytes of a mail, as large mail services take it."""
_PARTS = 500
"""Parts of a mail at most."""
_HEADER_LIMIT = 2_000
"""Characters of a header that are read: names of files in Chinese, encoded, take some 1,200."""
_NAME_LIMIT = 255
"""Characters of a file's name."""
_TEXT_LIMIT = 1_000_000
"""Characters of a mail's text that are read."""
_CARD_ENDINGS = (".md", ".markdown", ".txt")
_NO_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "unicode-escape"))
"""Codecs of Python that no mail is written in; decoding `punycode` takes the square of the length."""
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""Character sets that programs name for larger ones (Encoding Standard of WHATWG), in Python's names."""
_ADDED_BY_SERVERS = re.compile(r"ATT\d{5}\.txt", re.IGNORECASE)
"""Texts that Exchange makes of what follows an attachment, such as a signature."""
_FAILURES = (RecursionError, ValueError, LookupError, AttributeError, TypeError, AssertionError, errors.MessageError)
"""Exceptions of the standard library's parser for texts that are no mail."""


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

    texts: tuple[str, ...]
    """Its plain text, and that of its HTML, as far as it has them; with ``>`` before quoted lines."""
    sender: str = ""
    """The address that it is from; empty where none can be read."""
    cards: tuple[Attachment, ...] = ()
    """Attached text and Markdown files."""
    notes: tuple[str, ...] = ()
    """The parts that could not be read, and why."""


class _Policy(EmailPolicy):
    """Reads the beginning of a header."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        bounded = value if hasattr(value, "name") else value[:_HEADER_LIMIT]
        return super().header_fetch_parse(name, bounded)


_POLICY = _Policy()


def read_message(content: bytes) -> Message:
    """Reads a mail. Raises `UnreadableMessageError`."""
    if len(content) > MESSAGE_LIMIT:
        raise UnreadableMessageError(f"is larger than {MESSAGE_LIMIT >> 20} MB")
    try:
        mail = _parse(content)
        return _read(mail)
    except RecursionError:
        raise UnreadableMessageError("is no mail that can be read: it is nested too deeply") from None
    except _FAILURES as problem:
        raise UnreadableMessageError(f"is no mail that can be read: {problem}") from None


def _parse(content: bytes) -> EmailMessage:
    count = 0

    def make_part(policy: EmailPolicy = _POLICY) -> EmailMessage:
        nonlocal count
        count += 1
        if count > _PARTS:
            raise UnreadableMessageError(f"has more than {_PARTS} parts")
        return EmailMessage(policy)

    mail = BytesParser(make_part, policy=_POLICY).parsebytes(content)
    assert isinstance(mail, EmailMessage)
    return mail


def _read(mail: EmailMessage) -> Message:
    notes: list[str] = []
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    cards: list[Attachment] = []
    for part in _walk(mail):
        name = _file_name(part)
        kind = part.get_content_type()
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if is_attached and _ADDED_BY_SERVERS.fullmatch(name):
            continue
        if is_attached and (name.lower().endswith(_CARD_ENDINGS) or kind == "text/markdown"):
            card = _payload(part)
            if len(card) > CARD_LIMIT:
                notes.append(f"the attachment {name!r} is larger than {CARD_LIMIT:,} bytes")
            else:
                cards.append(Attachment(name or "card.md", _as_utf8(card, part)))
        elif is_attached:
            notes.append(f"the attachment {name or kind!r} is no text or Markdown file, and was not opened")
        elif kind in texts:
            text = _text(part, notes)
            texts[kind].append(html_as_text(text) if kind == "text/html" else text)
    found = [text for parts in texts.values() if (text := "\n".join(parts)).strip()]
    if any(len(text) > _TEXT_LIMIT for text in found):
        notes.append(f"the mail's text is longer than {_TEXT_LIMIT:,} characters, and its end was not read")
    bounded = tuple(text[:_TEXT_LIMIT] for text in found)
    return Message(bounded, _sender(mail), tuple(cards), tuple(dict.fromkeys(notes)))


def _walk(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold something; those of mails that were forwarded as attachments come last."""
    waiting: list[EmailMessage] = [mail]
    while waiting:
        part = waiting.pop(0)
        if part.is_multipart():
            inner = [each for each in part.get_payload() if isinstance(each, EmailMessage)]
            waiting = [*inner, *waiting] if part.get_content_maintype() == "multipart" else [*waiting, *inner]
        else:
            yield part


def _sender(mail: EmailMessage) -> str:
    """The address of the first sender that has one; a list of addresses may be cut, but not within one."""
    for name in ("Reply-To", "From"):
        try:
            addresses: tuple[Address, ...] = mail[name].addresses if name in mail else ()
        except _FAILURES:
            continue
        for address in addresses:
            if address.username and address.domain and address.addr_spec.isprintable():
                return address.addr_spec
    return ""


def _file_name(part: EmailMessage) -> str:
    """The name of an attached file without folders; empty where it has none."""
    try:
        name = (part.get_filename() or "").replace("\\", "/").rpartition("/")[2].strip()[-_NAME_LIMIT:]
    except _FAILURES:
        return ""
    return "".join(each if each.isprintable() else "\ufffd" for each in name)


def _payload(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: EmailMessage) -> str:
    """The name of the part's character set; empty where it names none."""
    try:
        return part.get_content_charset() or ""
    except _FAILURES:
        return ""


def _decode(content: bytes, charset: str, errors: str = "strict") -> str | None:
    """The text of bytes in a character set; `None` where they are in another, or nobody knows it."""
    try:
        name = codecs.lookup(charset).name
        return None if name in _NO_CHARSETS else content.decode(_SUPERSETS.get(name, name), errors)
    except (LookupError, ValueError):
        return None


def _as_utf8(card: bytes, part: EmailMessage) -> bytes:
    """A card in UTF-8, as hosts take it: some programs send it in the character set of the mail, or in UTF-16."""
    is_marked = card.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for charset in ("utf-16" if is_marked else "utf-8", _charset(part)):
        text = _decode(card, charset) if charset else None
        if text is not None:
            return card if charset == "utf-8" else text.encode("utf-8", "replace")
    return card


def _text(part: EmailMessage, notes: list[str]) -> str:
    content, charset = _payload(part), _charset(part) or "utf-8"
    if len(content) > 4 * _TEXT_LIMIT:
        content = content[: 4 * _TEXT_LIMIT].rpartition(b"\n")[0]
    is_utf8 = not content.isascii() and _decode(content, "utf-8") is not None  # which other texts never are by chance
    text = _decode(content, "utf-8" if is_utf8 else charset)
    if text is None:
        is_shifting = content.isascii()  # as ISO-2022-JP with a character of another edition is
        text = _decode(content, *((charset, "replace") if is_shifting else ("cp1252",))) or content.decode("latin-1")
        notes.append(f"a part of the mail is not in {charset!r}, as it says, and was read as well as possible")
    if part.get_param("format", "") == "flowed":
        text = _unflow(text, is_space_deleted=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _unflow(text: str, *, is_space_deleted: bool) -> str:
    """Joins lines that a mail program broke, as RFC 3676 says: all that end with a space, but ``-- ``."""
    lines: list[list[str]] = []
    is_open, depth = False, 0
    for line in text.splitlines():
        quotes = len(line) - len(line.lstrip(">"))
        content = line[quotes:].removeprefix(" ")
        if not (is_open and quotes == depth):
            lines.append([line[:quotes] + (" " if quotes else "")])
        is_open, depth = content.endswith(" ") and content != "-- ", quotes
        lines[-1].append(content[:-1] if is_open and is_space_deleted else content)
    return "\n".join("".join(parts) for parts in lines)
