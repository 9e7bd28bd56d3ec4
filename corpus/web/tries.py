"""How often somebody may try a password: a few times at once, then ever more slowly, and never by everybody together."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE = {"name from address": 5, "address": 20, "name": 50}
"""Wrong tries before the first wait. Five are those of someone who has forgotten; an office behind one address has several
such; and a name is shut for all addresses only when many try it, so that one stranger does not lock its owner out."""

FIRST_WAIT, LONGEST_WAIT = 2.0, 900.0
"""Seconds: every further wrong try doubles the wait up to a quarter of an hour, which leaves a guesser 100 tries a day."""

FORGOTTEN = 3600.0
"""Seconds after which wrong tries count no more."""

MOST_KEPT = 20_000
"""Names and addresses remembered: some megabytes, whoever tries to fill them."""


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    last: float = -math.inf


class Tries:
    """Counts wrong log-ins by name and address. ``clock`` gives seconds that only go forward.

    >>> now = 0.0
    >>> tries = Tries(lambda: now)
    >>> for _ in range(6): tries.wrong("lan", "10.0.0.1")
    >>> tries.wait("lan", "10.0.0.1"), tries.wait("lan", "10.0.0.2")
    (2.0, 0.0)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def wait(self, name: str, address: str) -> float:
        """Seconds until the next try is looked at; 0 when it may come now."""
        return max(self._wait_of(key) for key in _keys(name, address))

    def wrong(self, name: str, address: str) -> None:
        for key in _keys(name, address):
            count = self._counts.pop(key, None) or _Count()
            if self._clock() - count.last > FORGOTTEN:
                count.wrong = 0
            count.wrong, count.last = count.wrong + 1, self._clock()
            self._counts[key] = count
        while len(self._counts) > MOST_KEPT:
            self._counts.popitem(last=False)

    def right(self, name: str, address: str) -> None:
        """The owner is at that address: what was tried from there under this name counts no more."""
        self._counts.pop(_keys(name, address)[0], None)

    def _wait_of(self, key: tuple[str, str]) -> float:
        count = self._counts.get(key)
        over = count.wrong - FREE[key[0]] if count else 0
        if count is None or over <= 0:
            return 0.0
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(over - 1, 20))
        return max(0.0, count.last + wait - self._clock())


def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("name from address", f"{address} {name}"), ("address", address), ("name", name)
