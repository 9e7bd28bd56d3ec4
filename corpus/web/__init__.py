"""The reading room: search and documents in a browser.

It is a Datasette application: ``datasette FILE`` opens it as well, without review. Datasette brings what is needed beside
the pages made here: tables and their JSON for the curious, a pool of read-only connections, templates that escape by
default. Raw SQL is switched off; visitors have search. The pages here are plain GET forms and links, need no script to
read, and ask no other host for anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.web import renderings
from corpus.web.renderings import Render
from db.connection import checkpoint
from db.store import Corpus

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
MISSING = "the reading room needs datasette: pip install datasette"

QUERY_MILLISECONDS = 5000
"""Time limit of one query. Search needs a tenth of it at a million pages (``benchmarks/search.py``)."""


class WebUnavailable(RuntimeError):
    """A library that the reading room needs is missing; the message has the command that installs it."""


CHECKPOINT_EVERY = 30.0
"""Seconds between looks at the journal: what somebody reviewed is in the one file within a minute (``db.connection``)."""


def make_datasette(
    db_path: Path | str,
    *,
    host: str = "127.0.0.1",
    review: bool = False,
    readers: bool = False,
    render: Render | None = None,
) -> Any:  # noqa: ANN401  # Datasette has no types
    """The application's Datasette; ``.app()`` is the ASGI application, ``.client`` asks it without a network.

    ``review`` lets the reviewers of the corpus (``db.reviewers``) log in and correct it; ``readers`` asks everybody for a
    log-in; ``render`` prints office files. Close it with ``close``. Raises what ``Corpus.open`` raises, and
    ``WebUnavailable``.
    """
    Corpus.open(db_path, read_only=True).close()
    try:
        from datasette.app import Datasette  # type: ignore[import-untyped]
        from datasette.plugins import pm  # type: ignore[import-untyped]
    except ImportError as error:
        raise WebUnavailable(MISSING) from error
    from corpus.web import plugin
    from corpus.web.settings import Settings

    if not pm.is_registered(plugin):
        pm.register(plugin, name="vanban")
    if pm.has_plugin("datasette.handle_exception"):
        pm.unregister(name="datasette.handle_exception")  # it prints a traceback for every address that is not there
    if render is not None:
        renderings.begin(db_path, render)
    settings = Settings(review=review, readers=readers, local_only=host in LOCAL_HOSTS, whole_server=True)
    return Datasette(
        files=[str(db_path)],
        metadata={"title": "vanban", "plugins": {"vanban": asdict(settings)}},
        settings={
            "sql_time_limit_ms": QUERY_MILLISECONDS,
            "suggest_facets": False,
            "default_allow_sql": False,
            "allow_download": False,
            "num_sql_threads": 3,
        },
    )


def close(application: Any) -> None:  # noqa: ANN401
    """Let go of the corpus of ``make_datasette``."""
    from corpus.web.accounts import close_accounts

    close_accounts(application)
    for database in application.databases.values():
        if database.path:
            renderings.end(database.path)
        database.close()
    application.executor.shutdown()


def serve(
    db_path: Path | str,
    host: str = "127.0.0.1",
    port: int = 8001,
    *,
    review: bool = False,
    readers: bool = False,
    render: Render | None = None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve the corpus until interrupted. ``ready`` is told the address once; port 0 takes a free one.

    What is reviewed stands in the one file within a minute, and all of it when the server has stopped.
    """
    import asyncio
    import socket

    application = make_datasette(db_path, host=host, review=review, readers=readers, render=render)
    try:
        import uvicorn
    except ImportError as error:
        raise WebUnavailable(MISSING) from error

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Before the signal that stops us is raised again, which may end the process at once."""
            await super().shutdown(sockets)
            close(application)
            checkpoint(Path(db_path), wholly=True)

    async def keep_whole() -> None:
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY)
            await asyncio.get_running_loop().run_in_executor(None, checkpoint, Path(db_path))

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()  # whoever is told the address may come at once, and waits until all is started
        at = f"[{host}]" if family == socket.AF_INET6 else host
        ready(f"http://{at}:{listening.getsockname()[1]}/")

        async def run() -> None:
            await application.invoke_startup()
            config = uvicorn.Config(application.app(), log_level="warning", lifespan="on", timeout_keep_alive=5)
            keeping = asyncio.ensure_future(keep_whole())
            await Server(config).serve(sockets=[listening])
            keeping.cancel()

        asyncio.run(run())
