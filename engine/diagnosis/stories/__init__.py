"""Stories to present: what is worth showing in this shop, found in its data, or the figure that says why there is none.

Stories are about the strategy given, so that everyone who opens one sees the same. Every figure is one of
`measures`, of the lists that the linked page shows.
"""

from engine.diagnosis.stories.figures import StoryFigure
from engine.diagnosis.stories.find import stories
from engine.diagnosis.stories.remedy import with_remedy
from engine.diagnosis.stories.story import Name, Story, StoryStep

__all__ = ["Name", "Story", "StoryFigure", "StoryStep", "stories", "with_remedy"]
