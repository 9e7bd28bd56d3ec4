"""How a reading room is set up: what ``vanban serve`` was told, kept in Datasette's configuration of this plugin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """``review`` lets reviewers log in and correct; ``readers`` asks everybody for a log-in.

    ``local_only`` answers to loopback names only. ``whole_server`` is false under a plain ``datasette FILE``, whose own
    pages stay open; a server of ours has no other pages than those of ``corpus.web.routes``.
    """

    review: bool = False
    readers: bool = False
    local_only: bool = False
    whole_server: bool = False

    @property
    def accounts(self) -> bool:
        """Whether anybody can log in."""
        return self.review or self.readers
