"""Runs the stages for build, refresh and check, and hands what one gives to the next; it must not do their work.

Stages collect diagnostics. An error among them means that nothing is published.
"""

from otdi_site.pipeline.commands import build, check, refresh
from otdi_site.pipeline.request import CLEAN, FAILURE, PROBLEMS, Outcome, Request
from otdi_site.pipeline.sources import watched_paths

__all__ = ["CLEAN", "FAILURE", "PROBLEMS", "Outcome", "Request", "build", "check", "refresh", "watched_paths"]
