"""Search among facts."""

from __future__ import annotations

import pytest

from corpus.export.facts import FactQuery, FactQueryError, falls_due, matching_facts, search_facts
from corpus.search.filters import Filters
from corpus.search.selection import Selection
from db.store import Corpus
from documents.facts import Deadline, Header, Target
from tests.making import a_document

PLAN = """Phấn đấu 90% hồ sơ trực tuyến vào năm 2025
giảm 20 phút chờ đợi
Sở Nội vụ báo cáo trước ngày 05 tháng 12 hằng năm
UBND cấp xã hoàn thành trong tháng 6 năm 2025
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    document = a_document(
        PLAN,
        header=Header(province="Hậu Giang", date="2021-01-01"),
        facts=[
            (
                "90% hồ sơ",
                Target("target", 90.0, "%", ">=", indicator="hồ sơ trực tuyến", due="2025", responsible=("Sở Nội vụ",)),
            ),
            ("giảm 20 phút", Target("result", 20.0, "phút", "decrease", indicator="thời gian chờ đợi")),
            ("Sở Nội vụ báo cáo", Deadline("recurring", "FREQ=YEARLY;MONTH=12;DAY=5", "before", "báo cáo", ("Sở Nội vụ",))),
            ("UBND cấp xã hoàn thành", Deadline("date", "2025-06-30", "by", "hoàn thành", ("UBND cấp xã",))),
        ],
    )
    path = tmp_path_factory.mktemp("facts") / "f.db"
    with Corpus.open(path, create=True) as corpus:
        corpus.save(document, path="a")
        yield corpus


@pytest.mark.parametrize(
    ("query", "quotes"),
    [
        (FactQuery(), ["90% hồ sơ", "giảm 20 phút"]),
        (FactQuery(unit="%"), ["90% hồ sơ"]),
        (FactQuery(unit="phut"), ["giảm 20 phút"]),
        (FactQuery(words="ho so"), ["90% hồ sơ"]),
        (FactQuery(words="giám"), []),
        (FactQuery(words="giảm"), ["giảm 20 phút"]),
        (FactQuery(value_from=50), ["90% hồ sơ"]),
        (FactQuery(value_from=10, value_to=50), ["giảm 20 phút"]),
        (FactQuery(due="2025"), ["90% hồ sơ"]),
        (FactQuery(due="2024"), []),
        (FactQuery(sort_of="result"), ["giảm 20 phút"]),
        (FactQuery(responsible="so noi vu"), ["90% hồ sơ"]),
        (FactQuery(within=Selection(filters=Filters(province="Cần Thơ", year_to=2021))), ["90% hồ sơ", "giảm 20 phút"]),
        (FactQuery(within=Selection(filters=Filters(year_from=2022))), []),
        (FactQuery(within=Selection("báo cáo")), ["90% hồ sơ", "giảm 20 phút"]),
        (FactQuery(within=Selection("không có")), []),
        (FactQuery(kind="deadlines", due="2025-06"), ["UBND cấp xã hoàn thành"]),
        (FactQuery(kind="deadlines", due="2030-12"), ["Sở Nội vụ báo cáo"]),
        (FactQuery(kind="deadlines", responsible="UBND"), ["UBND cấp xã hoàn thành"]),
        (FactQuery(kind="citations"), []),
    ],
)
def test_search_facts_finds_these_and_no_others(corpus, query, quotes):
    result = search_facts(corpus, query)
    assert [fact["quote"] for fact in result.facts] == quotes and result.total == len(quotes)
    assert [fact["quote"] for fact in matching_facts(corpus, query)] == quotes


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (FactQuery(kind="documents"), "there are targets"),
        (FactQuery(kind="deadlines", unit="%"), "goes with targets and assignments"),
        (FactQuery(kind="citations", value_to=0), "goes with targets"),
        (FactQuery(kind="assignments", due="2025"), "goes with targets and deadlines"),
    ],
)
def test_search_facts_knows_its_kinds_and_their_conditions(corpus, query, said):
    with pytest.raises(FactQueryError, match=said):
        search_facts(corpus, query)
    with pytest.raises(FactQueryError, match=said):
        matching_facts(corpus, query)


@pytest.mark.parametrize(
    ("iso", "wanted", "due"),
    [
        ("2025-06-30", "2025-06", True),
        ("2021/2025", "2026", False),
        ("2023/2025;P1Y", "2020", True),
        ("FREQ=QUARTERLY", "2025-05", True),
        ("FREQ=YEARLY;MONTH=12;DAY=5", "2025-11", False),
        ("", "2025", False),
    ],
)
def test_falls_due(iso, wanted, due):
    assert falls_due(iso, wanted) is due


@pytest.mark.parametrize(
    "query",
    [
        FactQuery(sort_of="x' OR 1=1 --"),
        FactQuery("citations", sort_of="x' OR 1=1 --"),
        FactQuery(due="12/2026"),
        FactQuery("deadlines", due="2026-00"),
        FactQuery(value_from=2, value_to=1),
    ],
)
def test_conditions_that_say_nothing_are_refused(corpus, query):
    with pytest.raises(FactQueryError, match=r"there are|write 2026|change places"):
        search_facts(corpus, query)
