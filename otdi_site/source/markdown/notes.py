"""Turns notes of all notations into one element.

GitHub's alerts and MkDocs' admonitions arrive here as tokens. Made from plain blocks are: a quote that begins
with a bold label (``> **NOTE:** …``), and the callouts of Just the Docs, which are blocks with a class
(``{: .note }``, or ``{: .note-title }`` where a quote's first paragraph is the title).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from markdown_it.token import Token

from otdi_site.source.markdown.attributes import add_classes, take_classes
from otdi_site.source.markdown.context import Context

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
_CALLOUTS = frozenset(_KIND_OF) - {"cite", "quote"}
"""Classes that make a note of a block; the two are for quotes, which blocks may be."""
_UNTITLED = "highlight"
"""The callout to which Just the Docs gives no title."""
_CALLOUT_BLOCKS = ("paragraph_open", "blockquote_open", "bullet_list_open", "ordered_list_open", "dl_open")
_MARKED = re.compile(r"\[!(?P<word>[A-Za-z][\w-]*)(?:\|[^\]\n]*)?\](?P<fold>[+-]?)(?:[ \t]+|\Z)")
_LABEL = re.compile(r"[ \t]*+([A-Za-z]++)[ \t]*+:?[ \t]*+")
_LABELS = frozenset({*KINDS, "hint", "info", "attention", "danger"})


def kind_of(word: str) -> str:
    """The kind a word for a note belongs to; a word nobody knows makes a note."""
    return _KIND_OF.get(word.lower(), "note")


def default_title(word: str) -> str:
    """The title of a note without a title of its own."""
    return word.replace("-", " ").replace("_", " ").strip().capitalize()


def is_kind(word: str) -> bool:
    """Whether notes have a kind of this name."""
    return word.lower() in _KIND_OF


def open_note(
    token: Token, word: str, *, is_titled: bool = True, is_folded: bool = False, is_open: bool = False
) -> None:
    """Make `token` open a note of the kind that `word` names; a folded one unfolds, or is open at first."""
    own_class = "" if word.lower() in _KIND_OF else word.lower()  # which a theme may know
    token.type, token.tag, token.nesting, token.block = "note_open", "details" if is_folded else "aside", 1, True
    given = f"note note-{kind_of(word)} {own_class} {token.attrs.pop('class', '')}"
    classes = " ".join(dict.fromkeys(given.split()))
    if is_folded:
        token.attrs = {"class": classes, **({"open": ""} if is_open else {}), **token.attrs}
        return
    token.attrs = {"class": classes, "role": "note", **token.attrs}
    if not is_titled:
        token.attrs["aria-label"] = default_title(word)


def title_of_note(children: list[Token], tag: str = "p") -> list[Token]:
    """The tokens of a note's title."""
    return [
        Token("note_title_open", tag, 1, attrs={"class": "note-title"}, block=True),
        Token("inline", "", 0, children=children, block=True),
        Token("note_title_close", tag, -1, block=True),
    ]


def _give_attributes(paragraph: Token, title: list[Token]) -> None:
    """Give a title the attributes of the paragraph that it takes the place of."""
    add_classes(title[0], tuple(str(paragraph.attrs.get("class", "")).split()))
    title[0].attrs |= {name: value for name, value in paragraph.attrs.items() if name != "class"}


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


def close_note(token: Token, tag: str = "aside") -> None:
    """Make `token` close a note that `open_note` gave the tag `tag`."""
    token.type, token.tag = "note_close", tag


def _make_from_alert(tokens: list[Token], index: int) -> None:
    """GitHub's alert: markdown-it gives it a title paragraph of its own."""
    token = tokens[index]
    word = str(token.meta["kind"])
    end = closing_index(tokens, index)
    take_classes(token, frozenset({"markdown-alert", f"markdown-alert-{word.lower()}"}))
    open_note(token, word)
    close_note(tokens[end])
    tokens[index + 1 : index + 4] = title_of_note([_text(default_title(word))])


