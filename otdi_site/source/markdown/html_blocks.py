"""Blocks of raw HTML, which are kept as they are, as a markdown-it rule.

They begin as CommonMark says (https://spec.commonmark.org/0.31.2/#html-blocks) and end at an empty line; but

- not inside comments, scripts and other text that Markdown never reads, nor where notation was removed;
- sooner, where all elements that began in the block have ended, so that Markdown may follow directly;
- after a tag with the attribute ``markdown``, whose content is Markdown: blocks (``1``, ``block``), text (``span``, or
  ``1`` in an element that holds text only), or neither (``0``).

Inside an element, lines that go on with indented HTML are no code.

The attribute is kramdown's (https://kramdown.gettalong.org/syntax.html#html-blocks) and that of Python-Markdown
(https://python-markdown.github.io/extensions/md_in_html/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.rules_block.paragraph import paragraph
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from otdi_site.source.markdown.context import context_of
from otdi_site.source.markdown.positions import place_of, set_place
from otdi_site.source.markdown.tags import RAW_ELEMENTS, VOID_ELEMENTS, Tag, TagReader

IS_CLOSED = "is_closed"
"""False in the meta of a block of HTML that ends in a tag, comment or raw element."""
IS_VERBATIM = "is_verbatim"
"""True in the meta of a block of HTML in which ``markdown="0"`` says that no Markdown is meant."""
MARKDOWN_ATTRIBUTE = re.compile(
    r"\smarkdown(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[\w-]+)))?(?=[\s/>])", re.IGNORECASE
)

_ELEMENTS = "html_elements"
_NAMES = """
    a abbr b bdi bdo big button cite dfn dt em font h1 h2 h3 h4 h5 h6 i ins label legend mark option p q s small span
    strong sub summary sup th tt u
"""
_SPANS = frozenset(_NAMES.split())
"""Elements whose content is text where the attribute does not say otherwise."""
_MAX_ON_A_LINE = 50
"""Tags with the attribute that are followed on one line; further ones are HTML."""
_BEGINS_WITH_TAG = re.compile(r"<[a-zA-Z/!?]")
_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_CLOSING = re.compile(r"</([A-Za-z][^\s/>]*)")


@dataclass(slots=True)
class _Element:
    name: str
    level: int
    """Of the blocks it holds."""
    is_verbatim: bool
    """Whether it says ``markdown="0"``."""


@dataclass(slots=True)
class _Elements:
    """The elements that are open where the parser stands."""

    stack: list[_Element] = field(default_factory=list)
    indent: int = 0
    """Of the last line of HTML."""
    seen: int = 0
    """Tokens whose text has been looked through for end tags."""
    on_line: int = 0
    """Tags with the attribute that are being followed."""

    def open(self, level: int) -> list[_Element]:
        """Those that began at this level or further out; what a list or quote left open has ended with it."""
        while self.stack and self.stack[-1].level > level:
            self.stack.pop()
        return self.stack

    def close(self, name: str) -> None:
        """End the innermost element of that name; without one, nothing happens."""
        for index in range(len(self.stack) - 1, max(len(self.stack) - _MAX_NESTING, 0) - 1, -1):
            if self.stack[index].name == name:
                del self.stack[index:]
                return

    def close_in_text(self, tokens: list[Token]) -> None:
        """End what end tags inside paragraphs end."""
        for token in tokens[self.seen :]:
            if token.type == "inline" and "</" in token.content:
                for match in _CLOSING.finditer(token.content):
                    self.close(match.group(1).lower())
        self.seen = len(tokens)


_MAX_NESTING = 1000
"""Open elements that are searched for the one that an end tag ends."""


class _State(StateBlock):
    """Knows that indented HTML inside of HTML is no code."""

    def is_code_block(self, line: int) -> bool:
        if not StateBlock.is_code_block(self, line):
            return False
        elements: _Elements = self.env[_ELEMENTS]
        if not elements.stack:
            return True
        elements.close_in_text(self.tokens)
        stack = elements.open(self.level)
        if not stack or stack[-1].level < self.level:
            return True
        if self.sCount[line] - self.blkIndent < elements.indent + 4:
            return False
        start = self.bMarks[line] + self.tShift[line]
        return stack[-1].name == "details" or _BEGINS_WITH_TAG.match(self.src, start) is None


def _parse_blocks(state: StateCore) -> None:
    state.env[_ELEMENTS] = _Elements()
    if state.src:
        blocks = _State(state.src, state.md, state.env, state.tokens)
        state.md.block.tokenize(blocks, blocks.line, blocks.lineMax)


def _mode(tag: Tag) -> str | None:
    """``block``, ``span`` or ``0`` where the tag has the attribute ``markdown``."""
    match = MARKDOWN_ATTRIBUTE.search(tag.source) if "markdown" in tag.source.lower() else None
    if match is None or tag.is_closing or tag.is_complete:
        return None
    value = (match["double"] or match["single"] or match["bare"] or "1").lower()
    if value in ("block", "span", "0"):
        return value
    return "span" if tag.name in _SPANS else "block"


def _follow(elements: _Elements, tag: Tag, level: int) -> str | None:
    """Note a tag; how the content that begins after it is read, where it says so."""
    if tag.is_closing:
        elements.close(tag.name)
        return None
    if tag.is_complete:
        return None
    is_verbatim = any(element.is_verbatim for element in elements.stack[-1:])
    mode = None if is_verbatim or tag.name in RAW_ELEMENTS else _mode(tag)
    elements.stack.append(_Element(tag.name, level, is_verbatim or mode == "0"))
    return mode


def _push(state: StateBlock, start_line: int, end_line: int, end: int, reader: TagReader) -> None:
    """Add the HTML from one line to a position in the line before another."""
    token = state.push("html_block", "", 0)
    token.map = [start_line, end_line]
    content = state.getLines(start_line, end_line, state.blkIndent, True)
    rest = state.eMarks[end_line - 1] - end
    token.content = content[: len(content) - rest - 1] if rest else content
    token.meta[IS_CLOSED] = not reader.is_in_tag and not reader.is_in_text


def _read_text(state: StateBlock, line: int, end_line: int) -> None:
    """Read a paragraph that leaves nothing but its text."""
    old_line_max, state.lineMax = state.lineMax, end_line
    paragraph(state, line, end_line, False)
    state.lineMax = old_line_max
    state.tokens[-3].hidden = state.tokens[-1].hidden = True


def _read_content(state: StateBlock, line: int, position: int, end_line: int, tag: Tag, mode: str) -> None:
    """Read the block of Markdown that begins after a tag; its lines are the state's afterwards."""
    start = state.skipSpaces(position)
    if start >= state.eMarks[line]:
        line += 1
        state.line = line
        is_text = line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent
        if mode == "span" and is_text:
            start = state.bMarks[line] + state.tShift[line]
            if not state.src.startswith("</", start):
                _read_text(state, line, end_line)
        return
    marks = state.bMarks[line], state.tShift[line], state.sCount[line], state.bsCount[line]
    state.bMarks[line], state.tShift[line] = position, start - position
    state.sCount[line], state.bsCount[line] = state.blkIndent, 0
    if mode == "span":
        ends_here = f"</{tag.name}" in state.src[start : state.eMarks[line]].lower()
        _read_text(state, line, line + 1 if ends_here else end_line)
    else:
        any(rule(state, line, end_line, False) for rule in state.md.block.ruler.getRules(""))
    state.bMarks[line], state.tShift[line], state.sCount[line], state.bsCount[line] = marks


