"""Turns bare addresses into links, by the rules of GitHub.

Format: https://github.github.com/gfm/#autolinks-extension- (0.29), with what cmark-gfm does where it says nothing.
Addresses of pages are found while the text is parsed, since they may hold signs of Markdown; those of mail afterwards,
in the text that is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import isLinkClose, isLinkOpen
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from otdi_site.source.markdown.positions import set_position

_URL = re.compile(r"(?:https?://|www\.)(?=[^\s<])", re.IGNORECASE)
_BEFORE = frozenset(" \t\r\n*_~(")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_REST = re.compile(r"[^\s<]*")
_TRAILING = frozenset("?!.,:*_~'\"")
_ENTITY = re.compile(r"&[a-zA-Z0-9]+;\Z")
_MAIL = re.compile(r"(?<![\w.+-])(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LOCAL = re.compile(r"[\w.+-]", re.ASCII)
_MAX_MAIL = 320
"""Characters of an address of mail: 64, a sign and 255 (RFC 3696)."""


def _end_of_url(source: str, start: int, end: int) -> int | None:
    """Where the address that begins at `start` ends; `None` where it is none."""
    opening = _URL.match(source, start, end)
    if opening is None:
        return None
    is_www = opening.group().lower() == "www."
    domain = _DOMAIN.match(source, opening.start() if is_www else opening.end(), end)
    if domain is None:
        return None
    labels = domain.group().rsplit(".", 2)
    if any("_" in label for label in labels[-2:]):
        return None
    rest = _REST.match(source, domain.end(), end)
    assert rest is not None
    last = rest.end()
    unopened = source.count(")", start, last) - source.count("(", start, last)
    while last > domain.end():
        sign = source[last - 1]
        if sign in _TRAILING:
            last -= 1
        elif sign == ")" and unopened > 0:
            unopened -= 1
            last -= 1
        elif sign == ";":
            entity = _ENTITY.search(source, max(last - 40, domain.end()), last)
            last = entity.start() if entity else last - 1
        else:
            break
    return last


def _push_link(state: StateInline, start: int, end: int) -> None:
    text = state.src[start:end]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": f"http://{text}" if text[:4].lower() == "www." else text}
    opening.markup, opening.info = "autolink", "auto"
    set_position(opening, start)
    state.push("text", "", 0).content = text
    closing = state.push("link_close", "a", -1)
    closing.markup, closing.info = "autolink", "auto"
    state.pos = end


def _url_rule(state: StateInline, silent: bool) -> bool:
    """At the colon of a scheme, or the first letter of ``www.``."""
    sign = state.src[state.pos]
    start = state.pos
    if silent or state.linkLevel > 0 or sign not in ":wW":
        return False
    if sign == ":":
        if not state.src.startswith("://", start):
            return False
        pending = state.pending[-5:].lower()
        scheme = next((scheme for scheme in ("https", "http") if pending.endswith(scheme)), "")
        if not scheme:
            return False
        start -= len(scheme)
    if start > 0 and state.src[start - 1] not in _BEFORE:
        return False
    end = _end_of_url(state.src, start, state.posMax)
    if end is None:
        return False
    if start < state.pos:
        state.pending = state.pending[: start - state.pos]
    _push_link(state, start, end)
    return True


def _mails(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses of mail begin and end."""
    at = text.find("@")
    while at >= 0:
        start = at
        while start > 0 and at - start < _MAX_MAIL and _LOCAL.match(text, start - 1):
            start -= 1
        scheme = "mailto:" if text.endswith("mailto:", 0, start) else ""
        match = _MAIL.match(text, start - len(scheme), at + _MAX_MAIL) if start < at else None
        is_address = match is not None and text[match.end() - 1].isalpha() and match.end() < at + _MAX_MAIL
        end = match.end() if match else at + 1
        # The scheme xmpp, which GitHub knows too, is none that links of this site may have.
        if match and is_address and not text.startswith("@", end) and not text.endswith("xmpp:", 0, start):
            yield match.start(), end
        at = text.find("@", end)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _with_mails(token: Token) -> list[Token]:
    pieces: list[Token] = []
    at = 0
    for start, end in _mails(token.content):
        address = token.content[start:end]
        href = address if address.startswith("mailto:") else f"mailto:{address}"
        if start > at:
            pieces.append(_text(token.content[at:start]))
        opening = Token("link_open", "a", 1, attrs={"href": href}, markup="autolink", info="auto")
        pieces += [opening, _text(address), Token("link_close", "a", -1, markup="autolink", info="auto")]
        at = end
    if not pieces:
        return [token]
    return [*pieces, _text(token.content[at:])] if at < len(token.content) else pieces


def _link_mails(state: StateCore) -> None:
    for inline in state.tokens:
        if inline.type != "inline" or "@" not in inline.content or not inline.children:
            continue
        children: list[Token] = []
        links = 0
        at = 0
        for child in inline.children:
            if child.type in ("link_open", "link_close"):
                links += child.nesting
            elif child.type == "html_inline":
                links += isLinkOpen(child.content) - isLinkClose(child.content)
            if child.type != "text" or links > 0 or "@" not in child.content:
                children.append(child)
                continue
            for token in _with_mails(child):
                if token.type == "link_open":
                    address = str(token.attrs["href"]).removeprefix("mailto:")
                    at = max(inline.content.find(address, at), at)
                    set_position(token, at)
                    at += len(address)
                children.append(token)
        inline.children = children


def autolinks_plugin(md: MarkdownIt) -> None:
    """Link bare addresses; the rule for mail runs when adjacent texts have been joined."""
    md.inline.add_terminator_char("w")
    md.inline.add_terminator_char("W")
    md.inline.ruler.push("autolink_url", _url_rule)
    md.core.ruler.after("text_join", "autolink_mail", _link_mails)
