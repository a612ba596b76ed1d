"""The commands that make up an operation, each with its reply, and what each asks of a cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from connector.dialects.form import Form
from connector.dialects.sheet import Growth, Missing
from connector.dialects.templates import Template
from connector.dialects.text import Text
from connector.operations import Create, CreatePart, Delete, Mutation, Request, Show, Verb
from connector.values import replace

__all__ = ["FollowedJob", "OperationStep", "StepRole", "Steps", "asked_by", "followed_job", "step_of"]


class StepRole(StrEnum):
    """What one command does of its operation.

    whole: all of it. begin, finish: the first and the last part of a create. check: only needs the share. look: shows
    the share. job: tells how far a job is. undo: takes back what was begun.
    """

    WHOLE = "whole"
    BEGIN = "begin"
    FINISH = "finish"
    CHECK = "check"
    LOOK = "look"
    JOB = "job"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedJob:
    """A job that a command starts. every: seconds. running, done, failed: what is said of it."""

    step: "OperationStep"
    every: float
    running: Sequence[Text]
    done: Sequence[Text]
    failed: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStep:
    """One command. number: from 0, within its verb. spellings: the first is written, all are read.

    reply_of: the verb that the form of its reply is for. undo, job: commands that go with it.
    shows_each: each share that it lists is looked at.
    """

    verb: Verb
    number: int
    role: StepRole
    spellings: Sequence[Template]
    form: Form | None
    reply_of: Verb
    missing: Missing | None = None
    when: Growth | None = None
    undo: "OperationStep | None" = None
    job: FollowedJob | None = None
    shows_each: bool = False

    @property
    def changes_size(self) -> bool:
        """Whether it tells by how much a size changes, and not what it shall be."""
        return any(place.field in ("growth", "shrinkage") for place in self.spellings[0].places)


Steps = Mapping[Verb, Sequence[OperationStep]]
"""The commands of each verb."""


def step_of(steps: Steps, verb: Verb, step: OperationStep | None) -> OperationStep:
    """The command; None stands for the only one of its verb. Raises `KeyError` where there is none."""
    return steps[verb][-1] if step is None else step


def followed_job(steps: Steps, verb: Verb, step: OperationStep | None) -> FollowedJob:
    """The job that a command follows."""
    return next(one.job for one in steps[verb] if one.job is not None and one.job.step == step)


def asked_by(step: OperationStep, request: Request) -> Request:
    """What the command asks of a cluster that does the whole operation."""
    match step.role:
        case StepRole.WHOLE:
            return request
        case StepRole.BEGIN | StepRole.FINISH:
            assert isinstance(request, Create)
            part = CreatePart.BEGIN if step.role is StepRole.BEGIN else CreatePart.FINISH
            return replace(request, part=part)
        case StepRole.CHECK | StepRole.LOOK | StepRole.JOB:
            return Show(name=getattr(request, "name", ""))
        case StepRole.UNDO:
            assert isinstance(request, Mutation)
            # Another command than the create, so not under its id.
            return Delete(name=request.name, stamp=replace(request.stamp, request_id=_undoing(request)))
        case _:
            assert_never(step.role)


def _undoing(request: Mutation) -> str | None:
    return None if request.stamp.request_id is None else f"{request.stamp.request_id}.undo"
