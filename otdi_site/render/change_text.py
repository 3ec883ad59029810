"""Words for the changes of the catalog."""

from __future__ import annotations

from otdi_site.model.snapshot import Event, EventKind, Status

_ACCESS = {"open": "open to all", "auto": "open on request", "manual": "open to those whom its publisher admits"}
_COMMIT_LENGTH = 10


def describe_event(event: Event) -> str:
    """A sentence's end, to follow the dataset's name: ``is licensed under mit now, and was under cc-by-4.0``."""
    before, after = event.before, event.after
    match event.kind:
        case EventKind.ADDED:
            return "was added to the catalogue"
        case EventKind.RENAMED:
            return f"has the name {after} on the Hub now, and was called {before}"
        case EventKind.STATUS:
            return _describe_status(after)
        case EventKind.LICENSE:
            if after is None:
                return f"states no licence any more, and stated {before}"
            return f"states the licence {after} now" + (f", and stated {before} before" if before else "")
        case EventKind.GATING:
            was = f", and was {_ACCESS.get(before, before)}" if before else ""
            return f"is {_ACCESS.get(after or '', after)} now{was}"
        case EventKind.REVISION:
            return f"has new content: revision {after[:_COMMIT_LENGTH]}" if after else "has new content"


def _describe_status(status: str | None) -> str:
    try:
        found = Status(status)
    except ValueError:
        return "has another status"
    return "is in the catalogue again" if found is Status.LIVE else found.reason
