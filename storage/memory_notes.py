"""The weekly notes in the memory store."""

from __future__ import annotations

from dataclasses import replace

from bot.weekly import KEPT, WeeklyNote
from storage.memory_state import Room


class MemoryNoteRepository(Room):
    """`bot.ports.NoteRepository` in memory."""

    def all(self) -> tuple[WeeklyNote, ...]:
        """Return the notes that are kept."""
        return tuple(replace(note, counts=dict(note.counts)) for _, note in sorted(self._state.notes.items()))

    def keep(self, note: WeeklyNote) -> None:
        """Keep a note."""
        self._check_changing()
        notes = {**self._state.notes, note.week: replace(note, counts=dict(note.counts))}
        self._state.notes = {week: notes[week] for week in sorted(notes)[-KEPT:]}
