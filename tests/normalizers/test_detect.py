"""What is called damaged, and what is left alone: by paragraph, by evidence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalizers.detect import State, weigh
from normalizers.forms import old_tone_style, strip_marks
from normalizers.repair import repair

with (Path(__file__).parent / "right_lines.tsv").open(encoding="utf-8") as table:
    RIGHT = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))

MISREAD = "nhan, xu 1y va tra két qua tha tuc hanh chinh chua c6 su dot pha, chua c6 nhiéu"
SCANNED = "phat trien kinh te - xa h9i cua dia phuong, hoat dOng cua co quan hanh chinh nha nu&"
CLEAN = "Ủy ban nhân dân tỉnh ban hành kế hoạch cải cách hành chính năm 2020."


def states(text: str) -> list[State]:
    return [max(State, key=lambda s, unit=unit: unit.probabilities[s]) for unit in weigh(text)]


@pytest.mark.parametrize("row", RIGHT, ids=[r["line"][:30] for r in RIGHT])
def test_right_lines_of_every_field_stay(row: dict[str, str]) -> None:
    assert repair(row["line"]).text == row["line"]


def test_right_lines_stay_together_and_beside_official_text() -> None:
    text = "\n".join([CLEAN, *(row["line"] for row in RIGHT), CLEAN])
    assert repair(text).text == text


def test_damage_is_judged_by_paragraph() -> None:
    assert states("\n".join([CLEAN, CLEAN, MISREAD, MISREAD, CLEAN])) == [
        State.RIGHT,
        State.RIGHT,
        State.NEURAL,
        State.NEURAL,
        State.RIGHT,
    ]
    english = "The quick brown fox jumps over the lazy dog, and nobody was there to see it."
    assert states(f"{MISREAD}\n{MISREAD}\n{english}\n{MISREAD}")[2] is State.FOREIGN


def test_a_short_line_goes_with_its_neighbours() -> None:
    assert states(f"{SCANNED}\n2020\n{SCANNED}") == [State.SCANNER] * 3
    assert states(f"{CLEAN}\nh9i\n{CLEAN}") == [State.RIGHT] * 3


def test_stripped_text_is_told_from_misread_text() -> None:
    assert states(strip_marks(CLEAN)) == [State.STRIPPED]
    assert repair(strip_marks(CLEAN)).text == CLEAN


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_weigh_covers_every_letter_with_probabilities(text: str) -> None:
    units = weigh(text)
    covered = {at for unit in units for at in range(unit.start, unit.end)}
    assert all(at in covered for at, c in enumerate(text) if c.isalpha())
    assert all(abs(sum(unit.probabilities) - 1) < 1e-6 for unit in units)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["news_vtb", "own_mixed", "poetry_kieu", "tatoeba_talk", "udhr"])
def test_right_text_of_other_fields_is_left_as_it_is(shared: Path, name: str) -> None:
    text = (shared / "eval" / "clean" / f"{name}.txt").read_text(encoding="utf-8")
    lines = zip(old_tone_style(text).split("\n"), repair(text).text.split("\n"), strict=True)
    assert [(a, b) for a, b in lines if a.split() != b.split()] == []
