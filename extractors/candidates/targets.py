"""Candidates of targets: every quantity of the text, with what can be seen around it.

The decision says whether it states anything, and whether what it states is to be reached, was reached, or only defines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from documents.facts import Found, Target
from extractors.candidates.context import bag, before, behind, of_block, of_document, words_of
from extractors.sense.aspect import default_kind, spoken_kind
from extractors.sense.reading import Readings
from extractors.targets.finder import Proposal
from extractors.targets.finder import propose as propose_quantities

CLASSES = ("none", "target", "result", "reference")


@dataclass(frozen=True, eq=False)
class Candidate:
    """A quantity and the record it would be, whose kind the decision gives."""

    found: Found
    features: tuple[str, ...]
    plausible: bool = True


def propose(readings: Readings) -> Iterator[Candidate]:
    """All quantities of running text, in its order."""
    structure = readings.structure
    shared: dict[int, tuple[str, ...]] = {}
    for proposal in propose_quantities(readings):
        block = proposal.reading.block
        if id(block) not in shared:
            lead = next((b for b in block.ancestors() if b.is_announcing), None)
            above = bag(lead.text[-80:], "lead", 10) if lead is not None else ["lead=none"]
            shared[id(block)] = (*of_block(structure, block), *of_document(structure, block), *above)
        default = default_kind(structure, block)
        features = (*_seen(proposal, default, readings), *shared[id(block)])
        yield Candidate(proposal.found, features, proposal.clause.quantity.plausible)


_CUES = (
    "phấn đấu", "đạt", "đã", "đến nay", "hiện nay", "hiện có", "thực hiện", "kế hoạch", "so với", "cùng kỳ", "tăng", "giảm",
    "dự kiến", "sẽ", "phải", "mức", "hỗ trợ", "tối thiểu", "tối đa", "không quá", "từ", "trên", "dưới", "nếu", "trường hợp",
    "quy định", "định mức", "đối với", "bằng", "trong đó", "còn", "ước", "tổng số", "bình quân", "mỗi", "bảo đảm", "được",
)  # fmt: skip
_DUE = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _seen(proposal: Proposal, default: str, readings: Readings) -> list[str]:
    clause, found = proposal.clause, proposal.found
    quantity, text = clause.quantity, proposal.reading.text
    value = found.value
    assert isinstance(value, Target)
    front, rest = text[max(0, quantity.start - 160) : quantity.start].lower(), text[quantity.end : quantity.end + 80].lower()
    unit = "%" if quantity.unit.startswith("%") else "money" if "đồng" in quantity.unit or quantity.unit == "đ" else "other"
    spoken = spoken_kind(text[: quantity.end], default)
    years = [int(y) for y in _DUE.findall(text)]
    own_year = int(readings.year) if readings.year else 0
    time = (
        "none"
        if not years or not own_year
        else "past"
        if max(years) < own_year
        else "now"
        if max(years) == own_year
        else "later"
    )
    out = [
        f"rule={value.kind}",
        f"default={default}",
        f"spoken={spoken}",
        f"rule&spoken={value.kind}&{spoken}",
        f"plausible={quantity.plausible}",
        f"plausible&rule={quantity.plausible}&{value.kind}",
        f"unit={quantity.unit.lower()[:24]}",
        f"unit1={quantity.unit.lower().split(' ')[0]}",
        f"sort={unit}",
        f"sort&rule={unit}&{value.kind}",
        f"comparator={quantity.comparator}",
        f"comparator&rule={quantity.comparator}&{value.kind}",
        f"role={quantity.role}",
        f"known={quantity.is_measured}",
        f"inside={clause.inside}",
        f"opens={clause.opens}",
        f"in_words={quantity.number.in_words}",
        f"of={quantity.number.of is not None}",
        f"digits={min(6, len(quantity.number.text))}",
        f"padded={quantity.number.text.startswith('0')}",
        f"due={bool(value.due)}",
        f"time={time}",
        f"time&rule={time}&{value.kind}",
        f"starts={' '.join(words_of(text[:40])[:2])}",
        f"starts1={' '.join(words_of(text[:40])[:1])}",
        f"ends={text.rstrip()[-1:]}",
        f"genre&default={readings.structure.genre.value}&{default}",
        *(f"front={w}" for w in _CUES if w in front),
        *(f"rest={w}" for w in _CUES if w in rest),
        *before(text, quantity.start, "b", 3, 50),
        *behind(text, quantity.end, "a", 3, 50),
    ]
    return [f"t:{f}" for f in out]
