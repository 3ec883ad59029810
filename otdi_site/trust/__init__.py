"""Checks datasets against the dataset specification, requirement by requirement, each result with its evidence."""

from otdi_site.trust.ledger import Ledger, LedgerRow, Subject, ledger_of
from otdi_site.trust.report import ledger_as_json, ledger_as_text, summary_of
from otdi_site.trust.verdict import Evidence, State

__all__ = [
    "Evidence",
    "Ledger",
    "LedgerRow",
    "State",
    "Subject",
    "ledger_as_json",
    "ledger_as_text",
    "ledger_of",
    "summary_of",
]
