"""Tells answers from blanks: placeholders, text of a template, empty lines and words that say "nothing yet"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LONGEST = 20_000
"""Characters of a text that are looked at; whoever writes more has answered."""
_EXPRESSION = re.compile(r"\{\{[^{}]*+\}\}|\{%[^{}%]*+%\}|\$\{[^{}]*+\}")
"""Of template languages, left by whoever rendered the template without values."""
_LABEL = re.compile(r"\*\*[^*\n]{1,80}+\*\*:?")
"""Bold words that announce an answer, such as ``**Curated by:**``."""
_MARKS = re.compile(r"[\s\[\](){}<>*_`~|:;,.!?#=+\-–—…\"'«»“”]++")
_NOTHING = frozenset(
    {
        *(
            "na",
            "nad",
            "tbd",
            "tba",
            "tbc",
            "wip",
            "xxx",
            "todo",
            "fixme",
            "null",
            "pending",
            "undefined",
            "placeholder",
        ),
        *("notapplicable", "notavailable", "comingsoon", "workinprogress", "loremipsum", "seeabove", "writehere"),
        *("tobedetermined", "tobeannounced", "tobeadded", "tobefilled", "tobefilledin", "tobecompleted", "tobedone"),
        *("tobedefined", "fillme", "fillin", "fillthisin", "addyourtexthere", "emptyforthetimebeing"),
        *("moreinformationneeded", "moreinformationoptional", "moreinformationcomingsoon", "moreinfoneeded"),
        *("needsmoreinformation",),
    }
)
"""Answers that are none, without spaces and marks. "None" and "no" are answers: there may be nothing to tell."""


def squeeze(text: str) -> str:
    """A text without case, spaces and marks, for comparison."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold()).replace("/", "")


_BREAKS = re.compile(r"(?<=[.!?;|])\s|\s[-–—*]\s")
"""Between parts of a text that are looked at by themselves."""


class Blanks:
    """Tells blanks by a specification's placeholders, too."""

    def __init__(self, placeholders: Iterable[str]) -> None:
        folded = {" ".join(each.casefold().split()) for each in placeholders}
        self._placeholders = sorted(folded, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without placeholders, expressions and labels; empty where it is a blank."""
        text = " ".join(_LABEL.sub(" ", _EXPRESSION.sub(" ", text[:_LONGEST])).split())
        folded = text.casefold()
        for placeholder in self._placeholders:
            if placeholder in folded:
                text = folded = folded.replace(placeholder, " ")
        parts = [part for part in _BREAKS.split(text) if squeeze(part) not in _NOTHING]
        left = " ".join(" ".join(parts).split())
        return left if squeeze(left) else ""

    def is_blank(self, value: object) -> bool:
        """Whether a value says nothing."""
        if value is None:
            return True
        if isinstance(value, str):
            return not self.clean(value)
        if isinstance(value, list | tuple):
            return all(map(self.is_blank, value[:1_000]))
        if isinstance(value, dict):
            return not value
        return False
