"""Times of administrative prose: what they are worth and on which side of them the work lies."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.words.dates import find_times

# (words, type, ISO value, relation)
TIMES = [
    ("trước ngày 01 tháng 4 năm 2023", "date", "2023-04-01", "before"),
    ("trước ngày 05/12/2022", "date", "2022-12-05", "before"),
    ("đến hết ngày 31-12-2021", "date", "2021-12-31", "by"),
    ("chậm nhất là ngày 15/6/2020", "date", "2020-06-15", "by"),
    ("dự kiến vào giữa tháng 6/2020", "date", "2020-06", "in"),
    ("hoàn thành trong tháng 11 năm 2025", "date", "2025-11", "by"),
    ("xong trước tháng 9/2021", "date", "2021-09", "before"),
    ("đến năm 2025", "year", "2025", "by"),
    ("đến hết năm 2020", "year", "2020", "by"),
    ("trong năm 2021", "year", "2021", "in"),
    ("từ năm 2023", "year", "2023", "from"),
    ("giai đoạn 2021 - 2025", "period", "2021/2025", "in"),
    ("từ năm 2021 đến năm 2025", "period", "2021/2025", "in"),
    ("2021-2025", "period", "2021/2025", "in"),
    ("năm 2024 và 2025", "period", "2024/2025", "in"),
    ("từ tháng 4/2020 đến tháng 10/2020", "period", "2020-04/2020-10", "in"),
    ("từ tháng 4/2020 đén tháng 10/2020", "period", "2020-04/2020-10", "in"),
    ("từ ngày 01/01/2020 đến ngày 30/5/2020", "period", "2020-01-01/2020-05-30", "in"),
    ("Trong 6 tháng đầu năm 2020", "period", "2020-01/2020-06", "in"),
    ("9 tháng đầu năm 2021", "period", "2021-01/2021-09", "in"),
    ("06 tháng cuối năm 2020", "period", "2020-07/2020-12", "in"),
    ("trong quý IV năm 2022", "period", "2022-10/2022-12", "in"),
    ("Quý I/2023", "period", "2023-01/2023-03", "in"),
    ("quý III, IV năm 2021", "period", "2021-07/2021-12", "in"),
    ("hàng năm", "recurring", "FREQ=YEARLY", "every"),
    ("mỗi năm", "recurring", "FREQ=YEARLY", "every"),
    ("qua từng năm", "recurring", "FREQ=YEARLY", "every"),
    ("hằng quý", "recurring", "FREQ=QUARTERLY", "every"),
    ("định kỳ hàng tháng", "recurring", "FREQ=MONTHLY", "every"),
    ("định kỳ 6 tháng", "recurring", "FREQ=SEMIANNUAL", "every"),
    ("hàng quý, 6 tháng và hàng năm", "recurring", "FREQ=QUARTERLY|FREQ=SEMIANNUAL|FREQ=YEARLY", "every"),
    ("quý, 6 tháng, năm", "recurring", "FREQ=QUARTERLY|FREQ=SEMIANNUAL|FREQ=YEARLY", "every"),
    ("hàng quý, 6 tháng và cả năm", "recurring", "FREQ=QUARTERLY|FREQ=SEMIANNUAL|FREQ=YEARLY", "every"),
    ("6 tháng một lần", "recurring", "FREQ=SEMIANNUAL", "every"),
    ("01 lần/năm", "recurring", "FREQ=YEARLY", "every"),
    ("trước ngày 05 tháng 12 hàng năm", "recurring", "FREQ=YEARLY;MONTH=12;DAY=5", "before"),
    ("trước ngày 15/11 hằng năm", "recurring", "FREQ=YEARLY;MONTH=11;DAY=15", "before"),
    ("trước ngày 25 hàng tháng", "recurring", "FREQ=MONTHLY;DAY=25", "before"),
    ("trước ngày 20 của tháng cuối quý", "recurring", "FREQ=QUARTERLY;DAY=20", "before"),
    ("quý IV của năm trước liền kề", "relative", "quý IV của năm trước liền kề", "in"),
    ("ngay sau hội nghị công bố", "relative", "ngay sau hội nghị công bố", "from"),
    ("trong thời hạn 05 ngày làm việc", "relative", "trong thời hạn 05 ngày làm việc", "by"),
    ("sau 10 ngày kể từ ngày ký", "relative", "sau 10 ngày kể từ ngày ký", "from"),
]


@pytest.mark.parametrize(("words", "kind", "iso", "relation"), TIMES, ids=[t[0] for t in TIMES])
def test_find_times_reads(words, kind, iso, relation):
    [found] = find_times(f"Báo cáo {words}.")
    assert (found.type, found.iso, found.relation) == (kind, iso, relation)


@pytest.mark.parametrize(
    "text",
    [
        "ngày 31/02/2020", "Nghị định số 34/2016/NĐ-CP", "Thông tư 05/2022/TT-BTC", "mức độ 3, 4", "Việt Nam",
        "hàng hóa", "quý vị", "Quyết định số 3303/QĐ-UBND", "2025-2021", "tháng 13/2020",
    ],
)  # fmt: skip
def test_find_times_sees_no_time_in(text):
    assert find_times(text) == []


def test_times_are_completed_by_their_neighbours():
    assert [t.iso for t in find_times("Năm 2023, hoàn thành đăng ký xong trước ngày 01 tháng 4")] == ["2023-04-01"]
    cycle = find_times("Định kỳ hàng tháng (trước ngày 16 hàng tháng), 6 tháng (trước ngày 16/6), năm (trước ngày 20/11)")
    assert [t.iso for t in cycle] == ["FREQ=MONTHLY;DAY=16", "FREQ=YEARLY;MONTH=6;DAY=16", "FREQ=YEARLY;MONTH=11;DAY=20"]


def test_due_is_in_the_words_of_targets():
    assert [t.due for t in find_times("mỗi năm; hàng quý; đến năm 2025; giai đoạn 2021 - 2025; ngay sau khi ban hành")] == [
        "P1Y", "P3M", "2025", "2021/2025", None,
    ]  # fmt: skip


@given(st.dates(datetime.date(1930, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_is_read_in_every_form(day):
    for printed in (
        f"ngày {day.day:02} tháng {day.month:02} năm {day.year}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        f"ngày {day.day:02}/{day.month:02}/{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day:02}-{day.month:02}-{day.year}",
    ):
        assert [t.iso for t in find_times(f"trước {printed},")] == [day.isoformat()], printed


@given(st.text(alphabet="0123456789/-., ngàythángmquýIVhàđếntrước", max_size=80))
def test_find_times_stands_where_it_says(text):
    at = 0
    for found in find_times(text):
        assert at <= found.start <= found.core < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        at = found.start


@pytest.mark.parametrize("piece", ["1", "1/1/", "ngày 1 tháng ", "hàng quý, 6 tháng, ", "2021-", "từ ngày 1/1 đến ", "năm "])
def test_finding_times_in_endless_text_ends_soon(piece):
    text = piece * (300_000 // len(piece))
    start = time.process_time()
    find_times(text)
    assert time.process_time() - start < 5
