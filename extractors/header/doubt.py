"""How likely each field of a header is right, and which fields contradict each other.

Each field is a small logistic regression over what speaks for it and against it on the page: how it was found, how surely
its words were read, and whether other parts of the page agree (the notation with type and issuer, the place with the
province, the date with the dates of the documents cited). Weights by ``scripts/training/train_header.py`` from documents
with known headers; ``benchmarks/header.md`` has what they reach on documents left out.

A contradiction makes a field doubtful whatever its probability.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import regex

from extractors.confidence import EVEN, Ground
from extractors.header.draft import Draft
from extractors.header.issuer import agrees_with_notation, is_known_body
from extractors.header.provinces import provinces
from extractors.header.reference import iso_day
from extractors.structure.blocks import Structure, Zone
from extractors.words.folding import folded
from normalizers.document_numbers import NUMBER, document_types, notation_of, type_of_number, year_of_number
from normalizers.forms import fold
from normalizers.lexicon import gazetteer
from normalizers.official_form import BLANK, is_capitals

FIELDS = ("number", "type", "issuer", "province", "place", "date", "title", "signer", "signer_title")
FAIR = 0.85
"""Mean probability of the words of a field below which its reading counts as fair only; printed lines reach 0.95."""
Evidence = dict[str, dict[str, bool]]
_CITED_DAY = regex.compile(
    r"^\s*,?\s*ng[aà]y\s+(?P<day>\d{1,2}(?:\s?[/.-]\s?|\s+tháng\s+)\d{1,2}(?:\s?[/.-]\s?|\s+năm\s+)\d{4})"
)
_ODD = regex.compile(r"[^\p{L}\p{N}\s.,;:/()“”\"'‘’–&%-]|\b\p{Ll}\b(?<![aàáảãạăâeêoôơuưyýỳiíìở])|\p{Ll}\p{Lu}")
_ODD_SIGNS = regex.compile(r"[+{}|~€$#<>=\\^@¢£¥©®]")
_LONG_TITLE = 75
"""Words: one title in a hundred of the provincial corpus is longer."""


def weigh(structure: Structure, draft: Draft, ground: Ground | None) -> None:
    """Gives every field its probability and names the doubtful ones."""
    for name, said in evidence(structure, draft, ground).items():
        by_hand = draft.candidates.get(name, {}).get(draft.fields[name])
        draft.probabilities[name] = round(probability(name, said), 3) if by_hand is None else by_hand
        if draft.probabilities[name] < EVEN:
            draft.doubt(name)
    for name in contradictions(structure, draft):
        draft.doubt(name)


def probability(name: str, said: Mapping[str, bool]) -> float:
    """The probability that a field is right for which this speaks."""
    weights = _models()[name]["prior"] | _models()[name]["weights"]  # a feature never seen in training keeps its prior
    logit = weights["bias"] + sum(weights[feature] for feature, holds in said.items() if holds)
    return 1.0 / (1.0 + math.exp(-logit))


@cache
def _models() -> dict[str, dict[str, dict[str, float]]]:
    data = json.loads(files("extractors").joinpath("data/header_doubt.json").read_text(encoding="utf-8"))
    models: dict[str, dict[str, dict[str, float]]] = data["fields"]
    return models


# --- what speaks for a field ------------------------------------------------------------------------------------------


def evidence(structure: Structure, draft: Draft, ground: Ground | None) -> Evidence:
    """For every field that was found, each feature by its name."""
    own = {
        "number": _of_number,
        "type": _of_type,
        "issuer": _of_issuer,
        "province": _of_province,
        "place": _of_place,
        "date": _of_date,
        "title": _of_title,
        "signer": _of_signer,
        "signer_title": _of_signer_title,
    }
    found: Evidence = {}
    for name in FIELDS:
        if name in draft.fields:
            found[name] = own[name](structure, draft) | _of_reading(draft, name, ground)
    return found


def _of_reading(draft: Draft, name: str, ground: Ground | None) -> dict[str, bool]:
    span = draft.spans.get(name)
    sure = ground.reading_confidence(ground.offsets.to_raw(span)) if ground is not None and span is not None else 1.0
    return {"read badly": sure < EVEN, "read fairly": EVEN <= sure < FAIR}


_BETWEEN_PARTS = regex.compile(r"[-/.(]")


def _of_number(structure: Structure, draft: Draft) -> dict[str, bool]:
    number, notes = draft.fields["number"], draft.notes["number"]
    head = _BETWEEN_PARTS.split(notation_of(number).replace("T.Tr", "TTr"))[0].upper()
    return {
        "figures lost": number.startswith(BLANK),
        "mended": "mended" in notes,
        "attached": "attached" in notes,
        "known type": head in document_types(),
        "of the issuer": agrees_with_notation(draft.fields.get("issuer", ""), number),
        "no hyphen": "-" not in number,
        "no letterhead": not notes & {"complete", "blank", "attached"},
    }


def _of_type(structure: Structure, draft: Draft) -> dict[str, bool]:
    notes = draft.notes["type"]
    told = type_of_number(draft.fields.get("number", ""))
    return {
        "named": "word" in notes,
        "open": "open" in notes,
        "by notation": "notation" in notes and "word" not in notes,
        "by addressee": "addressee" in notes,
        "by body": "body" in notes,
        "running": "running" in notes,
        "notation agrees": told == draft.fields["type"],
    }


_DIGIT = regex.compile(r"\d")
_OF_THE_PEOPLE = regex.compile(r"nhân dân(?: tỉnh| thành phố| huyện| quận| xã)?$")


def _of_issuer(structure: Structure, draft: Draft) -> dict[str, bool]:
    issuer, notes = draft.fields["issuer"], draft.notes["issuer"]
    signed = " ".join(fold(line) for _, line in structure.lines_in(Zone.TAIL) if is_capitals(line))
    return {
        "acting": "acting" in notes,
        "authority": "authority" in notes,
        "known": is_known_body(issuer),
        "notation agrees": "notation" in notes,
        "signed": len(issuer) > 8 and " ".join(fold(issuer).split()[:4]) in signed,
        "many bodies": "many" in notes,
        "first line lost": "first line lost" in notes,
        "odd letters": bool(_ODD.search(issuer)) or bool(_DIGIT.search(issuer)),
        "short": len(issuer.split()) < 3,
        "council without place": bool(_OF_THE_PEOPLE.search(issuer)),
    }


def _of_province(structure: Structure, draft: Draft) -> dict[str, bool]:
    notes = draft.notes["province"]
    place = fold(draft.fields.get("place", ""))
    elsewhere = place in provinces() and provinces()[place] != draft.fields["province"]
    return {
        "of the issuer": "issuer" in notes,
        "of the superior": "superior" in notes,
        "by place": "place" in notes and place in provinces(),
        "by town": "place" in notes and place not in provinces(),
        "place agrees": "agrees" in notes,
        "place elsewhere": elsewhere,
        "doubted issuer": draft.probabilities.get("issuer", 1.0) < EVEN,
    }


_CITY = regex.compile(r"^(?:Thành phố|TP\.?) ")


def _of_place(structure: Structure, draft: Draft) -> dict[str, bool]:
    place = fold(_CITY.sub("", draft.fields["place"]))
    return {
        "province": place in provinces(),
        "known": bool(gazetteer.find(draft.fields["place"])),
        "in the issuer": place in fold(draft.fields.get("issuer", "")),
    }


def _of_date(structure: Structure, draft: Draft) -> dict[str, bool]:
    notes = draft.notes["date"]
    latest = latest_cited(structure)
    whole = draft.fields.get("date_precision", "day") == "day"
    return {
        "month only": draft.fields.get("date_precision") == "month",
        "year only": draft.fields.get("date_precision") == "year",
        "closing": "closing" in notes,
        "attached": "attached" in notes,
        "before what it cites": latest is not None and whole and latest > draft.fields["date"],
        "soon after what it cites": latest is not None and latest[:4] == draft.fields["date"][:4],
        "with place": "place" in draft.fields,
    }


_BROKEN_OFF = regex.compile(r"(?:,|-|\b(?:và|của|về|cho|các|tại|với|theo))$")


def _of_title(structure: Structure, draft: Draft) -> dict[str, bool]:
    title, notes = draft.fields["title"], draft.notes["title"]
    words = title.split()
    return {
        "about": "about" in notes,
        "zone": "zone" in notes,
        "long": "long" in notes or len(words) > _LONG_TITLE,
        "short": len(words) < 3,
        "ends open": bool(_BROKEN_OFF.search(title)),
        "odd letters": bool(_ODD.search(title)),
        "odd signs": bool(_ODD_SIGNS.search(title)) or title.count("“") != title.count("”") or title.count('"') % 2 == 1,
        "running": "running" in notes,
        "unnamed type": not draft.notes["type"] & {"word", "open"} and "about" not in notes,
    }


def _of_signer(structure: Structure, draft: Draft) -> dict[str, bool]:
    notes = draft.notes["signer"]
    return {
        "surname": "surname" in notes,
        "alone": "alone" in notes,
        "caption": "caption" in notes,
        "under an office": "signer_title" in draft.fields,
        "two words": len(draft.fields["signer"].split()) == 2,
        "odd letters": bool(_ODD.search(draft.fields["signer"])),
        "cosigned": "cosigners" in draft.fields,
    }


def _of_signer_title(structure: Structure, draft: Draft) -> dict[str, bool]:
    notes = draft.notes["signer_title"]
    return {
        "capacity": "capacity" in notes,
        "several": "several" in notes,
        "guessed": "guessed" in notes,
        "with a name": "signer" in draft.fields,
    }


# --- what contradicts ---------------------------------------------------------------------------------------------------


def contradictions(structure: Structure, draft: Draft) -> set[str]:
    """Fields whose parts say different things."""
    found: set[str] = set()
    number, date = draft.fields.get("number", ""), draft.fields.get("date", "")
    told, named = type_of_number(number), draft.fields.get("type")
    if told and named and "word" in draft.notes["type"] and not _same_type(told, named):
        found |= {"number", "type"} if told != "Công văn" else {"number"}
    year = year_of_number(number)
    if year is not None and date and int(date[:4]) != year:
        found |= {"number", "date"}
    latest = latest_cited(structure)
    if latest is not None and len(date) == 10 and latest > date:
        found.add("date")
    if _is_nobodys(draft):
        found.add("issuer")
    place, province = fold(draft.fields.get("place", "")), draft.fields.get("province")
    if province and place in provinces() and provinces()[place] != province and "place" not in draft.notes["province"]:
        found |= {"issuer", "province"}
    return found


def _is_nobodys(draft: Draft) -> bool:
    """A council or committee of which nothing says whose it is ("Ủy ban nhân dân tỉnh")."""
    return bool(_OF_THE_PEOPLE.search(draft.fields.get("issuer", ""))) and "province" not in draft.fields


def _same_type(told: str, named: str) -> bool:
    """QĐ is a Quy định of the Party too; "Thông báo kết luận" is a Thông báo."""
    alike = {folded(told), folded(named)} == {"quyet dinh", "quy dinh"}
    return alike or folded(named).startswith(folded(told)) or folded(told).startswith(folded(named))


def latest_cited(structure: Structure) -> str | None:
    """The latest day of a document that the body cites; the document itself is no older."""
    latest: str | None = None
    for block in structure.blocks:
        if block.zone is not Zone.BODY:
            continue
        text = block.text[:4000]
        for match in NUMBER.finditer(text):
            day = _CITED_DAY.match(text[match.end() : match.end() + 40])
            iso = iso_day(day["day"]) if day else None
            if iso and (latest is None or iso > latest):
                latest = iso
    return latest
