"""What ends the story that everyone sees the same, computed in the background: the pair of λ and σ takes minutes."""

from engine.bench.bench import Bench
from engine.data import Progress
from engine.diagnosis.stories import Story, with_remedy
from engine.diagnosis.stories.remedy import STEPS
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


def told_to(bench: Bench, name: str, at: int) -> Story | None:
    """The story of a name with its steps up to the one after step `at`, from 0; None where there is none.

    Only there it waits for the remedy, which may take minutes.
    """
    story = next((story for story in results.stories(bench) if story.name == name), None)
    return story if story is None or at + 1 < len(story.steps) else _whole(bench, story)


def n_steps(bench: Bench, story: Story) -> int:
    """How many steps a story has in all: those of the remedy count while it is looked for."""
    if story.name != NAME or not story.steps:
        return len(story.steps)
    ending = job(bench, story)
    return len(story.steps) + STEPS if ending.running else len((ending.result or story).steps)


def _whole(bench: Bench, story: Story) -> Story:
    if story.name != NAME or not story.steps:
        return story
    ending = job(bench, story)
    ending.wait(None)
    return ending.result or story
