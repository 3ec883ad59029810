"""Publishing a site: staging, the swap with what is published, pruning; it must not know what the files are."""

from otdi_site.publish.errors import PublishError
from otdi_site.publish.publication import Publication, Survey
from otdi_site.publish.staging import Staging, Stamp

__all__ = ["Publication", "PublishError", "Staging", "Stamp", "Survey"]
