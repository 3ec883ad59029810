"""Reads what contributors send: a mail, an issue or an entry, by the fields of the form in ``site.yaml``."""

from otdi_site.contribution.answers import Answer, Question, ask_for, read_contribution
from otdi_site.contribution.duplicates import find_alike, find_same
from otdi_site.contribution.entry import EntryDraft, draft_entry
from otdi_site.contribution.message import Attachment, Message, UnreadableMessageError, read_message
from otdi_site.contribution.reply import write_reply

__all__ = [
    "Answer",
    "Attachment",
    "EntryDraft",
    "Message",
    "Question",
    "UnreadableMessageError",
    "ask_for",
    "draft_entry",
    "find_alike",
    "find_same",
    "read_contribution",
    "read_message",
    "write_reply",
]
