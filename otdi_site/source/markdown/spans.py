"""Inline notation of other generators for which HTML has an element, as a markdown-it plugin.

``==mark==``, ``^^ins^^``, ``H~2~O``, ``x^2^``, ``++ctrl+k++``, critic markup (``{++ins++}``, ``{--del--}``,
``{~~old~>new~~}``, ``{==mark==}``), ``[text]{.class}`` and emoji (``:smile:``).
Formats: https://facelessuser.github.io/pymdown-extensions/ (caret, critic, keys, mark, tilde; version 10) and
GitHub's names of emoji. A lone ``~word~`` is struck through, as on GitHub.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_LONGEST = 1000
"""Characters of a span: what is longer stays as written, and no text takes more than linear time."""


def _pair(opening: str, closing: str) -> re.Pattern[str]:
    content = rf"(?P<content>(?:(?!{opening}|{closing}).){{1,{_LONGEST}}})"
    return re.compile(rf"{opening}(?=\S){content}(?<!\s){closing}", re.DOTALL)


_SPANS = {
    "=": [(_pair("==", "=="), "mark")],
    "^": [
        (_pair(r"\^\^", r"\^\^"), "ins"),
        # Without an operator between two words, so that x^2+y^2 keeps its carets.
        (re.compile(r"(?<!\^)\^(?![\[^])(?P<content>(?:(?!\w[-+*/=<>]\w)(?:[^\s^\\]|\\[^\n])){1,100})\^(?!\^)"), "sup"),
    ],
    "~": [(re.compile(r"(?<=[\w)\]])~(?P<content>(?:[^\s~\\]|\\[^\n]){1,100})~(?!~)"), "sub")],
    "{": [
        (_pair(r"\{\+\+", r"\+\+\}"), "ins"),
        (_pair(r"\{--", r"--\}"), "del"),
        (_pair(r"\{==", r"==\}"), "mark"),
        (_pair(r"\{~~", r"~>"), "del"),
    ],
    "+": [(_pair(r"\+\+", r"\+\+"), "ins")],
}
"""By their first character: what such a span looks like, and the element it becomes."""

_REPLACEMENT = re.compile(rf"(?P<content>(?:(?!~~\}}).){{0,{_LONGEST}}})~~\}}", re.DOTALL)
"""The text after ``~>``."""

_KEYS = re.compile(r"(?<![\w+])\+\+(\"[^\"\n]{1,40}\"|[\w-]{1,20})((?:\+(?:\"[^\"\n]{1,40}\"|[\w-]{1,20})){0,9})\+\+")
_KEY = re.compile(r"\"([^\"]*)\"|([\w-]+)")
_NAMED_KEYS = """
    alt arrow-down arrow-left arrow-right arrow-up backspace break caps-lock cmd command context-menu control ctrl del
    delete down end enter esc escape fn home ins insert left left-alt left-ctrl left-shift menu meta num-lock option
    page-down page-up pause pg-dn pg-up print-screen return right right-alt right-ctrl right-shift scroll-lock shift
    space spacebar super tab up win windows plus minus
"""
_KEY_NAMES = frozenset(_NAMED_KEYS.split())
_FUNCTION_KEY = re.compile(r"f\d{1,2}|num\d|\w")

_BRACKETED = re.compile(r"\[(?P<content>[^\[\]\n]{1,500})\](?=\{[ \t]*[.#:\w])")
"""``[text]{.class}``; the attributes are read by who reads them elsewhere."""

_EMOJI = re.compile(r"(?<![\w:]):([a-z0-9_+-]{1,60}):(?![\w:`])")


@cache
def _emoji_named(shortcode: str) -> str | None:
    import emoji  # only for pages that name one: the table takes a while to read

    found = emoji.emojize(shortcode, language="alias")
    return None if found == shortcode else found


def _push_span(state: StateInline, tag: str, start: int, end: int, after: int) -> None:
    state.push(f"{tag}_open", tag, 1)
    maximum = state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = after, maximum
    state.push(f"{tag}_close", tag, -1)


def _push_text(state: StateInline, text: str) -> None:
    state.push("text", "", 0).content = text


def _span(state: StateInline, silent: bool) -> bool:
    character = state.src[state.pos]
    if state.src[state.pos - 1 : state.pos] == character or character not in _SPANS:
        return False  # inside a longer run
    for pattern, tag in _SPANS[character]:
        match = pattern.match(state.src, state.pos, state.posMax)
        if match is None:
            continue
        after = match.end()
        replacement = None
        if match.group().startswith("{~~"):
            replacement = _REPLACEMENT.match(state.src, after, state.posMax)
            if replacement is None:
                return False
            after = replacement.end()
        if silent:
            state.pos = after
        elif tag in ("sub", "sup"):
            state.push(f"{tag}_open", tag, 1)
            _push_text(state, re.sub(r"\\(.)", r"\1", match["content"]))
            state.push(f"{tag}_close", tag, -1)
            state.pos = after
        else:
            _push_span(state, tag, match.start("content"), match.end("content"), after)
            if replacement is not None and replacement["content"]:
                _push_span(state, "ins", replacement.start("content"), replacement.end("content"), after)
        return True
    return False


def _keys(state: StateInline, silent: bool) -> bool:
    match = _KEYS.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "+" else None
    if match is None:
        return False
    names: list[str] = []
    for quoted, name in _KEY.findall(match.group()):
        is_key = quoted or name.lower() in _KEY_NAMES or _FUNCTION_KEY.fullmatch(name.lower())
        if not is_key:
            return False
        names.append(quoted or name.replace("-", " ").title())
    if not silent:
        for index, name in enumerate(names):
            if index:
                _push_text(state, "+")
            state.push("kbd_open", "kbd", 1)
            _push_text(state, name)
            state.push("kbd_close", "kbd", -1)
    state.pos = match.end()
    return True


def _emoji(state: StateInline, silent: bool) -> bool:
    match = _EMOJI.match(state.src, state.pos, state.posMax) if state.src[state.pos] == ":" else None
    character = _emoji_named(match.group()) if match else None
    if match is None or character is None:
        return False
    if not silent:
        _push_text(state, character)
    state.pos = match.end()
    return True


def _bracketed(state: StateInline, silent: bool) -> bool:
    match = _BRACKETED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if silent:
        state.pos = match.end()
    else:
        _push_span(state, "span", match.start("content"), match.end("content"), match.end())
    return True


def spans_plugin(md: MarkdownIt) -> None:
    """Read these spans."""
    rules: dict[str, Callable[[StateInline, bool], bool]] = {"keys": _keys, "spans": _span, "emoji": _emoji}
    for name, rule in rules.items():
        md.inline.ruler.before("escape", name, rule)
    md.inline.ruler.after("link", "bracketed", _bracketed)
