"""The command learn: what the reviews of a corpus teach the decisions that find its facts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.command.door import Spoken
from pipeline.command.messages import Speaker
from pipeline.command.options import database_option, json_option, takes_speaker
from pipeline.command.output import print_json
from pipeline.errors import VanbanError

if TYPE_CHECKING:
    from extractors.decision.reviewed import Lesson


@click.command(cls=Spoken)
@database_option()
@json_option
@takes_speaker
def learn(database: Path, as_json: bool, speaker: Speaker) -> None:
    """Fit the finding of facts to the facts that were accepted, rejected and corrected in this corpus.

    What is learned is kept in the corpus only where it is surely better on reviews it has not seen.

    \b
    vanban learn --db archive.db && vanban reprocess --stage facts --db archive.db
    """
    from db.store import Corpus
    from pipeline.runs.learning import learn_from_reviews

    with Corpus.open(database) as corpus:
        lessons = learn_from_reviews(corpus)
    told = {kind: _sentence(lesson, kind, speaker) for kind, lesson in lessons.items()}
    if not any(lesson.decision for lesson in lessons.values()):
        raise VanbanError(speaker.say("nothing_learned", why="; ".join(told.values())))
    if as_json:
        print_json({kind: {k: v for k, v in asdict(lesson).items() if k != "decision"} for kind, lesson in lessons.items()})
        return
    for sentence in told.values():
        click.echo(sentence)
    click.echo(speaker.say("learned_next", db=database), err=True)


def _sentence(lesson: Lesson, kind: str, speaker: Speaker) -> str:
    from extractors.decision.reviewed import LEAST_DOCUMENTS, LEAST_OF_EACH, LEAST_REVIEWS

    least = {"least": LEAST_REVIEWS, "least_documents": LEAST_DOCUMENTS, "least_of_each": LEAST_OF_EACH}
    counts = {name: value for name, value in asdict(lesson).items() if name not in ("outcome", "decision")}
    return speaker.say(f"lesson_{lesson.outcome}", kind=kind, **least, **counts)
