"""A server with review, and twenty programs that write to the same corpus and end: each may take the journal along."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.making import the_decision

pytest.importorskip("datasette")

from db.reviewers import add_reviewer
from db.store import Corpus, document_key

ROOT = Path(__file__).resolve().parents[2]
SERVE = (
    "import sys; from corpus.web import serve; serve(sys.argv[1], port=0, review=True, ready=lambda u: print(u, flush=True))"
)
WRITE = """
import sys
from db.reviewers import add_reviewer
from db.store import Corpus
from tests.making import a_document
name = sys.argv[2]
with Corpus.open(sys.argv[1]) as corpus:
    corpus.save(a_document(f"văn bản mới {name}\\n", name=f"{name}.pdf", content=name), path=name)
with Corpus.open(sys.argv[1]) as corpus:
    add_reviewer(corpus, name, "mat khau dai")
"""
WRITERS, AT_ONCE = 20, 4
KEY = document_key(the_decision().document.source.sha256)


class Visitor:
    """One browser that is logged in."""

    def __init__(self, address: str) -> None:
        self.host = address.removeprefix("http://").strip("/\n")
        self.cookie = ""
        _, headers, _ = self.ask("/log-in", {"name": "lan", "password": "mat khau dai"})
        self.cookie = headers["set-cookie"].partition(";")[0]

    def ask(self, address, form=None):
        connection = http.client.HTTPConnection(self.host, timeout=30)
        headers = {"cookie": self.cookie, "sec-fetch-site": "same-origin"}
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if form is None else "POST", address, None if form is None else urlencode(form), headers)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, answer.headers, body


@pytest.mark.issue(18)
def test_twenty_writers_end_and_the_server_goes_on(tmp_path):
    """Every page answers, every review is kept, new documents are found at once, and the one file has it all in the end."""
    path = tmp_path / "c.db"
    with Corpus.open(path, create=True) as corpus:
        corpus.save(the_decision(), path="a")
        add_reviewer(corpus, "lan", "mat khau dai")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(path)], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )
    text = the_decision().repaired.text.split("\n")[4]
    try:
        visitor = Visitor(server.stdout.readline())
        for first in range(0, WRITERS, AT_ONCE):
            names = [f"nguoi{number}" for number in range(first, first + AT_ONCE)]
            writing = [
                subprocess.Popen([sys.executable, "-c", WRITE, str(path), name], env=environment, cwd=ROOT) for name in names
            ]
            for number, writer in zip(range(first, first + AT_ONCE), writing, strict=True):
                after = f"Dòng đã sửa lần {number}"
                form = {"key": KEY, "page": "1", "line": "5", "show": "5", "before": text, "after": after}
                assert visitor.ask("/review/line", form)[0] == 303
                text = after
                for address in (
                    "/",
                    "/search?q=moi",
                    f"/document/{KEY}",
                    "/facts/deadlines",
                    "/overview",
                    "/reviews",
                    "/queue",
                ):
                    assert visitor.ask(address)[0] == 200, address
                assert writer.wait(60) == 0
            for name in names:
                assert f"{name}.pdf" in visitor.ask(f"/search?q={name}")[2]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        server.stdout.close()
    alone = tmp_path / "alone.db"
    shutil.copy(path, alone)  # the one file, without its journal
    with Corpus.open(alone, read_only=True) as corpus:
        assert corpus.tuples("SELECT after FROM reviews ORDER BY id") == [(f"Dòng đã sửa lần {n}",) for n in range(WRITERS)]
        assert corpus.totals()["documents"] == WRITERS + 1
        assert corpus.tuples("SELECT count(*) FROM reviewers") == [(WRITERS + 1,)]
        assert corpus.tuples("PRAGMA integrity_check") == [("ok",)]
