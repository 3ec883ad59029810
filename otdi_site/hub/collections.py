"""Reads and changes a collection of the Hub. Messages hold no text of the server, which may repeat the token."""

from __future__ import annotations

from typing import Any

from otdi_site.hub.connection import connect
from otdi_site.model.collection_sync import CollectionChange, CollectionItem

_REASONS = {
    401: ("the Hub does not accept the token", "make a token that may write, and set HF_TOKEN to it"),
    403: ("the token may not change this collection", "use a token of a member of the organisation that may write"),
    404: ("the Hub has no such collection, or item of it", "compare the slug with the collection's address"),
    409: ("the Hub says that it is there already", "run it again: it compares anew"),
    429: ("the Hub asks to wait", "run it again in a few minutes: what is done stays done"),
}
_NO_ANSWER = ("the Hub does not answer", "run it again later: what is done stays done")


class CollectionError(Exception):
    """Raised where the Hub refuses or does not answer: `text` and `help` are those of a diagnostic."""

    def __init__(self, text: str, help: str) -> None:
        super().__init__(text)
        self.text = text
        self.help = help


class Collection:
    """A collection, reached with the settings and the token of `huggingface_hub`."""

    def __init__(self, slug: str, *, is_offline: bool) -> None:
        """Raises `CollectionError` where the Hub must not be asked."""
        self._slug = slug
        try:
            connection = connect(None)
        except ValueError as problem:
            raise CollectionError(f"HF_ENDPOINT is {problem}", "correct HF_ENDPOINT") from None
        if is_offline or connection.is_offline:
            raise CollectionError("the Hub must not be asked", "run without --offline and HF_HUB_OFFLINE")
        self.has_token = connection.token is not None
        from huggingface_hub import HfApi

        self._api = HfApi(endpoint=connection.endpoint.url(""), token=connection.token or False)

    def read(self) -> list[CollectionItem]:
        """The items in their order. Raises `CollectionError`."""
        found = self._ask(lambda: self._api.get_collection(self._slug))
        try:
            return [
                CollectionItem(str(each.item_object_id), str(each.item_id), str(each.item_type), _note_of(each))
                for each in found.items
            ]
        except (AttributeError, TypeError):
            raise CollectionError("the Hub's answer makes no sense", "run it again later") from None

    def apply(self, change: CollectionChange) -> None:
        """Makes one change. Raises `CollectionError`."""
        if change.kind == "add":
            note = change.note or None
            self._ask(lambda: self._api.add_collection_item(self._slug, change.hub_id, "dataset", note=note))
        elif change.kind == "remove":
            self._ask(lambda: self._api.delete_collection_item(self._slug, change.object_id))
        else:
            self._ask(lambda: self._api.update_collection_item(self._slug, change.object_id, note=change.note))

    @staticmethod
    def _ask(request: Any) -> Any:
        from huggingface_hub.errors import HfHubHTTPError

        try:
            return request()
        except HfHubHTTPError as problem:
            status = problem.response.status_code
            text, help = _REASONS.get(status, (f"the Hub answers with status {status}", _NO_ANSWER[1]))
            raise CollectionError(text, help) from None
        except Exception:
            # Connections, time limits and answers that are no JSON fail in as many ways as there are libraries.
            raise CollectionError(*_NO_ANSWER) from None


def _note_of(item: Any) -> str:
    note = getattr(item, "note", None)
    return note if isinstance(note, str) else ""
