"""Every regular expression of the program takes time in proportion to the text, whatever the text.

The patterns are found in the source, and the texts are made of each pattern's own parts: what it repeats, what leads
up to a repetition, and what breaks off after one. ``OTDI_THOROUGH=1`` tries a million characters instead of 300,000.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from otdi_site.bulk.policy import is_placeholder
from tests.builds import IS_THOROUGH

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as codes
    import sre_parse

PACKAGE = Path(__file__).resolve().parents[2] / "otdi_site"
METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
SHORT, LONG = 10_000, 1_000_000 if IS_THOROUGH else 300_000
SHORT_SECONDS, LONG_SECONDS = 0.05, 5.0 if IS_THOROUGH else 1.5
"""Processor time; a linear pattern needs a hundredth of it, a quadratic one many times as much."""
SLOWEST = 2
"""Texts of each pattern that are tried at full length."""


class Use(NamedTuple):
    """How a module uses a pattern."""

    place: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


# Imports the whole package and prints what it compiles meanwhile.
_RECORD = """
import importlib, json, re, sys
from pathlib import Path
package, compile, found = Path(sys.argv[1]), re.compile, []
def record(pattern, flags=0):
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(str(package)) and frame.f_code.co_name == "<genexpr>":
        frame = frame.f_back
    compiled = compile(pattern, flags)
    if frame.f_code.co_filename.startswith(str(package)) and not isinstance(pattern, re.Pattern):
        is_bytes = isinstance(pattern, bytes)
        text = pattern.decode("latin-1") if is_bytes else pattern
        place = str(Path(frame.f_code.co_filename).relative_to(package))
        found.append((place, frame.f_lineno, text, is_bytes, int(compiled.flags)))
    return compiled
re.compile = record
for file in sorted(package.rglob("*.py")):
    name = ".".join(("otdi_site", *file.relative_to(package).with_suffix("").parts))
    importlib.import_module(name.removesuffix(".__init__"))
