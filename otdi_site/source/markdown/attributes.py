"""Attribute lists of kramdown, such as ``{: .note #id target="x"}``, and the elements that they belong to.

After a span a list belongs to the span; at the end of a heading, cell or term to that; on a line of its own to the
block right above or, where that line is empty, right below; at the start or end of a list item to the item. The
colon may be left out, as in Python-Markdown, where that leaves no doubt that a list is meant.

Formats: https://kramdown.gettalong.org/syntax.html#attribute-list-definitions (kramdown 2.4) and
https://python-markdown.github.io/extensions/attr_list/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
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
LISTS = "attribute_lists"
"""The key in a token's meta under which lists wait to be given."""
_LINE = re.compile(r"\{(?P<colon>:?)(?![:/])(?P<list>[^{}]*)\}[ \t]*")
_SPAN = re.compile(r"\{(?P<colon>:?)(?![:/])(?P<list>[^{}\n]*)\}")
_NAMED = re.compile(r"[ \t]*[#.]")
_HOLDING_LINES = ("td_open", "th_open", "dt_open")
"""Elements to which a list at the end of their text belongs."""
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
"""The key, in the meta of a block of HTML, of attributes that lists give to its first tag."""
_WHOLE_ELEMENT = re.compile(r"[ \t]*<([A-Za-z][^\s/>]*)")
_WITHOUT_ATTRIBUTES = ("colon_fence", "footnote_reference_open", "footnote_block_open")


@dataclass(frozen=True, slots=True)
class AttributeList:
    """The attributes of one list."""

    id: str | None
    classes: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    references: tuple[str, ...]
    """Bare words: ``toc``, and names of lists that are defined elsewhere, ``{:name: .note}``."""


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


def _read_list(match: re.Match[str] | None) -> AttributeList | None:
    """The list that was found; without a colon it must hold nothing else than attributes."""
    attributes = parse_attributes(match["list"]) if match else None
    if match is None or attributes is None:
        return None
    return attributes if match["colon"] or (match["list"].strip() and not attributes.references) else None


def _ends_text(state: StateBlock, line: int, end_line: int) -> bool:
    """Whether a paragraph does not go on in a line."""
    if line >= end_line or state.isEmpty(line) or state.sCount[line] < state.blkIndent:
        return True
    return state.src.startswith("{", state.bMarks[line] + state.tShift[line])


def _block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    start = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("{", start):
        return False
    match = _LINE.fullmatch(state.src, start, state.eMarks[start_line])
    attributes = _read_list(match)
    if match is None or attributes is None:
        return False
    if silent:
        return bool(match["colon"]) or state.parentType != "paragraph" or _ends_text(state, start_line + 1, end_line)
    state.line = start_line + 1
    place = (start_line, start - (state.src.rfind("\n", 0, start) + 1))
    above = _block_above(state, start_line)
    if above is not None:
        above.meta.setdefault(LISTS, []).append((attributes, place))
        above.map = [above.map[0] if above.map else start_line, state.line]  # another list may follow
        return True
    token = state.push(_LIST, "", 0)
    token.map = [start_line, state.line]
    token.meta[LISTS] = [(attributes, place)]
    return True


