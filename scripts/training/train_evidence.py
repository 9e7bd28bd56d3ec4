"""Learn how often each sign of ``normalizers.noisy.evidence`` stands in right, foreign, stripped and misread text.

    python -m scripts.training.train_evidence CACHE RESTORE [LEAVE_OUT ...]

CACHE holds ``lm/held_out_*.txt`` (right text the language model has not seen) and ``pairs/eng.jsonl`` (drawn and misread);
RESTORE is ``shared/eval/restore``. Foreign text is what Python brings along: its reference and its library.
"""

from __future__ import annotations

import json
import pydoc_data.topics
import sys
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from normalizers.detect import State
from normalizers.forms import strip_marks
from normalizers.noisy import model_files
from normalizers.noisy.evidence import Sign, signs_of

NEURAL, SCANNER = ("001", "002", "003"), ("000", "004", "hospital_canon")
STRENGTH = 40.0
"""Imaginary tokens spread evenly over the signs of a state, so that none is impossible: the next engine has its own ways."""
OTHER_ENGINES = 0.3
"""How much an unseen engine is like the other family."""
VIETNAMESE_IN_FOREIGN = 0.15
"""Share of a foreign text that may be unmarked Vietnamese: names, strings in a programme."""
WORDS_OF_FIELDS = {
    Sign.ENGLISH: 0.02,
    Sign.SMALL_WRONG: 0.01,
    Sign.NAME: 0.02,
    Sign.MODEL: 0.01,
    Sign.CAPITALS: 0.01,
    Sign.CAPITALS_KNOWN: 0.02,
    Sign.CODE: 0.003,
    Sign.FIGURE_IN_WORD: 0.002,
    Sign.MARKED_WRONG: 0.01,
    Sign.MARKED_RARE: 0.002,
}
"""What right text of special fields holds more of than laws and encyclopedias do (product names, chemistry, medicine, lists
of offices), and what engines that know Vietnamese leave in it."""


def lines_of(file: Path, key: str) -> list[str]:
    return [json.loads(line)[key] for line in file.read_text(encoding="utf-8").splitlines()]


def gather(cache: Path, restore: Path, leave_out: Collection[str] = ()) -> dict[State, list[str]]:
    right = [
        line for f in sorted((cache / "lm").glob("held_out_*.txt")) for line in f.read_text(encoding="utf-8").splitlines()
    ]
    library = sorted(Path(json.__file__).parent.parent.glob("[a-m]*.py"))
    foreign = [line for topic in pydoc_data.topics.topics.values() for line in topic.split("\n")]
    foreign += [line for f in library for line in f.read_text(encoding="utf-8", errors="replace").split("\n")[:200]]
    hand = {name: lines_of(restore / f"{name}.jsonl", "raw") for name in (*NEURAL, *SCANNER) if name not in leave_out}
    drawn = lines_of(cache / "pairs" / "eng.jsonl", "raw") if (cache / "pairs" / "eng.jsonl").exists() else []
    return {
        State.RIGHT: right,
        State.FOREIGN: foreign,
        State.STRIPPED: [strip_marks(line) for line in right],
        State.NEURAL: [line for name in NEURAL for line in hand.get(name, [])] + drawn,
        State.SCANNER: [line for name in SCANNER for line in hand.get(name, [])],
    }


def shares(lines: Iterable[str]) -> dict[Sign, float]:
    counts = Counter(sign for line in lines for sign in signs_of(line))
    total = sum(counts.values()) + STRENGTH
    return {sign: (counts[sign] + STRENGTH / len(Sign)) / total for sign in Sign}


def learn(texts: dict[State, list[str]]) -> dict[State, dict[Sign, float]]:
    """P(sign | state)."""
    found = {state: shares(lines) for state, lines in texts.items()}
    mixed = {
        s: (1 - VIETNAMESE_IN_FOREIGN) * p + VIETNAMESE_IN_FOREIGN * found[State.STRIPPED][s]
        for s, p in found[State.FOREIGN].items()
    }
    found[State.FOREIGN] = mixed
    both = {s: (found[State.NEURAL][s] + found[State.SCANNER][s]) / 2 for s in Sign}
    for state in (State.NEURAL, State.SCANNER):
        found[state] = {s: (1 - OTHER_ENGINES) * p + OTHER_ENGINES * both[s] for s, p in found[state].items()}
    for state in (State.RIGHT, State.STRIPPED):
        more = {sign: p + WORDS_OF_FIELDS.get(sign, 0.0) for sign, p in found[state].items()}
        found[state] = {sign: p / sum(more.values()) for sign, p in more.items()}
    return found


def write(found: dict[State, dict[Sign, float]], file: Path) -> None:
    rows = ["\t".join(["sign", *(state.name.lower() for state in State)])]
    rows += ["\t".join([sign.name.lower(), *(f"{found[state][sign]:.6f}" for state in State)]) for sign in Sign]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(learn(gather(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])), model_files.FOLDER / "evidence.tsv")
