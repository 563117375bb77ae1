"""Things that belong together because something ties them: a union-find.

What belongs here: the grouping itself.  What may not: what ties things (each user says that).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Groups(Generic[T]):
    """``tie`` things together; ``of`` names the group of a thing (some member of it)."""

    def __init__(self) -> None:
        self._leader: dict[T, T] = {}

    def of(self, thing: T) -> T:
        leader = self._leader
        leader.setdefault(thing, thing)
        while leader[thing] != thing:
            leader[thing] = leader[leader[thing]]
            thing = leader[thing]
        return thing

    def tie(self, things: Iterable[T]) -> None:
        first: T | None = None
        for thing in things:
            if first is None:
                first = self.of(thing)
            else:
                self._leader[self.of(thing)] = first

    def __contains__(self, thing: object) -> bool:
        return thing in self._leader