print(json.dumps(found))
"""

DYNAMIC = {
    "contribution/html_text.py": [re.compile("</script", re.IGNORECASE)],
    "source/markdown/html_tags.py": [re.compile(r"</script(?=[\s/>])", re.IGNORECASE)],
    "source/markdown/positions.py": [re.compile(r"a\\?\|b"), re.compile(re.escape("a a\\a"))],
    "source/markdown/raw_html.py": [re.compile(r"</script|\Z", re.IGNORECASE)],
    "source/markdown/tags.py": [re.compile(r"(?=</script\b)", re.IGNORECASE)],
    "source/markdown/notation.py": [re.compile("^[ \t]*\ue000[\ue000 \t]*$", re.MULTILINE)],
}
"""Patterns that functions make, by their module: one of each kind."""


def compiled_at_import() -> list[tuple[str, int, re.Pattern[Any]]]:
    command = [sys.executable, "-c", _RECORD, str(PACKAGE)]
    output = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=True).stdout
    found = []
    for place, line, text, is_bytes, flags in json.loads(output):
        pattern = re.compile(text.encode("latin-1"), flags) if is_bytes else re.compile(text, flags)
        found.append((place, line, pattern))
    return found


def methods_of(name: str | None, trees: Iterable[ast.AST]) -> tuple[str, ...]:
    """The methods called on a pattern; those called on what is no constant, where it is handed on or has no name."""
    own, others = set(), set()
    is_handed_on = name is None
    for tree in trees:
        called = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                method = called.get(id(node))
                if node.id == name:
                    own |= {method} & METHODS if method else set()
                    is_handed_on |= method is None
                elif not node.id.isupper() and method in METHODS - {"split"} and node.id != "re":
                    others.add(method)
            elif isinstance(node, ast.Attribute) and called.get(id(node)) in METHODS - {"split"}:
                others.add(called[id(node)])
    if is_handed_on:
        own |= others or {"fullmatch", "search"}
    return tuple(sorted(own))


def find_uses() -> tuple[list[Use], list[str]]:
    """Every pattern of the program, and the places of those that cannot be had without running a function."""
    trees = {
        str(file.relative_to(PACKAGE)): ast.parse(file.read_text("utf-8")) for file in sorted(PACKAGE.rglob("*.py"))
    }
    recorded = compiled_at_import()
    uses, unknown = [], []
    for place, line, pattern in recorded:
        names = [
            target.id
            for node in trees[place].body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno <= line <= (node.end_lineno or line)
            if isinstance(node.value, ast.Call)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        ]
        name = names[0] if names else None
        within = trees.values() if name and name[0] != "_" else [trees[place]]
        methods = methods_of(name, within)
        uses.append(Use(f"{place}:{line} {name or ''}", pattern, methods or ("fullmatch", "search")))
    for place, tree in trees.items():
        lines = {line for path, line, _ in recorded if path == place}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
                continue
            function = node.func.attr
            first = node.args[0] if node.args else None
            if function in METHODS and isinstance(first, ast.Constant):
                uses.append(Use(f"{place}:{node.lineno}", re.compile(first.value), (function,)))
            elif function == "compile" and lines & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
                continue
            elif function in METHODS | {"compile"}:
                unknown.append(place)
    uses += [
        Use(f"{place} {number}", pattern, ("search",))
        for place, patterns in DYNAMIC.items()
        for number, pattern in enumerate(patterns)
    ]
    return uses, sorted(set(unknown) - set(DYNAMIC))


_LITERAL = re.compile(
    r"(?<=[(,=:!&|?\s])/(?![*/\s])((?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++)/([a-z]*)(?=[.,;)\s])"
)
_PROPERTY = re.compile(r"\\p\{[^}]*+\}")
_CODE_POINT = re.compile(r"\\u\{([0-9a-f]++)\}", re.IGNORECASE)
SCRIPTS = PACKAGE.parent / "site_src" / "js"
OWN_SCRIPTS = sorted(file for file in SCRIPTS.rglob("*.js") if "vendor" not in file.parts)
MADE_BY_SCRIPTS = {"card/check.js": 1, "card/text.js": 1, "contribute/card.js": 1, "index/tokenizer.js": 6}
"""Where scripts make patterns as they run, and how many: sets of characters, each repeated once at most."""


def uses_of_scripts() -> list[Use]:
    """The literals of scripts. Python reads them alike, and what is not linear here is not linear there."""
    uses = []
    for file in OWN_SCRIPTS:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if not line.lstrip().startswith(("*", "//", "/*")):
                for source, flags in _LITERAL.findall(line):
                    source = _PROPERTY.sub(r"\\w", source)
                    source = _CODE_POINT.sub(lambda match: f"\\U{int(match[1], 16):08x}", source)
                    pattern = re.compile(source, re.IGNORECASE if "i" in flags else 0)
                    uses.append(Use(f"{file.relative_to(SCRIPTS)}:{number}", pattern, ("search", "finditer")))
    return uses


BOUNDED = {r"\B(?=(?:\d{3})+$)": "the digits of one number of JavaScript, 21 at most"}
"""Patterns that see only short texts, and which."""

USES, UNKNOWN = find_uses()
USES = [use for use in (*USES, *uses_of_scripts()) if use.pattern.pattern not in BOUNDED]

# One of each kind that sets of characters tell apart.
ALPHABET = "aZ_0 \t\n.-/:;,'\"<>&#!?=*`~|\\()[]{}%@+$^é漢\u0600\U0001f600\x00\u202e"


def characters(pattern: re.Pattern[Any], node: tuple[Any, Any]) -> str:
    """Some that a node for one character takes."""
    kind, argument = node
    if kind is codes.LITERAL:
        return chr(argument)
    if kind is codes.ANY:
        return "a\n" if pattern.flags & re.DOTALL else "a"
    own = ""
    for part in argument if kind is codes.IN else ():
        if part[0] is codes.LITERAL:
            own += chr(part[1])
        elif part[0] is codes.RANGE:
            own += chr(part[1][0]) + chr(part[1][1])
    tree = sre_parse.SubPattern(sre_parse.State(), [node])
    compiled = importlib.import_module("re._compiler" if hasattr(re, "_compiler") else "sre_compile").compile(
        tree_of(tree, pattern), pattern.flags & (re.ASCII | re.IGNORECASE)
    )
    return "".join(dict.fromkeys(each for each in (*own, *ALPHABET) if compiled.fullmatch(each)))[:8]


def tree_of(tree: Any, pattern: re.Pattern[Any]) -> Any:
    tree.state.flags = pattern.flags
    tree.state.str = pattern.pattern
    return tree


class Parts:
    """A sample that a pattern matches, what leads up to each of its places, and what it repeats."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.pattern = pattern
        self.lead = {""}
        self.pumps: set[str] = set()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = sre_parse.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        self.sample = self.walk(tree, "", {})

    def walk(self, nodes: Iterable[tuple[Any, Any]], before: str, groups: dict[int, str]) -> str:
        """A text for a sequence of nodes that follows `before`."""
        text = ""
        for node in nodes:
            kind, argument = node
            here = before + text
            if kind in (codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN):
                found = characters(self.pattern, node)
                self.pumps.update(found)
                text += found[:1]
            elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
                least, _, body = argument
                self.lead.add(here)
                part = self.walk(body, here, groups)
                self.pumps.update((part, part * 2))
                text += part * min(max(least, 1), 8)
                self.lead.add(before + text)
            elif kind is codes.SUBPATTERN:
                part = self.walk(argument[3], here, groups)
                if argument[0]:
                    groups[argument[0]] = part
                text += part
            elif kind is codes.BRANCH:
                parts = [self.walk(branch, here, groups) for branch in argument[1]]
                self.pumps.update(parts)
                text += parts[0]
            elif kind is codes.ATOMIC_GROUP:
                text += self.walk(argument, here, groups)
            elif kind is codes.GROUPREF:
                text += groups.get(argument, "")
            elif kind in (codes.ASSERT, codes.ASSERT_NOT):
                self.pumps.add(self.walk(argument[1], here, groups))
        return text


