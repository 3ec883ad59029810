"""Definitions of several terms at once, one a line, as kramdown and Python-Markdown read them."""

from __future__ import annotations

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

BlockRule = Callable[[StateBlock, int, int, bool], bool]


def _is_definition(state: StateBlock, line: int) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    return state.src.startswith((": ", ":\t", "~ ", "~\t"), start) and not state.is_code_block(line)


def _last_term(state: StateBlock, start_line: int, end_line: int) -> int | None:
    """The line of the last of at least two terms that begin at `start_line`."""
    terminators = state.md.block.ruler.getRules("paragraph")
    line = start_line + 1
    while line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if _is_definition(state, line):
            return line - 1 if line - 1 > start_line else None
        if state.is_code_block(line) or any(rule(state, line, end_line, True) for rule in terminators):
            return None
        line += 1
    is_loose = line + 1 < end_line and state.sCount[line + 1] >= state.blkIndent and _is_definition(state, line + 1)
    return line - 1 if is_loose and line - 1 > start_line else None


def _with_terms(rule: BlockRule) -> BlockRule:
    def terms(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if silent or state.is_code_block(start_line):
            return rule(state, start_line, end_line, silent)
        last = _last_term(state, start_line, end_line)
        if last is None:
            return rule(state, start_line, end_line, silent)
        index = len(state.tokens)
        if not rule(state, last, end_line, False):
            return False
        opening = state.tokens[index]
        assert opening.map is not None
        opening.map[0] = start_line
        level = opening.level + 1
        terms: list[Token] = []
        for line in range(start_line, last):
            content = state.getLines(line, line + 1, state.blkIndent, False).strip()
            terms += [
                Token("dt_open", "dt", 1, map=[line, line], level=level, block=True),
                Token("inline", "", 0, map=[line, line], level=level + 1, content=content, children=[], block=True),
                Token("dt_close", "dt", -1, level=level, block=True),
            ]
        state.tokens[index + 1 : index + 1] = terms
        return True

    return terms


def _join(state: StateCore) -> None:
    """Make one list of those that follow each other, which begin anew where a definition has several terms."""
    tokens: list[Token] = []
    for token in state.tokens:
        above = tokens[-1] if tokens else None
        if token.type == "dl_open" and above is not None and above.type == "dl_close" and above.level == token.level:
            tokens.pop()
        else:
            tokens.append(token)
    state.tokens = tokens


def definitions_plugin(md: MarkdownIt) -> None:
    """Read several terms; to be used after mdit-py-plugins' definition lists, whose rule does the rest."""
    rules = dict(zip(md.block.ruler.get_active_rules(), md.block.ruler.getRules(""), strict=True))
    md.block.ruler.at("deflist", _with_terms(rules["deflist"]), {"alt": ["paragraph", "reference", "blockquote"]})
    md.core.ruler.after("block", "join_definitions", _join)
