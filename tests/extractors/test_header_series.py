"""Numbers rise with dates: the chain through all readings."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.header.series import Point, Written, decide, points_of, rising

POINTS = st.builds(Point, st.integers(1, 40), st.integers(1, 28).map(lambda day: f"2010-03-{day:02}"), st.floats(0.011, 1.0))


@st.composite
def documents(draw):
    found = []
    for key in range(draw(st.integers(0, 9))):
        sure = draw(st.booleans())
        points = draw(st.lists(POINTS, min_size=1, max_size=1 if sure else 5, unique_by=lambda p: (p.number, p.date)))
        found.append(Written(key, tuple(sorted(points, key=lambda p: -p.chance)), sure))
    return found


@settings(max_examples=150, deadline=None)
@given(documents())
def test_a_chain_rises_and_takes_each_document_once(written):
    chain = rising(written)
    assert all(a.rises_to(b) for (_, a), (_, b) in pairwise(chain))
    keys = [key for key, _ in chain]
    assert len(keys) == len(set(keys))
    assert all(point in written[key].points for key, point in chain)
    assert bool(chain) == bool(written)


@settings(max_examples=60, deadline=None)
@given(documents())
def test_nothing_sure_is_decided_and_every_decision_is_one_of_its_readings(written):
    for key, point in decide(written).items():
        assert not written[key].sure
        assert (point.number, point.date) in {(p.number, p.date) for p in written[key].points}
        assert 0 < point.chance <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), min_size=4, max_size=20), st.randoms(use_true_random=False))
def test_documents_that_rise_already_keep_their_first_readings(steps, random):
    number, day, written = 0, 1, []
    for key, (by, days) in enumerate(steps):
        number, day = number + by, min(28, day + days)
        best = Point(number, f"2010-03-{day:02}", 0.6)
        written.append(Written(key, (best,)))
    random.shuffle(written)
    assert {key: (p.number, p.date) for key, p in decide(written).items()} == {
        one.key: (one.points[0].number, one.points[0].date) for one in written
    }


def test_a_reading_that_breaks_the_order_gives_way():
    days = [f"2010-03-{day:02}" for day in (1, 5, 9, 12, 20)]
    read = [{12: 0.7}, {75: 0.5, 15: 0.3}, {19: 0.8}, {24: 0.6, 21: 0.3}, {31: 0.9}]
    written = [Written(i, points_of(n, {d: 1.0})) for i, (n, d) in enumerate(zip(read, days, strict=True))]
    assert [decide(written)[i].number for i in range(5)] == [12, 15, 19, 24, 31]


def test_two_series_thrown_together_decide_nothing():
    days = [f"2010-{month:02}-01" for month in range(1, 9)]
    written = [
        Written(i, (Point(n, d, 0.9),)) for i, (n, d) in enumerate(zip([1, 210, 3, 225, 7, 260, 12, 301], days, strict=True))
    ]
    assert decide(written) == {}


def test_one_number_on_two_documents_of_one_day_is_kept():
    written = [
        Written(i, (Point(n, d, 0.9),))
        for i, (n, d) in enumerate([(9, "2010-06-01"), (118, "2010-06-14"), (118, "2010-06-14"), (119, "2010-06-14")])
    ]
    assert len(decide(written)) == 4
