"""Notes in all their notations made into one element; it must not parse blocks.

GitHub's alerts and MkDocs' admonitions arrive here as tokens. Made from plain blocks are: a quote that begins
with a bold label (``> **NOTE:** …``), and the callouts of Just the Docs, which are blocks with a class
(``{: .note }``, or ``{: .note-title }`` where a quote's first paragraph is the title).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from otdi_site.source.markdown.attributes import take_classes

KINDS: dict[str, list[str]] = {
    "note": [
        *("abstract", "cite", "example", "faq", "help", "highlight", "info", "new"),
        *("question", "quote", "seealso", "summary", "tldr", "todo"),
    ],
    "tip": ["check", "done", "hint", "success"],
    "important": [],
    "warning": ["attention"],
    "caution": ["bug", "danger", "error", "fail", "failure", "missing"],
}
"""The kinds that have a look of their own, and other words for each."""

_KIND_OF = {word: kind for kind, words in KINDS.items() for word in (kind, *words)}
_CALLOUTS = frozenset({"caution", "highlight", "important", "new", "note", "tip", "warning"})
_UNTITLED = "highlight"
"""The callout to which Just the Docs gives no title."""
_TITLED_CALLOUTS = frozenset(f"{name}-title" for name in _CALLOUTS)
_CALLOUT_BLOCKS = ("paragraph_open", "blockquote_open", "bullet_list_open", "ordered_list_open", "dl_open")
_LABEL = re.compile(r"[ \t]*([A-Za-z]+)[ \t]*:?[ \t]*")
_LABELS = frozenset({*KINDS, "hint", "info", "attention", "danger"})


def kind_of(word: str) -> str:
    """The kind a word for a note belongs to; a word nobody knows makes a note."""
    return _KIND_OF.get(word.lower(), "note")


def default_title(word: str) -> str:
    """What a note without a title of its own is called."""
    return word.replace("-", " ").replace("_", " ").strip().capitalize()


def open_note(token: Token, word: str, *, is_titled: bool = True) -> None:
    """Make `token` open a note of the kind that `word` names."""
    kind = kind_of(word)
    token.type, token.tag, token.nesting, token.block = "note_open", "aside", 1, True
    token.attrs = {
        "class": " ".join(dict.fromkeys(f"note note-{kind} {token.attrs.pop('class', '')}".split())),
        "role": "note",
        **token.attrs,
    }
    if not is_titled:
        token.attrs["aria-label"] = default_title(word)


def title_of_note(children: list[Token], tag: str = "p") -> list[Token]:
    """The tokens of a note's title."""
    return [
        Token("note_title_open", tag, 1, attrs={"class": "note-title"}, block=True),
        Token("inline", "", 0, children=children, block=True),
        Token("note_title_close", tag, -1, block=True),
    ]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def closing_index(tokens: Sequence[Token], index: int) -> int:
    """The token that closes what the one at `index` opens; `index` for what opens nothing."""
    depth = 0
    for position in range(index, len(tokens)):
        depth += tokens[position].nesting
        if depth <= 0:
            return position
    return len(tokens) - 1


def _take_label(tokens: Sequence[Token], index: int) -> str | None:
    """Remove the bold label with which the first paragraph of the quote at `index` begins."""
    if index + 2 >= len(tokens) or tokens[index + 1].type != "paragraph_open":
        return None
    # Emphasis leaves empty text around it.
    children = [child for child in tokens[index + 2].children or () if child.type != "text" or child.content]
    kinds = [child.type for child in children[:3]]
    if kinds != ["strong_open", "text", "strong_close"]:
        return None
    match = _LABEL.fullmatch(children[1].content)
    rest = children[3:]
    begins_text = bool(rest) and rest[0].type not in ("softbreak", "hardbreak")
    has_colon = ":" in children[1].content or (begins_text and rest[0].content.startswith(":"))
    if match is None or match.group(1).lower() not in _LABELS or (begins_text and not has_colon):
        return None
    if rest and rest[0].type == "text":
        rest[0].content = rest[0].content.removeprefix(":").lstrip()
        if not rest[0].content:
            rest = rest[1:]
    while rest and rest[0].type in ("softbreak", "hardbreak"):
        rest = rest[1:]
    tokens[index + 2].children = rest
    return match.group(1)


def _close(token: Token) -> None:
    token.type, token.tag = "note_close", "aside"


def _make_from_alert(tokens: list[Token], index: int) -> None:
    """GitHub's alert: markdown-it gives it a title paragraph of its own."""
    token = tokens[index]
    word = str(token.meta["kind"])
    end = closing_index(tokens, index)
    take_classes(token, frozenset({"markdown-alert", f"markdown-alert-{word.lower()}"}))
    open_note(token, word)
    _close(tokens[end])
    tokens[index + 1 : index + 4] = title_of_note([_text(default_title(word))])


def _make_from_quote(tokens: list[Token], index: int) -> None:
    token = tokens[index]
    word = _take_label(tokens, index)
    if word is None:
        return
    end = closing_index(tokens, index)
    _close(tokens[end])
    open_note(token, word)
    if not tokens[index + 2].children:
        del tokens[index + 1 : index + 4]
    tokens[index + 1 : index + 1] = title_of_note([_text(default_title(word))])


def _make_from_callout(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    titled = take_classes(token, _TITLED_CALLOUTS)
    plain = take_classes(token, _CALLOUTS)
    if not titled and not plain:
        return False
    word = (plain or titled)[0].removesuffix("-title")
    has_title = bool(titled) or word != _UNTITLED
    title = title_of_note([_text(default_title(word))]) if has_title else []
    end = closing_index(tokens, index)
    if token.type != "blockquote_open":
        opening, closing = Token("", "", 1), Token("note_close", "aside", -1, block=True)
        open_note(opening, word, is_titled=has_title)
        tokens.insert(end + 1, closing)
        tokens[index:index] = [opening, *title]
        return True
    _close(tokens[end])
    open_note(token, word, is_titled=has_title)
    if titled and tokens[index + 1].type == "paragraph_open":
        title = title_of_note([])
        title[1] = tokens[index + 2]  # which knows where it stands
        del tokens[index + 1 : index + 4]
    elif label := _take_label(tokens, index):
        title = title_of_note([_text(default_title(label))])
        if not tokens[index + 2].children:
            del tokens[index + 1 : index + 4]
    tokens[index + 1 : index + 1] = title
    return True


def make_notes(tokens: list[Token]) -> None:
    """Turn every notation of a note into ``note_open`` … ``note_close``, in place."""
    for index in range(len(tokens) - 1, -1, -1):  # from the end, so that insertions do not move what is left
        token = tokens[index]
        if token.type == "alert_open":
            _make_from_alert(tokens, index)
        elif token.type in _CALLOUT_BLOCKS and not token.hidden:
            is_callout = _make_from_callout(tokens, index)
            if token.type == "blockquote_open" and not is_callout:
                _make_from_quote(tokens, index)
