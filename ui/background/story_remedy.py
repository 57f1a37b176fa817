"""What ends the story that everyone sees the same, computed in the background: each σ takes seconds."""

from engine.bench.bench import Bench
from engine.data import Progress
from engine.diagnosis.stories import Story, with_remedy
from engine.strategy.strategy import DEFAULT
from ui.background import results
from ui.background.jobs import Job, Jobs

NAME = "alike"


def jobs(bench: Bench) -> Jobs:
    """The remedy of one shop, dropped when the shop is closed."""
    return bench.cached("remedies", Jobs)


def job(bench: Bench, story: Story) -> Job:
    """The job whose result is the story with its remedy."""

    def work(report: Progress) -> Story:
        return with_remedy(bench, DEFAULT, story, report)

    return jobs(bench).get(NAME, "remedy", work)


def told(bench: Bench) -> tuple[Story, ...]:
    """All stories, the remedy included; waits until it is known. Where it was stopped or failed it is left out."""
    return tuple(_whole(bench, story) for story in results.stories(bench))


def _whole(bench: Bench, story: Story) -> Story:
    if story.name != NAME or not story.steps:
        return story
    ending = job(bench, story)
    ending.wait(None)
    return story if ending.result is None else ending.result
