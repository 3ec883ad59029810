"""Attribute lists of kramdown, such as ``{: .note #id target="x"}``, and where they belong; it must not render.

After a span a list belongs to the span; at the end of a heading to the heading; on a line of its own to the
block right above or, where that line is empty, right below; at the start of a list item to the item. The
plain ``{#id .class}`` of mdit-py-plugins stands beside it; at the end of a heading both are read here.

Format: https://kramdown.gettalong.org/syntax.html#attribute-list-definitions (kramdown 2.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from otdi_site.source.markdown.context import Context, Place, context_of
from otdi_site.source.markdown.positions import place_of, set_position

IS_CONTENTS = "is_contents"
"""Set in the meta of a list that ``{:toc}`` turns into the table of contents."""

_LIST = "attribute_list"
_LISTS = "attribute_lists"
_LINE = re.compile(r"\{:(?![:/])([^{}]*)\}[ \t]*")
_SPAN = re.compile(r"\{:(?![:/])([^{}\n]*)\}")
_AT_END = re.compile(r"\{(:?)[ \t]*([#.\w][^{}]*)\}[ \t]*")
_ATTRIBUTE = re.compile(
    r"""\s*(?:
        \#(?P<id>[^\s#.="'{}]+)
        | \.(?P<class>[^\s#.="'{}]+)
        | (?P<name>[A-Za-z_:][\w:.-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=<>`{}]+))
        | (?P<reference>[A-Za-z][\w-]*)(?=\s|$)
    )""",
    re.VERBOSE,
)
_NO_SPANS = ("text", "text_special", "softbreak", "hardbreak", "html_inline")
HTML_ATTRIBUTES = "html_attributes"
"""What lists give to the first tag of a block of HTML, in its meta."""
_WHOLE_ELEMENT = re.compile(r"[ \t]*<([A-Za-z][^\s/>]*)")
_WITHOUT_ATTRIBUTES = ("colon_fence", "attrs_block", "footnote_reference_open", "footnote_block_open")


@dataclass(frozen=True, slots=True)
class AttributeList:
    """What one list gives."""

    id: str | None
    classes: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    references: tuple[str, ...]
    """Bare words; only ``toc`` means something here."""


def parse_attributes(source: str) -> AttributeList | None:
    """The list between the braces; `None` for what is no such list."""
    identifier = None
    classes, others, references = [], [], []
    at, end = 0, len(source.rstrip())
    while at < end:
        match = _ATTRIBUTE.match(source, at, end)
        if match is None:
            return None
        at = match.end()
        if match["id"]:
            identifier = match["id"]
        elif match["class"]:
            classes.append(match["class"])
        elif match["reference"]:
            references.append(match["reference"])
        else:
            value = match["double"] or match["single"] or match["bare"] or ""
            others.append((match["name"], value))
    for name, value in others:
        if name == "class":
            classes += value.split()
        elif name == "id":
            identifier = value
    others = [(name, value) for name, value in others if name not in ("class", "id")]
    return AttributeList(identifier, tuple(classes), tuple(others), tuple(references))


def add_classes(token: Token, classes: tuple[str, ...]) -> None:
    """Give a token classes it has not."""
    present = str(token.attrs.get("class", "")).split()
    joined = [*present, *(name for name in classes if name not in present)]
    if joined:
        token.attrs["class"] = " ".join(dict.fromkeys(joined))


def take_classes(token: Token, names: frozenset[str]) -> list[str]:
    """Remove the classes in `names` from a token; those it had."""
    present = str(token.attrs.get("class", "")).split()
    kept = [name for name in present if name not in names]
    if len(kept) < len(present):
        token.attrs.pop("class")
        if kept:
            token.attrs["class"] = " ".join(kept)
    return [name for name in present if name in names]


def _report_orphan(context: Context, place: Place) -> None:
    message = "the attribute list belongs to nothing"
    help = "write it right after a link, image or other span, or on the line right below or above a block"
    context.warning("OTD225", context.mark(place), message, help)


def _is_element(token: Token) -> bool:
    """Whether a block is no HTML, or HTML that begins with a tag and ends with the end of its element."""
    if token.type != "html_block":
        return True
    match = _WHOLE_ELEMENT.match(token.content)
    return match is not None and token.content.rstrip().lower().endswith((f"</{match.group(1).lower()}>", "/>"))


def _give(context: Context, token: Token, attributes: AttributeList, place: Place) -> None:
    if token.type == "html_block":
        token.meta.setdefault(HTML_ATTRIBUTES, []).append(attributes)
        return
    if attributes.id:
        token.attrs["id"] = attributes.id
    add_classes(token, attributes.classes)
    token.attrs.update(attributes.others)
    for reference in attributes.references:
        if reference == "toc" and token.type in ("bullet_list_open", "ordered_list_open"):
            token.meta[IS_CONTENTS] = True
        else:
            message = f"{reference!r} is no attribute"
            help = 'write .name for a class, #name for an id, name="value" for the rest; {:toc} belongs to a list'
            context.warning("OTD226", context.mark(place), message, help)


def _opening(tokens: list[Token], index: int) -> int:
    """The token that opens what the one at `index` closes."""
    depth = 0
    while index > 0:
        depth -= tokens[index].nesting
        if depth <= 0:
            break
        index -= 1
    return index


def _block_above(state: StateBlock, line: int) -> Token | None:
    """The block that ends right above a line."""
    if not state.tokens or state.tokens[-1].level != state.level or state.tokens[-1].nesting == 1:
        return None
    above = state.tokens[_opening(state.tokens, len(state.tokens) - 1)]
    ends_here = above.map is not None and above.map[1] == line and not state.isEmpty(line - 1)
    return above if ends_here and above.type not in (_LIST, *_WITHOUT_ATTRIBUTES) and _is_element(above) else None


def _block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _LINE.fullmatch(state.src, start, state.eMarks[start_line])
    attributes = parse_attributes(match.group(1)) if match else None
    if attributes is None:
        return False
    if silent:
        return True
    state.line = start_line + 1
    place = (start_line, start - (state.src.rfind("\n", 0, start) + 1))
    above = _block_above(state, start_line)
    if above is not None:
        above.meta.setdefault(_LISTS, []).append((attributes, place))
        above.map = [above.map[0] if above.map else start_line, state.line]  # another list may follow
        return True
    token = state.push(_LIST, "", 0)
    token.map = [start_line, state.line]
    token.meta[_LISTS] = [(attributes, place)]
    return True


def _span_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("{:", state.pos):
        return False
    match = _SPAN.match(state.src, state.pos, state.posMax)
    attributes = parse_attributes(match.group(1)) if match else None
    if match is None or attributes is None:
        return False
    if not silent:
        token = state.push(_LIST, "", 0)
        token.meta[_LISTS] = [attributes]
        set_position(token, state.pos)
    state.pos = match.end()
    return True


def _cut_from_headings(state: StateCore) -> None:
    """Take the list at the end of a heading before its text is parsed."""
    for heading, inline in pairwise(state.tokens):
        if heading.type != "heading_open" or heading.map is None:
            continue
        while match := _AT_END.fullmatch(inline.content, max(inline.content.rfind("{"), 0)):
            before = inline.content[: match.start()]
            attributes = parse_attributes(match.group(2))
            is_apart = not before or before[-1] in " \t"
            if attributes is None or not is_apart or (attributes.references and not match.group(1)):
                break
            column = max(context_of(state.env).lines[heading.map[0]].rfind(match.group().rstrip()), 0)
            heading.meta.setdefault(_LISTS, []).insert(0, (attributes, (heading.map[0], column)))
            inline.content = before.rstrip(" \t")


def _spans_of(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Inline tokens with the block they are the text of."""
    for before, token in pairwise(tokens):
        if token.type == "inline":
            yield before, token


def _give_to_spans(context: Context, tokens: list[Token]) -> None:
    items = {id(inner): item for item, inner in pairwise(tokens) if item.type == "list_item_open"}
    for block, inline in _spans_of(tokens):
        children: list[Token] = []
        for child in inline.children or ():
            if child.type == "text" and not child.content:  # emphasis leaves it behind
                continue
            if child.type != _LIST:
                is_first = not children and inline.children and inline.children[0].type == _LIST
                if is_first and child.type == "text":
                    child.content = child.content.lstrip()
                children.append(child)
                continue
            (attributes,) = child.meta[_LISTS]
            place = place_of(inline, child)
            if not children and id(block) in items:
                _give(context, items[id(block)], attributes, place)
            elif not children or children[-1].nesting == 1 or children[-1].type in _NO_SPANS:
                _report_orphan(context, place)
            else:
                _give(context, children[_opening(children, len(children) - 1)], attributes, place)
        inline.children = children


def _give_to_blocks(context: Context, tokens: list[Token]) -> None:
    pending: list[tuple[AttributeList, Place]] = []
    kept: list[Token] = []
    end_of_pending = -1
    for token in tokens:
        if token.type == _LIST:
            pending += token.meta[_LISTS]
            assert token.map is not None
            end_of_pending = token.map[1]
            continue
        if pending:
            takes = token.nesting != -1 and token.type not in _WITHOUT_ATTRIBUTES and _is_element(token)
            if takes and token.map is not None and token.map[0] == end_of_pending:
                token.meta[_LISTS] = [*pending, *token.meta.get(_LISTS, ())]
            else:
                for _, place in pending:
                    _report_orphan(context, place)
            pending = []
        kept.append(token)
    for _, place in pending:
        _report_orphan(context, place)
    for index, token in enumerate(kept):
        is_bare_item = token.hidden and index > 0 and kept[index - 1].type == "list_item_open"
        for attributes, place in token.meta.pop(_LISTS, ()):
            _give(context, kept[index - 1] if is_bare_item else token, attributes, place)
    tokens[:] = kept


def _give_all(state: StateCore) -> None:
    context = context_of(state.env)
    _give_to_spans(context, state.tokens)
    _give_to_blocks(context, state.tokens)


def attributes_plugin(md: MarkdownIt) -> None:
    """Read attribute lists; to be used before mdit-py-plugins' own, which would take ``:target`` for a name."""
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", _LIST, _block_rule, {"alt": alternatives})
    md.inline.ruler.before("link", _LIST, _span_rule)
    md.core.ruler.before("inline", "attributes_of_headings", _cut_from_headings)
    md.core.ruler.push("give_attributes", _give_all)
