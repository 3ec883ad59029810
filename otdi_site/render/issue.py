"""Makes links that open a prefilled issue in the site's repository, as GitHub takes them.

Format: ``<repository>/issues/new?title=…&body=…`` (docs.github.com, "Creating an issue", section "Creating an issue
from a URL query").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

_PLACEHOLDER = re.compile(r"\{(id|code|url)\}")
_BACKTICKS = re.compile(r"`+")


def _encode(text: str) -> str:
    return quote(text, safe="")


def _split(text: str) -> list[str]:
    """Encoded text and names of placeholders, in turn."""
    return [_encode(part) if index % 2 == 0 else part for index, part in enumerate(_PLACEHOLDER.split(text))]


def as_code(text: str) -> str:
    """`text` as a code span of Markdown: ``a/__b__`` would become bold, and ``@name`` notify somebody."""
    longest = max(map(len, _BACKTICKS.findall(text)), default=0)
    if not longest:
        return f"`{text}`"
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}"


@dataclass(frozen=True, slots=True)
class IssueTemplate:
    """A link to a new issue with ``{id}`` and ``{url}`` still to be filled in, encoded once for many links."""

    parts: tuple[str, ...]
    """Encoded text and names of placeholders, in turn; ``code`` is the id as it stands in the body."""

    @classmethod
    def of(cls, repository: str, title: str, body_lines: Sequence[str]) -> IssueTemplate:
        """`repository` is the URL of the repository's page."""
        head = _split(" ".join(title.split()))
        head[0] = f"{repository.rstrip('/')}/issues/new?title={head[0]}"
        first, *rest = _split("\n".join(body_lines).replace("{id}", "{code}"))
        head[-1] += f"&body={first}"
        return cls((*head, *rest))

    def fill(self, id: str, url: str) -> str:
        """The link for the dataset `id`, whose page is at `url`."""
        parts = list(self.parts)
        values = {"id": _encode(id), "code": _encode(as_code(id)), "url": _encode(url)}
        for index in range(1, len(parts), 2):
            parts[index] = values[parts[index]]
        return "".join(parts)
