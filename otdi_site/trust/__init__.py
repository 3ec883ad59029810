"""Checks datasets against the dataset specification, requirement by requirement, each result with its evidence."""

from otdi_site.model.ledger import Evidence, Ledger, LedgerRow, State
from otdi_site.trust.datasets import judge, with_ledgers
from otdi_site.trust.ledger import FindSource, Subject, ledger_of, no_source
from otdi_site.trust.ledger_cache import LedgerCache, LedgerMaker
from otdi_site.trust.lineage import with_lineages
from otdi_site.trust.policy import apply_policy, check_policy
from otdi_site.trust.report import ledger_as_json, ledger_as_text, summary_of

__all__ = [
    "Evidence",
    "FindSource",
    "Ledger",
    "LedgerCache",
    "LedgerMaker",
    "LedgerRow",
    "State",
    "Subject",
    "apply_policy",
    "check_policy",
    "judge",
    "ledger_as_json",
    "ledger_as_text",
    "ledger_of",
    "no_source",
    "summary_of",
    "with_ledgers",
    "with_lineages",
]
