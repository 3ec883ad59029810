"""Publishes a site: staging, the atomic swap with the published folder, pruning, the lock."""

from otdi_site.publish.errors import LockedError, PublishError, os_errors_as_diagnostics
from otdi_site.publish.lock import hold_lock
from otdi_site.publish.manifest import MANIFEST, Manifest
from otdi_site.publish.publication import Inspection, Publication
from otdi_site.publish.refusals import refuse_cache, refuse_sources
from otdi_site.publish.staging import Staging, Stamp
from otdi_site.publish.verification import Verification
from otdi_site.publish.verified_parts import OutputTrees

__all__ = [
    "MANIFEST",
    "Inspection",
    "LockedError",
    "Manifest",
    "OutputTrees",
    "Publication",
    "PublishError",
    "Staging",
    "Stamp",
    "Verification",
    "hold_lock",
    "os_errors_as_diagnostics",
    "refuse_cache",
    "refuse_sources",
]
