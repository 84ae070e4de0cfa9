"""Tasks: what a network's answers mean, and the figures that tell how good they are."""

from .catalog import TASKS, find_task
from .choose import Choice, choose_task, task_without_targets
from .endings import ENDINGS
from .task import Answers, Figures, Tally, Targets, Task

__all__ = [
    "ENDINGS",
    "TASKS",
    "Answers",
    "Choice",
    "Figures",
    "Tally",
    "Targets",
    "Task",
    "choose_task",
    "find_task",
    "task_without_targets",
]
