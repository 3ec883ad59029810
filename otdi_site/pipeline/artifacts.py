"""Artifacts: the files of the site, as specifications that full and incremental builds share, and as rendered files."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from otdi_site.diagnostics import Diagnostic
from otdi_site.fingerprints import fingerprint
from otdi_site.publish import Staging

Kind = Literal["page", "dataset", "list", "data", "asset", "index"]


class ArtifactSpec(NamedTuple):
    """One file of the site: what it is made from, and how to make it. Small, and can be pickled.

    A named tuple, since a site has 150,000 of them.
    """

    path: str
    """Below the output folder, such as ``datasets/servicenow/repliqa.html``."""
    kind: Kind
    fingerprint: bytes
    """Of all that it is made from: a file whose fingerprint is that of the published one need not be rendered."""
    render: Callable[..., bytes | Diagnostic]
    """A module-level function. Its first argument holds the tools that all files of its kind are rendered with."""
    arguments: tuple[Any, ...]


class RenderedArtifact(NamedTuple):
    """A file that was rendered, or could not be."""

    path: str
    stamp: tuple[int, int] | None
    """Size in bytes, and time in nanoseconds, of one that was written."""
    is_new: bool
    """Whether its bytes differ from those of the published file."""
    content: bytes | None
    """Of one that was asked for."""
    diagnostic: Diagnostic | None


def known_content(_: object, content: bytes) -> bytes:
    """Renders a file whose content is known."""
    return content


def spec_of(path: str, kind: Kind, content: bytes) -> ArtifactSpec:
    """A file that is compared by its content."""
    return ArtifactSpec(path, kind, fingerprint(content), known_content, (content,))


def render(
    tools: object, specs: Iterable[ArtifactSpec], staging: Staging | None, wanted: frozenset[str]
) -> Iterator[RenderedArtifact]:
    """Renders files, writes them where there is a `staging`, and returns the content of those that are `wanted`."""
    for path, _, _, make, arguments in specs:
        content = make(tools, *arguments)
        if isinstance(content, Diagnostic):
            yield RenderedArtifact(path, None, False, None, content)
            continue
        kept = content if path in wanted else None
        if staging is None:
            yield RenderedArtifact(path, None, False, kept, None)
        else:
            stamp, is_new = staging.write(path, content)
            yield RenderedArtifact(path, stamp, is_new, kept, None)


class RenderedBatch(NamedTuple):
    """Rendered files as they travel between processes, in the order of their specifications."""

    sizes: array[int]
    times: array[int]
    new: bytes
    others: dict[int, RenderedArtifact]
    """By place, those that are not just files that were written."""

    @classmethod
    def of(cls, rendered: Iterable[RenderedArtifact]) -> RenderedBatch:
        sizes, times, new, others = array("q"), array("q"), bytearray(), dict[int, RenderedArtifact]()
        for place, each in enumerate(rendered):
            size, time = each.stamp or (0, 0)
            sizes.append(size)
            times.append(time)
            new.append(each.is_new)
            if each.stamp is None or each.content is not None:
                others[place] = each
        return cls(sizes, times, bytes(new), others)

    def of_paths(self, paths: Sequence[str]) -> Iterator[RenderedArtifact]:
        """The files again."""
        for place, (path, size, time, is_new) in enumerate(zip(paths, self.sizes, self.times, self.new, strict=True)):
            other = self.others.get(place)
            yield RenderedArtifact(path, (size, time), bool(is_new), None, None) if other is None else other
