"""Stylesheets, scripts, images and downloads of a site, under fingerprinted names.

A stylesheet that imports others (``@import "tokens.css";``) becomes one file with them, so that a page asks for
one. Modules and images that a file names by a relative path are named by their fingerprinted paths in what is
written. What lies in ``downloads/`` keeps its name.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from otdi_site.diagnostics import Diagnostic, Mark, error
from otdi_site.render.site import Artifact
from otdi_site.tree import PUBLISHED, Fence, Selection

_IMPORT_CSS = re.compile(r"""^@import\s+["']([^"']+)["'];[ \t]*\n?""", re.MULTILINE)
_URL_CSS = re.compile(r"""url\(\s*+["']?([^"'()]*[^"'()\s])["']?\s*+\)""")
# Comments with types come first: what they import names a type, and no file that is loaded.
_IMPORT_JS = re.compile(
    r"""/\*\*\s.*?(?:\*/|\Z)|(\b(?:from|import)\s*+\(?\s*+)(["'])(\.{1,2}/[^"'\n]++)\2""", re.DOTALL
)
_FOLDERS = ("css", "js", "img", "fonts", "downloads")


@dataclass(frozen=True, slots=True)
class Assets:
    """Files by their path below ``site_src/``, such as ``css/site.css``."""

    paths: Mapping[str, str]
    """Where each is published, such as ``assets/site.1a2b3c4d.css``."""
    contents: Mapping[str, bytes]
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By script, the modules that a browser loads with it; not those that it may ask for later."""

    def artifacts(self) -> tuple[Artifact, ...]:
        return tuple(Artifact(self.paths[name], "asset", self.contents[name]) for name in sorted(self.paths))

    def path(self, name: str) -> str:
        """Where an asset is published. Raises `KeyError` for what is none."""
        return self.paths[name]

    def modules(self, name: str) -> tuple[str, ...]:
        """Where all modules are published that a script cannot begin without. Raises `KeyError` for what is none."""
        found = dict.fromkeys([name])
        waiting = [name]
        while waiting:
            for imported in self.imports.get(waiting.pop(0), ()):
                if imported not in found:
                    found[imported] = None
                    waiting.append(imported)
        return tuple(self.paths[each] for each in found if each != name)

    def with_text(self, name: str, change: Callable[[str], str]) -> Assets:
        """With another text of a file that is published under its own name; the same where there is none."""
        if name not in self.contents:
            return self
        return replace(self, contents={**self.contents, name: change(self.text(name)).encode()})

    def text(self, name: str) -> str:
        """An asset as text. Raises `KeyError` for what is none."""
        return self.contents[name].decode("utf-8")


def load_assets(folders: Sequence[Path], selection: Selection = PUBLISHED) -> tuple[Assets, tuple[Diagnostic, ...]]:
    """The assets of ``site_src`` folders, the first winning file by file; `selection` says which are published."""
    files: dict[str, Path] = {}
    for folder in folders:
        fence = Fence(folder.parent)
        for kind in _FOLDERS:
            # A stylesheet that is a part of another often begins with an underscore.
            of_kind = replace(selection, is_hiding_underscores=kind == "downloads")
            for file in fence.files(folder / kind, of_kind):
                files.setdefault(unicodedata.normalize("NFC", file.relative_to(folder).as_posix()), file)
    reader = _Reader(files)
    for name in sorted(files):
        if not reader.is_part(name):
            reader.publish(name)
    return Assets(reader.paths, reader.contents, reader.imports), tuple(reader.diagnostics)


class _Reader:
    """Publishes files after those they name."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._sources = {name: file.read_bytes() for name, file in files.items()}
        self._parts = {
            posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            for name, source in self._sources.items()
            if name.endswith(".css")
            for target in _IMPORT_CSS.findall(source.decode("utf-8", "replace"))
        }
        self._open: list[str] = []
        self.paths: dict[str, str] = {}
        self.contents: dict[str, bytes] = {}
        self.imports: dict[str, tuple[str, ...]] = {}
        self.diagnostics: list[Diagnostic] = []

    def is_part(self, name: str) -> bool:
        """Whether a stylesheet is published only within another."""
        return name in self._parts

    def publish(self, name: str) -> str | None:
        """The path of `name`; `None`, with a diagnostic, where that cannot be said."""
        if name in self.paths:
            return self.paths[name]
        if name in self._open:
            ring = " -> ".join([*self._open[self._open.index(name) :], name])
            self._report("OTD311", name, f"files name each other in a ring: {ring}", "break the ring")
            return None
        self._open.append(name)
        content = self._resolve(name)
        self._open.pop()
        path = name if name.startswith("downloads/") else _fingerprinted(name, content)
        claimed = {path: other for other, path in self.paths.items()}
        if path in claimed:
            help = f"rename one of {claimed[path]} and {name}"
            self._report("OTD312", name, f"{claimed[path]} and {name} would both be published as {path}", help)
            return None
        self.paths[name] = path
        self.contents[name] = content
        return path

    def _resolve(self, name: str) -> bytes:
        source = self._sources[name]
        if not name.endswith((".css", ".js")) or name.startswith("downloads/"):
            return source
        if name.endswith(".css"):
            return self._inline(name, ()).encode()
        return self._replace(_IMPORT_JS, 3, name, self._text(name)).encode()

    def _text(self, name: str) -> str:
        """An asset as text; empty, with a diagnostic, where it is none."""
        source = self._sources[name]
        try:
            return source.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            before = source[: problem.start].decode(errors="replace")
            mark = Mark(f"site_src/{name}", before.count("\n") + 1, len(before) - before.rfind("\n"))
            message = f"byte 0x{source[problem.start]:02x} is not text in UTF-8"
            self.diagnostics.append(error("OTD313", mark, message, "save the file as UTF-8"))
            return ""

    def _inline(self, name: str, above: tuple[str, ...]) -> str:
        """A stylesheet with those it imports in place; what each names is relative to the file it stands in."""
        text = self._replace(_URL_CSS, 1, name, self._text(name))

        def part(match: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match[1]))
            if target not in self._sources or target in above:
                self._missing(name, text, match.start(), match[1])
                return ""
            return self._inline(target, (*above, name)).rstrip("\n") + "\n"

        return _IMPORT_CSS.sub(part, text)

    def _replace(self, pattern: re.Pattern[str], group: int, name: str, text: str) -> str:
        def replacement(match: re.Match[str]) -> str:
            named = match[group]
            if named is None or named.startswith(("#", "data:", "/", "http:", "https:")):
                return match[0]
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), named))
            if target not in self._sources:
                self._missing(name, text, match.start(group), named)
                return match[0]
            path = self.publish(target)
            if path is None:
                return match[0]
            if pattern is _IMPORT_JS and "(" not in match[1]:
                self.imports[name] = (*self.imports.get(name, ()), target)
            # Everything that can name another file stands in assets/, so that its own name is enough.
            start, end = match.start(group) - match.start(), match.end(group) - match.start()
            return f"{match[0][:start]}./{posixpath.relpath(path, 'assets')}{match[0][end:]}"

        return pattern.sub(replacement, text)

    def _missing(self, name: str, text: str, offset: int, named: str) -> None:
        line = text.count("\n", 0, offset) + 1
        help = "correct the path, which is relative to the file it stands in, or add the file"
        self._report("OTD310", name, f"names {named}, which is not there", help, line)

    def _report(self, code: str, name: str, message: str, help: str, line: int = 0) -> None:
        self.diagnostics.append(error(code, Mark(f"site_src/{name}", line), message, help))


def _fingerprinted(name: str, content: bytes) -> str:
    """``js/catalog/state.js`` becomes ``assets/catalog-state.<hash>.js``."""
    stem, suffix = posixpath.splitext(name.partition("/")[2].replace("/", "-"))
    return f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:8]}{suffix}"
