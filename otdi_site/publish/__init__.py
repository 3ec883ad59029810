"""Publishing a site: staging, the swap with what is published, pruning; it must not know what the files are."""

from otdi_site.publish.errors import LockedError, PublishError, os_errors_as_diagnostics
from otdi_site.publish.lock import hold_lock
from otdi_site.publish.manifest import MANIFEST, Manifest
from otdi_site.publish.publication import Publication, Survey
from otdi_site.publish.refusals import refuse_cache, refuse_sources
from otdi_site.publish.staging import Staging, Stamp
from otdi_site.publish.survey import Look, Trees, clear_mirror, look_above, look_at, with_all_above

__all__ = [
    "MANIFEST",
    "LockedError",
    "Look",
    "Manifest",
    "Publication",
    "PublishError",
    "Staging",
    "Stamp",
    "Survey",
    "Trees",
    "clear_mirror",
    "hold_lock",
    "look_above",
    "look_at",
    "os_errors_as_diagnostics",
    "refuse_cache",
    "refuse_sources",
    "with_all_above",
]
