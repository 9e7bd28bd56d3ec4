"""The dated gazetteer: its data is sound, names are found, old territory leads to new."""

from __future__ import annotations

import runpy
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from normalizers.lexicon import gazetteer
from normalizers.lexicon.gazetteer import Level, equivalents, find, province, province_of, successor, successors

ROOT = Path(__file__).resolve().parents[2]
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("level", "before", "after"), [(Level.PROVINCE, 63, 34), (Level.DISTRICT, 696, 0), (Level.COMMUNE, 10_035, 3_321)]
)
def test_number_of_units_on_either_side_of_the_reform(level: Level, before: int, after: int) -> None:
    assert len(list(gazetteer.units(level, BEFORE))) == before
    assert len(list(gazetteer.units(level, AFTER))) == after


def test_every_reference_resolves_and_ended_units_have_heirs() -> None:
    for unit in gazetteer.units():
        assert unit.parent is None or gazetteer.get(unit.parent).level < unit.level or unit.level != Level.PROVINCE
        assert (unit.parent is None) == (unit.level == Level.PROVINCE)
        heirs = successors(unit)
        assert bool(heirs) == (unit.valid_to is not None), unit
        assert all(heir.valid_to is None or heir.valid_to > unit.valid_to for heir in heirs if unit.valid_to), unit
        assert unit.valid_from is None or unit.valid_to is None or unit.valid_from < unit.valid_to


def test_every_new_commune_has_a_past() -> None:
    assert all(gazetteer.predecessors(unit) for unit in gazetteer.units(Level.COMMUNE, AFTER))


@pytest.mark.parametrize(
    ("name", "on", "full_name"),
    [
        ("Hậu Giang", BEFORE, "tỉnh Hậu Giang"),
        ("TỈNH HẬU GIANG", None, "tỉnh Hậu Giang"),
        ("hau giang", None, "tỉnh Hậu Giang"),
        ("TP. Cần Thơ", AFTER, "thành phố Cần Thơ"),
        ("TP.HCM", AFTER, "thành phố Hồ Chí Minh"),
        ("TPHCM", BEFORE, "thành phố Hồ Chí Minh"),
        ("TT-Huế", date(2020, 1, 1), "tỉnh Thừa Thiên Huế"),
        ("Huế", date(2025, 2, 1), "thành phố Huế"),
        ("BR-VT", BEFORE, "tỉnh Bà Rịa - Vũng Tàu"),
        ("Bà Rịa – Vũng Tàu", BEFORE, "tỉnh Bà Rịa - Vũng Tàu"),
        ("Đắc Lắc", AFTER, "tỉnh Đắk Lắk"),
        ("Hoà Bình", BEFORE, "tỉnh Hòa Bình"),
        ("Thanh Hoá", AFTER, "tỉnh Thanh Hóa"),
        ("Hà Tây", date(2004, 6, 25), "tỉnh Hà Tây"),
        ("quận 1", BEFORE, "quận 1"),
        ("thị xã Tịnh Biên", BEFORE, "thị xã Tịnh Biên"),
        ("đặc khu Côn Đảo", AFTER, "đặc khu Côn Đảo"),
    ],
)
def test_find_first_is(name: str, on: date | None, full_name: str) -> None:
    assert find(name, on=on)[0].full_name == full_name


def test_find_keeps_to_kind_level_and_day() -> None:
    assert {unit.kind for unit in find("xã Tân Lập")} == {"xã"}
    assert {unit.level for unit in find("Tân Lập", Level.COMMUNE)} == {Level.COMMUNE}
    assert find("tỉnh Hậu Giang", on=AFTER) == []
    assert find("Hà Tây", Level.PROVINCE, BEFORE) == []
    assert find("Atlantis") == find("") == find("huyện ") == []


def test_find_tells_names_apart_that_differ_in_marks_only() -> None:
    communes = {unit.name for unit in find("cam giang", Level.COMMUNE, AFTER)}
    assert {"Cẩm Giang", "Cẩm Giàng"} <= communes
    assert {unit.name for unit in find("Cẩm Giàng", Level.COMMUNE, AFTER)} == {"Cẩm Giàng"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH HẬU GIANG", "Hậu Giang"),
        ("UBND TP.HCM", "Hồ Chí Minh"),
        ("Thành phố Hồ Chí Minh, ngày 09 tháng 9 năm 2025", "Hồ Chí Minh"),
        ("SỞ Y TẾ TT-HUẾ", "Thừa Thiên Huế"),
        ("UBND TINH DAK LAK", "Đắk Lắk"),
        ("Đường Hà Nội, phường 3, TP. Vũng Tàu, tỉnh Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("UBND HUYỆN VĨNH PHÚC, TỈNH AN GIANG", "An Giang"),
        ("Quảng Ngãi, ngày 23 tháng 01 năm 2025", "Quảng Ngãi"),
        ("giữ gìn hòa bình, ổn định", None),
        ("xã Hòa Bình", None),
        ("THỦ TƯỚNG CHÍNH PHỦ", None),
        ("", None),
    ],
)
def test_province_of(text: str, name: str | None) -> None:
    found = province_of(text)
    assert (found.name if found else None) == name


def test_province_of_a_day_gives_the_unit_of_that_day() -> None:
    assert province_of("tỉnh Quảng Ngãi", BEFORE) != province_of("tỉnh Quảng Ngãi", AFTER)
    assert province_of("tỉnh Hậu Giang", AFTER) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tỉnh Hậu Giang", "thành phố Cần Thơ"),
        ("tỉnh Kon Tum", "tỉnh Quảng Ngãi"),
        ("tỉnh Thừa Thiên Huế", "thành phố Huế"),
        ("tỉnh Hà Tây", "thành phố Hà Nội"),
        ("huyện Côn Đảo", "đặc khu Côn Đảo"),
        ("huyện Phú Quý", "đặc khu Phú Quý"),
    ],
)
def test_successor(old: str, new: str) -> None:
    heir = successor(find(old)[0])
    assert heir is not None and heir.full_name == new


def test_territory_lasts_where_nothing_was_merged() -> None:
    hanoi = find("Hà Nội", Level.PROVINCE)
    assert len(hanoi) == 1 and successor(hanoi[0]) is None
    assert hanoi[0].existed(BEFORE) and hanoi[0].existed(AFTER)
    assert province(find("quận Ba Đình")[0]) == province(find("phường Ba Đình", on=AFTER)[0]) == hanoi[0]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Hậu Giang", {"Hậu Giang", "Cần Thơ"}),
        ("Cần Thơ", {"Cần Thơ", "Hậu Giang", "Sóc Trăng"}),
        ("TT-Huế", {"Thừa Thiên Huế", "Huế"}),
        ("Lai Châu", {"Lai Châu"}),
        ("huyện Châu Thành", set()),
    ],
)
def test_equivalents(name: str, names: set[str]) -> None:
    assert equivalents(name) == names


@pytest.mark.skipif(find_spec("vietnamadminunits") is None, reason="the source package is not installed")
def test_data_file_is_what_the_script_makes(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "gazetteer"))
    package = find_spec("vietnamadminunits")
    assert package is not None and package.submodule_search_locations
    rows = sorted(script["build"](Path(next(iter(package.submodule_search_locations))) / "data"))
    lines = (ROOT / "normalizers" / "data" / "gazetteer.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[2:] == ["\t".join(row) for row in rows]
