"""Runs on disk: single talks (a folder each, with transcript and report) and studies (a folder of rows)."""

from sim.store.folder import NoRoom, StoreError
from sim.store.rows import Study, open
from sim.store.study import StudyWriter
from sim.store.talk import (
    FILES,
    StoredRun,
    read_run,
    record_bytes,
    run_name,
    transcript_bytes,
    transcript_text,
    write_run,
)

__all__ = [
    "FILES", "NoRoom", "StoreError", "StoredRun", "Study", "StudyWriter", "open", "read_run", "record_bytes", "run_name",
    "transcript_bytes", "transcript_text", "write_run",
]  # fmt: skip