def _span_rule(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("{", state.pos):
        return False
    match = _SPAN.match(state.src, state.pos, state.posMax)
    attributes = _read_list(match)
    if match is None or attributes is None:
        return False
    if not silent:
        token = state.push(_LIST, "", 0)
        token.content = match.group()
        token.meta[LISTS] = [attributes]
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
            heading.meta.setdefault(LISTS, []).insert(0, (attributes, (heading.map[0], column)))
            inline.content = before.rstrip(" \t")


def _spans_of(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Inline tokens with the block they are the text of."""
    for before, token in pairwise(tokens):
        if token.type == "inline":
            yield before, token


def _is_blank(child: Token) -> bool:
    return child.type in (_LIST, "softbreak", "hardbreak") or (child.type == "text" and not child.content.strip())


def _holders(block: Token, items: Mapping[int, Token], children: list[Token]) -> Callable[[int], Token | None]:
    """The element of the list at an index that begins or ends a text, with no span before it."""
    first = next((index for index, child in enumerate(children) if child.type != _LIST), len(children))
    last = next((index for index in range(len(children) - 1, -1, -1) if not _is_blank(children[index])), -1)
    item = items.get(id(block))
    at_end = item or (block if block.type in _HOLDING_LINES else None)

    def holder(index: int) -> Token | None:
        return at_end if index > last else item if index < first else None

    return holder


def _restore(context: Context, token: Token, place: Place) -> None:
    """Make text again of a list without a colon that belongs to nothing."""
    token.type = "text"
    if _NAMED.match(token.content, 1):
        _report_orphan(context, place)


def _give_to_spans(context: Context, tokens: list[Token]) -> None:
    items = {id(inner): item for item, inner in pairwise(tokens) if item.type == "list_item_open"}
    for block, inline in _spans_of(tokens):
        if "{" not in inline.content:
            continue
        children: list[Token] = []
        # Emphasis leaves empty text behind.
        written = [child for child in inline.children or () if child.type != "text" or child.content]
        holder_of = _holders(block, items, written)
        span: tuple[int, Token] | None = None  # with the number of tokens up to its end
        for index, child in enumerate(written):
            if child.type != _LIST:
                if child.type == "text" and index and not children:
                    child.content = child.content.lstrip()
                children.append(child)
                continue
            (attributes,) = child.meta[LISTS]
            place = place_of(inline, child)
            has_span = bool(children) and children[-1].nesting != 1 and children[-1].type not in _NO_SPANS
            if has_span:
                if span is None or span[0] != len(children):
                    span = len(children), children[_opening(children, len(children) - 1)]
                _give(context, span[1], attributes, place)
            elif holder := holder_of(index):
                _give(context, holder, attributes, place)
                if children and children[-1].type == "text":
                    children[-1].content = children[-1].content.rstrip()
            elif child.content.startswith("{:"):
                _report_orphan(context, place)
            else:
                _restore(context, child, place)
                children.append(child)
        inline.children = children


def _give_to_blocks(context: Context, tokens: list[Token]) -> None:
    pending: list[tuple[AttributeList, Place]] = []
    kept: list[Token] = []
    end_of_pending = -1
    for token in tokens:
        if token.type == _LIST:
            pending += token.meta[LISTS]
            assert token.map is not None
            end_of_pending = token.map[1]
            continue
        if pending:
            takes = token.nesting != -1 and token.type not in _WITHOUT_ATTRIBUTES and _is_element(token)
            if takes and token.map is not None and token.map[0] == end_of_pending:
                token.meta[LISTS] = [*pending, *token.meta.get(LISTS, ())]
            else:
                for _, place in pending:
                    _report_orphan(context, place)
            pending = []
        kept.append(token)
    for _, place in pending:
        _report_orphan(context, place)
    for index, token in enumerate(kept):
        is_bare_item = token.hidden and index > 0 and kept[index - 1].type in ("list_item_open", "dd_open")
        for attributes, place in token.meta.pop(LISTS, ()):
            if token.hidden and not is_bare_item:
                _report_orphan(context, place)
            else:
                _give(context, kept[index - 1] if is_bare_item else token, attributes, place)
    tokens[:] = kept


def _give_all(state: StateCore) -> None:
    context = context_of(state.env)
    _give_to_spans(context, state.tokens)
    _give_to_blocks(context, state.tokens)


def attributes_plugin(md: MarkdownIt) -> None:
    """Read attribute lists."""
    alternatives = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", _LIST, _block_rule, {"alt": alternatives})
    md.inline.ruler.before("link", _LIST, _span_rule)
    md.core.ruler.before("inline", "attributes_of_headings", _cut_from_headings)
    md.core.ruler.push("give_attributes", _give_all)
