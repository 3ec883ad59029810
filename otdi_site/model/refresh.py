"""The settings and the report of a refresh of live metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from otdi_site.diagnostics import Diagnostic, Mark
from otdi_site.model.snapshot import KeptReason, Snapshot


@dataclass(frozen=True, slots=True)
class RefreshSettings:
    """Limits of a refresh; times are seconds."""

    collections: tuple[str, ...] = ()
    """Slugs of the Hugging Face collections."""
    endpoint: str | None = None
    """Where the Hub is; `None` is where `huggingface_hub` says, ``HF_ENDPOINT`` included."""
    max_age_hours: float = 0.0
    """Facts that were checked less than this ago are not fetched; 0 fetches all."""
    deadline_seconds: float = 120.0
    """A run ends within this time plus 2 s, whatever the Hub does."""
    dataset_seconds: float = 45.0
    """All attempts to learn about one dataset, waiting between them included."""
    request_seconds: float = 20.0
    """One request, from the connection to the last byte of the response."""
    attempts: int = 4
    """How often a request is made that fails in a way which may pass."""
    backoff_seconds: float = 0.5
    """Wait before the second attempt, at most; doubles with each attempt, up to `backoff_cap_seconds`."""
    backoff_cap_seconds: float = 8.0
    max_requests: int = 400
    """Requests a run makes at most, retries and redirects included; what is left waits for the next run."""
    parallel_requests: int = 4
    max_response_bytes: int = 16_000_000
    """A longer response, unpacked, is not read."""
    max_drop_share: float = 0.2
    """A run after which a larger share of the live datasets would be tombstones is not accepted."""
    accept: bool = False
    """Accepts it all the same."""
    places: Mapping[str, Mark] = field(default_factory=dict)
    """Where the site names collections and datasets, for messages: by slug, or by Hub id in lower case."""


@dataclass(frozen=True, slots=True)
class RefreshCounts:
    """Datasets by their result; `asked` is the sum of the others."""

    asked: int = 0
    unchanged: int = 0
    updated: int = 0
    added: int = 0
    kept: int = 0
    """Facts are those from before, and some of them may be out of date."""
    dropped: int = 0
    """Became tombstones."""
    unknown: int = 0
    """Were due and are not known to the catalog from the Hub: no response, or no such dataset."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """The result of a refresh. `snapshot` is complete: the old facts and those that were fetched."""

    snapshot: Snapshot
    diagnostics: tuple[Diagnostic, ...]
    counts: RefreshCounts
    kept: Mapping[str, KeptReason] = field(default_factory=dict)
    """By Hub id, sorted."""
    dropped: tuple[str, ...] = ()
    """Hub ids that became tombstones or, where `needs_accept`, would become them."""
    requests: int = 0
    quota_left: int | None = None
    """Requests the Hub still allows in its current window; `None` where it did not say."""
    seconds: float = 0.0
    needs_accept: bool = False
    """The run would drop too many datasets: `snapshot` is the one from before."""
    is_interrupted: bool = False
    """Ctrl-C ended the run; `snapshot` holds what was fetched until then."""
    has_response: bool = True
    """The Hub responded at least once, or no request was to be made."""
    is_written: bool = True
    """The new snapshot could be written."""

    def unwritten(self, before: Snapshot) -> RefreshReport:
        """The report of the same run if nothing can be written: the snapshot is `before`."""
        counts = self.counts
        lost = counts.updated + counts.dropped
        counts = replace(
            counts,
            updated=0,
            dropped=0,
            added=0,
            kept=counts.kept + lost,
            unknown=counts.unknown + counts.added,
        )
        return replace(self, snapshot=before, counts=counts, dropped=(), is_written=False)

    def to_json(self) -> dict[str, object]:
        """The JSON object of a run: ``{"asked": 3, "unchanged": 2, …, "kept": {"timeout": ["a/b"]}, …}``."""
        kept: dict[str, list[str]] = {}
        for hub_id, reason in self.kept.items():
            kept.setdefault(reason.value, []).append(hub_id)
        return {
            "asked": self.counts.asked,
            "unchanged": self.counts.unchanged,
            "updated": self.counts.updated,
            "added": self.counts.added,
            "kept": dict(sorted(kept.items())),
            "dropped": list(self.dropped),
            "unknown": self.counts.unknown,
            "requests": self.requests,
            "quota_left": self.quota_left,
            "seconds": round(self.seconds, 2),
            "needs_accept": self.needs_accept,
            "interrupted": self.is_interrupted,
            "written": self.is_written,
        }

    def summary(self) -> str:
        """One line for people."""
        counts = self.counts
        parts = [
            f"{counts.asked} datasets asked for",
            f"{counts.unchanged} unchanged",
            f"{counts.updated} updated",
            f"{counts.added} new",
            f"{counts.kept} kept from before",
            f"{counts.dropped} {'to be dropped' if self.needs_accept else 'dropped'}",
            f"{self.requests} {'request' if self.requests == 1 else 'requests'}",
        ]
        if self.quota_left is not None:
            parts.append(f"{self.quota_left} left of the quota")
        if not self.is_written:
            parts.append("nothing could be written")
        parts.append(f"{self.seconds:.1f} s")
        return ", ".join(parts)