def texts_of(pattern: re.Pattern[Any], length: int) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Texts of about a length, each with what it is made of."""
    parts = Parts(pattern if isinstance(pattern.pattern, str) else re.compile(pattern.pattern.decode("latin-1")))
    prefixes = {parts.sample[:end] for end in range(1, min(len(parts.sample), 24) + 1)}
    pumps = sorted(
        {pump for pump in parts.pumps | prefixes | {parts.sample} if pump}, key=lambda each: (len(each), each)
    )
    leads = sorted(parts.lead, key=lambda each: (len(each), each))[:5]
    ends = ("", "\x01", "\n\x01")
    for lead, pump, end in product(leads, pumps[:28], ends):
        yield (lead[:40], pump[:40], end), lead + pump * (length // len(pump)) + end


class _Expired(BaseException):
    pass


@contextmanager
def processor_limit(seconds: float) -> Iterator[None]:
    """Raises `_Expired` after so much time of the processor, which other processes do not use up."""

    def expire(*_: object) -> None:
        raise _Expired

    before = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def apply(pattern: re.Pattern[Any], method: str, text: Any) -> None:
    if isinstance(pattern.pattern, bytes):
        text = text.encode("utf-8", "surrogatepass")
    if method in ("sub", "subn"):
        pattern.sub(text[:0], text)
    elif method in ("findall", "finditer", "split"):
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, method)(text)


def time_used() -> float:
    return signal.getitimer(signal.ITIMER_VIRTUAL)[0]


def is_ended(pattern: re.Pattern[Any], method: str, text: str, seconds: float) -> float | None:
    """The seconds it took; `None` where they did not suffice."""
    try:
        with processor_limit(seconds):
            apply(pattern, method, text)
            return seconds - time_used()
    except _Expired:
        return None


def test_every_pattern_of_the_program_is_found() -> None:
    assert UNKNOWN == [], "compile it at the top of its module, so that it can be tried"
    assert len(USES) > 40


def test_scripts_make_no_other_patterns() -> None:
    made = {str(file.relative_to(SCRIPTS)): file.read_text("utf-8").count("RegExp(") for file in OWN_SCRIPTS}
    assert {name: count for name, count in made.items() if count} == MADE_BY_SCRIPTS


def find_slow(pattern: re.Pattern[Any], method: str) -> tuple[str, str, str] | None:
    """The parts of a text on which the pattern takes more time than the text's length explains, if there is one."""
    slow = 0
    taken: list[tuple[float, tuple[str, str, str]]] = []
    for recipe, text in texts_of(pattern, SHORT):
        seconds = is_ended(pattern, method, text, SHORT_SECONDS)
        taken.append((SHORT_SECONDS if seconds is None else seconds, recipe))
        if seconds is None and (slow := slow + 1) == SLOWEST:
            break
    taken.sort(reverse=True)
    # What was slow may have been unlucky: at many times the length only growth can tell.
    for _, (lead, pump, end) in taken[:SLOWEST]:
        text = lead + pump * (LONG // len(pump)) + end
        if is_ended(pattern, method, text, LONG_SECONDS) is None:
            return lead, pump, end
    return None


@pytest.mark.parametrize("use", USES, ids=lambda use: use.place)
def test_a_pattern_is_linear_on_any_text(use: Use) -> None:
    assert use.methods, "nothing uses it"
    for method in use.methods:
        assert find_slow(use.pattern, method) is None, f"{method}: {use.pattern.pattern[:200]}"


@pytest.mark.parametrize("pattern", [r"(?:a|b|ab)*c", r"\s*x\s*\s*", r"(a+)+$", r"<a[^>]*>"])
def test_patterns_that_are_not_linear_are_noticed(pattern: str) -> None:
    assert find_slow(re.compile(pattern), "search") is not None


def test_descriptions_that_repeat_the_template_are_judged_at_once() -> None:
    phrase = "more information needed" + "." * 12
    with processor_limit(LONG_SECONDS):
        assert not is_placeholder(phrase * 20_000 + "x")
        assert is_placeholder(phrase * 20_000)
        assert is_placeholder("[More Information Needed]\n\n" * 14)
        assert not is_placeholder("[More Information Needed]\n\n" * 14 + "English")