def _html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    position = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("<", position):
        return False
    text = state.src[position : state.eMarks[start_line]]
    sequence = next((sequence for sequence in HTML_SEQUENCES if sequence[0].search(text)), None)
    if sequence is None or silent:
        return sequence is not None and sequence[2]

    void_lines = context_of(state.env).void_lines
    elements: _Elements = state.env[_ELEMENTS]
    elements.close_in_text(state.tokens)
    depth = len(elements.open(state.level))
    is_verbatim = bool(elements.stack) and elements.stack[-1].is_verbatim
    reader = TagReader()
    line = start_line
    while line < end_line:
        if state.isEmpty(line):
            is_kept = reader.is_in_text or line in void_lines or (elements.stack and elements.stack[-1].is_verbatim)
            if not is_kept:
                break
        elif line > start_line:
            is_balanced = len(elements.stack) <= depth and not reader.is_in_text and not reader.is_in_tag
            if state.sCount[line] < state.blkIndent or is_balanced:
                break
        if not reader.is_in_text:
            elements.indent = state.sCount[line] - state.blkIndent
        begin = state.bMarks[line] + state.tShift[line]
        for tag in reader.read(state.src[begin : state.eMarks[line]]):
            mode = _follow(elements, tag, state.level)
            is_verbatim |= mode == "0"
            if mode in ("block", "span") and elements.on_line < _MAX_ON_A_LINE:
                _push(state, start_line, line + 1, begin + tag.end, reader)
                elements.on_line += 1
                _read_content(state, line, begin + tag.end, end_line, tag, mode)
                elements.on_line -= 1
                return True
        line += 1
    _push(state, start_line, line, state.eMarks[line - 1], reader)
    state.tokens[-1].meta[IS_VERBATIM] = is_verbatim
    state.line = line
    return True


def _is_end_tag(token: Token) -> bool:
    return token.type == "html_inline" and token.content.startswith("</")


def _cut_end_tags(children: list[Token]) -> list[Token]:
    """Take the end tags at the end of a paragraph that end nothing in it."""
    depth = 0
    end = len(children)
    for index in range(len(children) - 1, -1, -1):
        child = children[index]
        if _is_end_tag(child):
            depth += 1
        elif child.type not in ("softbreak", "text") or (child.type == "text" and child.content.strip()):
            break
        end = index
    if not depth:
        return []
    balance = 0
    for child in children[:end]:
        if child.type == "html_inline" and child.content[1:2].isalpha() and not child.content.endswith("/>"):
            balance += _name_of(child) not in VOID_ELEMENTS
        elif _is_end_tag(child):
            balance -= 1
    for index in range(end, len(children)):
        if _is_end_tag(children[index]):
            if balance <= 0:
                end = index
                break
            balance -= 1
    else:
        return []
    taken = children[end:]
    del children[end:]
    return [token for token in taken if token.type == "html_inline"]


def _name_of(child: Token) -> str:
    match = _NAME.match(child.content)
    return match.group(1).lower() if match else ""


def _end_paragraphs(state: StateCore) -> None:
    """Move what ends an element around a paragraph behind the paragraph."""
    tokens: list[Token] = []
    end_tags: list[Token] = []
    for token in state.tokens:
        tokens.append(token)
        if token.type == "inline" and "</" in token.content and tokens[-2].type == "paragraph_open":
            end_tags = _cut_end_tags(token.children or []) if not tokens[-2].hidden else []
            for end_tag in end_tags:
                end_tag.map = token.map
                set_place(end_tag, place_of(token, end_tag))
                end_tag.type, end_tag.block, end_tag.content = "html_block", True, f"{end_tag.content}\n"
        elif token.type == "paragraph_close" and end_tags:
            tokens += end_tags
            end_tags = []
    state.tokens = tokens


def html_blocks_plugin(md: MarkdownIt) -> None:
    """Read blocks of HTML our way."""
    md.core.ruler.at("block", _parse_blocks)
    md.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    md.core.ruler.push("end_paragraphs", _end_paragraphs)