def _make_from_quote(tokens: list[Token], index: int) -> None:
    token = tokens[index]
    word = _take_label(tokens, index)
    if word is None:
        return
    end = closing_index(tokens, index)
    close_note(tokens[end])
    open_note(token, word)
    if not tokens[index + 2].children:
        del tokens[index + 1 : index + 4]
    tokens[index + 1 : index + 1] = title_of_note([_text(default_title(word))])


def _make_from_marked_quote(context: Context, tokens: list[Token], index: int) -> bool:
    """``> [!word]- Title``: Obsidian's callouts, and alerts of GitHub whose kind it does not have."""
    inline = tokens[index + 2] if index + 2 < len(tokens) and tokens[index + 1].type == "paragraph_open" else None
    first = inline.children[0] if inline is not None and inline.children else None
    match = _MARKED.match(first.content) if first is not None and first.type == "text" else None
    if inline is None or inline.children is None or first is None or match is None:
        return False
    word, fold = match["word"], match["fold"]
    if not is_kind(word):
        line = inline.map[0] if inline.map else 0
        near = get_close_matches(word.lower(), [*_KIND_OF], n=2)
        offer = f"did you mean {' or '.join(near)}?" if near else f"kinds are {', '.join(KINDS)}"
        message = f"no kind of note is called {word!r}: it is shown as a plain note"
        context.warning("OTD250", context.mark_of_text(line, f"[!{word}]"), message, offer, message)
    first.content = first.content[match.end() :]
    breaks = (at for at, child in enumerate(inline.children) if child.type in ("softbreak", "hardbreak"))
    end_of_title = next(breaks, len(inline.children))
    title = [child for child in inline.children[:end_of_title] if child.type != "text" or child.content]
    inline.children = inline.children[end_of_title + 1 :]
    end = closing_index(tokens, index)
    open_note(tokens[index], word, is_folded=bool(fold), is_open=fold == "+")
    close_note(tokens[end], tokens[index].tag)
    heading = title_of_note(title or [_text(default_title(word))], "summary" if fold else "p")
    if not inline.children:
        _give_attributes(tokens[index + 1], heading)
    tokens[index + 1 : index + (1 if inline.children else 4)] = heading
    return True


def _make_from_callout(context: Context, tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    own = context.options.callouts
    names = _CALLOUTS.union(own)
    titled = take_classes(token, frozenset(f"{name}-title" for name in names))
    plain = take_classes(token, names)
    if not titled and not plain:
        return False
    name = (plain or titled)[0] if plain else titled[0].removesuffix("-title")
    word, own_title = own.get(name, (name, default_title(name)))
    has_title = bool(titled) or (name != _UNTITLED and own_title != "")
    title = title_of_note([_text(own_title or default_title(name))]) if has_title else []
    end = closing_index(tokens, index)
    if token.type != "blockquote_open":
        opening, closing = Token("", "", 1), Token("note_close", "aside", -1, block=True)
        open_note(opening, word, is_titled=has_title)
        tokens.insert(end + 1, closing)
        tokens[index:index] = [opening, *title]
        return True
    close_note(tokens[end])
    open_note(token, word, is_titled=has_title)
    if titled and tokens[index + 1].type == "paragraph_open":
        title = title_of_note([])
        title[1] = tokens[index + 2]  # which knows where it stands
        _give_attributes(tokens[index + 1], title)
        del tokens[index + 1 : index + 4]
    elif label := _take_label(tokens, index):
        title = title_of_note([_text(default_title(label))])
        if not tokens[index + 2].children:
            del tokens[index + 1 : index + 4]
    tokens[index + 1 : index + 1] = title
    return True


def make_notes(context: Context, tokens: list[Token]) -> None:
    """Turn every notation of a note into ``note_open`` … ``note_close``, in place."""
    for index in range(len(tokens) - 1, -1, -1):  # from the end, so that insertions do not move what is left
        token = tokens[index]
        if token.type == "alert_open":
            _make_from_alert(tokens, index)
        elif token.type in _CALLOUT_BLOCKS and not token.hidden:
            is_quote = token.type == "blockquote_open"
            if is_quote and _make_from_marked_quote(context, tokens, index):
                continue
            is_callout = _make_from_callout(context, tokens, index)
            if is_quote and not is_callout:
                _make_from_quote(tokens, index)
