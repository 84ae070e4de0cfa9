"""Rows that benches keep."""

from __future__ import annotations

from pathlib import Path

from kept_rows import KeptRows, heading, line
from record import Table, tables_in


def test_rows_are_there_again(tmp_path: Path) -> None:
    rows = KeptRows(tmp_path / "new")
    assert rows.get("U-Net, small") is None
    rows.put("U-Net, small", ["U-Net, small", "1,032"])
    assert KeptRows(tmp_path / "new").get("U-Net, small") == ["U-Net, small", "1,032"]


def test_without_a_folder_nothing_is_kept() -> None:
    rows = KeptRows(None)
    rows.put("a", ["a"])
    assert rows.get("a") is None


def test_they_make_a_table_that_records_read() -> None:
    printed = "\n".join([heading(["a", "b"]), line(["1", "2"]), line(["refused"], 2)])
    assert list(tables_in(printed)) == [
        Table(columns=["a", "b"], rows=[["1", "2"], ["refused", ""]])
    ]
