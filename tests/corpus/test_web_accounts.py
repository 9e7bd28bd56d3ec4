"""Log-in, sessions and wrong passwords: who may do what, for how long, and how fast somebody may guess."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

pytest.importorskip("datasette")

from corpus.web.tries import FREE, LONGEST_WAIT, Tries
from db import sessions
from db.reviewers import add_reviewer, remove_reviewer
from db.sessions import begin_session, session_of
from db.store import Corpus
from tests.corpus.test_web_review import KEY, LINE, master, path, room

__all__ = ["master", "path"]


def review_page(ask, who="Lan:mật khẩu dài"):
    return ask(f"/document/{KEY}/page/1?review=1", who=who)


def test_log_out_ends_the_session_at_the_server(path):
    with room(path) as ask:
        cookie = ask("/log-in", {"name": "Lan", "password": "mật khẩu dài"}, who=None).headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
        mine = {"cookie": cookie.partition(";")[0]}
        assert ask("/sessions", who=None, **mine).status_code == 200
        answer = ask("/log-out", {}, who=None, **mine)
        assert answer.status_code == 303 and 'vanban_session=""' in answer.headers["set-cookie"]
        assert ask("/review/line", LINE, who=None, **mine).status_code == 401


@pytest.mark.parametrize("change", [lambda c: add_reviewer(c, "Lan", "mật khẩu mới"), lambda c: remove_reviewer(c, "Lan")])
def test_a_changed_or_removed_password_stops_working_at_once(path, change):
    with room(path) as ask:
        assert review_page(ask).status_code == 200
        with Corpus.open(path) as corpus:  # as another process would
            change(corpus)
        assert review_page(ask).status_code == 302
        assert ask("/review/line", LINE).status_code == 401
        assert ask("/log-in", {"name": "Lan", "password": "mật khẩu dài"}, who=None).status_code == 403


def test_sessions_are_listed_and_ended_one_by_one_by_their_owner_only(path):
    with Corpus.open(path) as corpus:
        add_reviewer(corpus, "Minh", "mật khẩu khác")
        elsewhere = begin_session(corpus, "Lan", address="10.0.0.9", agent="Firefox")
        other = session_of(corpus, elsewhere).id
    with room(path) as ask:
        assert "10.0.0.9" in ask("/sessions").text and "10.0.0.9" not in ask("/sessions", who="Minh:mật khẩu khác").text
        ask("/sessions", {"session": str(other)}, who="Minh:mật khẩu khác")
        with Corpus.open(path, read_only=True) as corpus:
            assert session_of(corpus, elsewhere)
        assert ask("/sessions", {"session": str(other)}).status_code == 303
        with Corpus.open(path, read_only=True) as corpus:
            assert session_of(corpus, elsewhere) is None
        assert ask("/sessions", {"session": "9" * 40}).status_code == 400


def test_a_session_ends_when_it_is_idle_or_old(path, monkeypatch):
    with Corpus.open(path) as corpus:
        token = begin_session(corpus, "Lan")
        assert session_of(corpus, token) and session_of(corpus, token + "x") is None
        for name in ("IDLE", "LONGEST"):
            with monkeypatch.context() as patch:
                patch.setattr(sessions, name, timedelta(seconds=-1))
                assert session_of(corpus, token) is None


def test_a_session_outlives_the_server_and_its_token_is_not_kept(path):
    with room(path) as ask:
        cookie = (
            ask("/log-in", {"name": "Lan", "password": "mật khẩu dài"}, who=None).headers["set-cookie"].partition(";")[0]
        )
    with room(path) as ask:
        assert ask("/sessions", who=None, cookie=cookie).status_code == 200
    assert cookie.partition("=")[2].encode() not in path.read_bytes()


def test_readers_are_asked_for_a_name_too_and_may_not_review(path):
    with Corpus.open(path) as corpus:
        add_reviewer(corpus, "Đọc", "mật khẩu đọc", may_review=False)
    with room(path, review=True, readers=True) as ask:
        for address in (
            "/",
            "/search?q=giam",
            f"/document/{KEY}",
            f"/document/{KEY}/file",
            "/export/targets.csv",
            "/overview",
        ):
            assert ask(address, who=None).headers["location"].startswith("/log-in?next="), address
        assert ask("/search.json?q=giam", who=None).status_code == ask("/search.atom?q=giam", who=None).status_code == 401
        assert ask("/room/room.css", who=None).status_code == ask("/log-in", who=None).status_code == 200
        assert ask("/search?q=giam", who="Đọc:mật khẩu đọc").status_code == 200
        assert ask("/queue", who="Đọc:mật khẩu đọc").status_code == 403
        assert ask("/review/line", LINE, who="Đọc:mật khẩu đọc").status_code == 403
        assert ask("/review/line", LINE).status_code == 303


def test_wrong_passwords_are_slowed_by_name_and_address_and_forgotten_again():
    now = [0.0]
    tries = Tries(lambda: now[0])
    waits = []
    for _ in range(25):
        tries.wrong("lan", "10.0.0.1")
        waits.append(tries.wait("lan", "10.0.0.1"))
        now[0] += waits[-1]
    assert waits[: FREE["name from address"]] == [0.0] * FREE["name from address"]
    assert waits == sorted(waits) and waits[-1] == LONGEST_WAIT
    assert tries.wait("lan", "10.0.0.2") == 0.0  # the owner, elsewhere
    assert tries.wait("minh", "10.0.0.1") == 0.0 or FREE["address"] < 25
    now[0] += 100_000
    assert tries.wait("lan", "10.0.0.1") == 0.0
    tries.wrong("lan", "10.0.0.1")
    assert tries.wait("lan", "10.0.0.1") == 0.0


def test_one_name_tried_from_many_addresses_is_slowed_as_well():
    tries = Tries(lambda: 0.0)
    for number in range(FREE["name"] + 1):
        tries.wrong("lan", f"10.0.0.{number}")
    assert tries.wait("lan", "10.9.9.9") > 0.0 and tries.wait("minh", "10.9.9.9") == 0.0


def test_two_hundred_wrong_passwords_at_once_starve_no_search(path):
    from corpus.web import close, make_datasette

    datasette = make_datasette(path, review=True)
    usual, slowest = [], []

    async def search():
        started = time.monotonic()
        assert (await datasette.client.get("/search?q=giam")).status_code == 200
        return time.monotonic() - started

    async def main():
        await datasette.invoke_startup()
        await search()  # templates are read once
        usual.extend([await search() for _ in range(10)])
        headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}

        async def guess(number):
            body = f"name=Lan&password=falsch{number}".encode()
            return (await datasette.client.post("/log-in", content=body, headers=headers)).status_code

        guessing = [asyncio.ensure_future(guess(number)) for number in range(200)]
        while not all(one.done() for one in guessing):
            slowest.append(await search())
        answers = [await one for one in guessing]
        assert set(answers) <= {403, 429} and answers.count(403) <= 2 * FREE["address"]

    asyncio.run(main())
    close(datasette)
    # ten milliseconds are usual; where a busy machine takes longer for each search, it does so for this one too
    assert slowest and max(slowest) < max(1.0, 100 * sorted(usual)[5])


def test_a_refused_log_in_keeps_the_name_and_says_when_to_come_again(path):
    with room(path) as ask:
        form = {"name": "Lan", "password": "falsch", "next": "/queue"}
        for _ in range(FREE["name from address"] + 1):
            answer = ask("/log-in", form, who=None)
        assert answer.status_code == 403 and 'value="Lan"' in answer.text and "falsch" not in answer.text
        answer = ask("/log-in", form, who=None)
        assert answer.status_code == 429 and "retry-after" in answer.headers and "giây" in answer.text
        assert ask("/log-in", form, who=None, site="cross-site").status_code == 403
