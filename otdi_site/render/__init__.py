"""Renders the model to the bytes of the published files. Only templates and assets are read here."""

from otdi_site.render.assets import Assets, load_assets
from otdi_site.render.bulk_pages import PreparedPage
from otdi_site.render.dataset_renderer import DatasetRenderer
from otdi_site.render.environment import BytecodeCache, check_templates
from otdi_site.render.environment_digest import Fingerprints, digest_of_link
from otdi_site.render.feed import feed_address, has_feed
from otdi_site.render.mail import MailTemplate, mailto
from otdi_site.render.page_skeletons import PageSkeleton
from otdi_site.render.renderer import Renderer
from otdi_site.render.site import Artifact, PageContext, Refusal, Site

__all__ = [
    "Artifact",
    "Assets",
    "BytecodeCache",
    "DatasetRenderer",
    "Fingerprints",
    "MailTemplate",
    "PageContext",
    "PageSkeleton",
    "PreparedPage",
    "Refusal",
    "Renderer",
    "Site",
    "check_templates",
    "digest_of_link",
    "feed_address",
    "has_feed",
    "load_assets",
    "mailto",
]
