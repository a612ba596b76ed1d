"""From a sheet's commands and replies to the steps of each verb."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from connector.dialects.form import SheetError
from connector.dialects.forms import form_of
from connector.dialects.message_form import texts_of
from connector.dialects.parameters import PARAMETERS
from connector.dialects.places import Places, with_message
from connector.dialects.quoting import QUOTINGS
from connector.dialects.rows import ROW_FIELDS
from connector.dialects.sheet import JobSheet, Sheet, StepSheet, UndoSheet
from connector.dialects.steps import FollowedJob, OperationStep, StepRole
from connector.dialects.templates import Template, template_of
from connector.operations import Mutation, Verb
from connector.toml_lines import KeyPath
from connector.values import replace

__all__ = ["Builder"]

_MUTATIONS = frozenset(kind.verb for kind in get_args(Mutation))
_RELATIVE = ("growth", "shrinkage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Makes the steps of one dialect. Raises `SheetError`."""

    sheet: Sheet
    places: Places

    def steps(self) -> Mapping[Verb, Sequence[OperationStep]]:
        """Of each verb that has a command."""
        first = [verb for verb in self.sheet.commands if not self._uses(verb)]
        made: dict[Verb, Sequence[OperationStep]] = {verb: self._steps(verb, {}) for verb in first}
        made |= {verb: self._steps(verb, made) for verb in self.sheet.commands if verb not in made}
        return {verb: made[verb] for verb in self.sheet.commands}

    def _uses(self, verb: Verb) -> bool:
        command = self.sheet.commands[verb]
        return not isinstance(command, str) and any(isinstance(one, StepSheet) and one.use for one in command)

    def _steps(self, verb: Verb, made: Mapping[Verb, Sequence[OperationStep]]) -> Sequence[OperationStep]:
        command, path = self.sheet.commands[verb], ("commands", verb.value)
        if isinstance(command, str):
            command = [command]
        texts = [one for one in command if isinstance(one, str)]
        sheets = [one for one in command if isinstance(one, StepSheet)]
        if texts and sheets:
            raise SheetError(path, "has texts and tables: several spellings are texts, several commands are tables")
        if texts:
            return (self._step(verb, StepSheet(send=texts), (0, StepRole.WHOLE), path, path),)
        if verb is Verb.LIST and len(sheets) > 1:
            return (self._list(sheets, made, path),)
        if verb not in _MUTATIONS and verb is not Verb.SHOW and len(sheets) > 1:
            several = ", ".join(sorted(_MUTATIONS))
            raise SheetError(path, f"{verb} takes one command; accepted with several: {several}, show, list")
        steps: list[OperationStep] = []
        roles = _roles(verb, sheets)
        for index, (one, role) in enumerate(zip(sheets, roles, strict=True)):
            where = (*path, index)
            if one.use is not None:
                steps.extend(_used(one, index, verb, made, where))
            else:
                steps.append(self._step(verb, one, (index, role), where, (*where, "send")))
        _check_told(verb, steps, self.places, path)
        return tuple(steps)

    def _list(
        self, sheets: Sequence[StepSheet], made: Mapping[Verb, Sequence[OperationStep]], path: KeyPath
    ) -> OperationStep:
        """A list that tells too little, which a look at each share follows."""
        if len(sheets) > 2 or sheets[0].send is None or sheets[1].use is not Verb.SHOW:
            raise SheetError(path, 'accepted are one command, and one with { use = "show" } after it')
        _used(sheets[1], 1, Verb.LIST, made, (*path, 1))
        step = self._step(Verb.LIST, sheets[0], (0, StepRole.WHOLE), (*path, 0), (*path, 0, "send"))
        return replace(step, shows_each=True)

    def _step(
        self, verb: Verb, one: StepSheet, place: tuple[int, StepRole], path: KeyPath, sent: KeyPath
    ) -> OperationStep:
        number, role = place
        reply, reply_path = one.reply, (*path, "reply")
        if reply is None:
            reply, reply_path = self.sheet.replies.get(verb), ("replies", verb.value)
        if reply is None:
            raise SheetError(("replies",), f"the verb {verb} is missing")
        several = len(self._commands(verb)) > 1
        elsewhere = [field for field in ROW_FIELDS.get(verb, ()) if several and (verb, field) != (Verb.LIST, "name")]
        step = OperationStep(
            verb=verb,
            number=number,
            role=role,
            spellings=self._templates(verb, one.send or (), sent),
            form=form_of(verb, reply, self.places, reply_path, elsewhere),
            reply_of=verb,
            missing=one.missing,
            when=one.when,
        )
        if one.undo is not None:
            step = replace(step, undo=self._undo(verb, one.undo, number, (*path, "undo")))
        if one.job is not None:
            step = replace(step, job=self._job(verb, one.job, number, (*path, "job")))
        return step

    def _commands(self, verb: Verb) -> Sequence[object]:
        command = self.sheet.commands[verb]
        return [] if isinstance(command, str) else [one for one in command if isinstance(one, StepSheet)]

    def _templates(self, verb: Verb, texts: str | Sequence[str], path: KeyPath) -> tuple[Template, ...]:
        listed = [texts] if isinstance(texts, str) else texts
        fields = tuple(parameter.name for parameter in PARAMETERS[verb])
        fields += _RELATIVE if verb is Verb.RESIZE else ()
        return tuple(template_of(text, self.places, fields, path, QUOTINGS[self.sheet.quotes]) for text in listed)

    def _undo(self, verb: Verb, undo: str | UndoSheet, number: int, path: KeyPath) -> OperationStep:
        """Written as it says; a fake reads it as the delete that it is."""
        if verb is not Verb.CREATE:
            raise SheetError(path, "is for create: the other operations leave nothing half-made")
        sheet = UndoSheet(send=undo) if isinstance(undo, str) else undo
        reply, where = sheet.reply, (*path, "reply")
        if reply is None:
            reply, where = self.sheet.replies.get(Verb.DELETE), ("replies", "delete")
        if reply is None:
            raise SheetError(path, "needs a reply, or [replies] delete, which tells how its reply reads")
        form = form_of(Verb.DELETE, reply, self.places, where, ())
        templates = self._templates(verb, sheet.send, path)
        return OperationStep(
            verb=verb, number=number, role=StepRole.UNDO, spellings=templates, form=form, reply_of=Verb.DELETE
        )

    def _job(self, verb: Verb, sheet: JobSheet, number: int, path: KeyPath) -> FollowedJob:
        if self.places.job is None:
            raise SheetError(path, 'needs a place that identifies a job: [places.job] identifies = "job"')
        templates = self._templates(verb, sheet.send, (*path, "send"))
        if all(place.identifies != "job" for place in templates[0].places):
            raise SheetError((*path, "send"), f"must have {{{self.places.job}}} in it, the number of the job")
        step = OperationStep(verb=verb, number=number, role=StepRole.JOB, spellings=templates, form=None, reply_of=verb)
        return FollowedJob(
            step=step,
            every=sheet.every,
            running=texts_of(verb, sheet.running, self.places, (*path, "running")),
            done=texts_of(verb, sheet.done, self.places, (*path, "done")),
            failed=texts_of(verb, sheet.failed, with_message(self.places), (*path, "failed"), ("message",)),
        )


def _roles(verb: Verb, sheets: Sequence[StepSheet]) -> Sequence[StepRole]:
    """What each command does: the first of a create makes the share, half-made, and the last makes it whole; all
    before the last of another operation only need it."""
    own = [index for index, sheet in enumerate(sheets) if sheet.use is None]
    if not own:
        return [StepRole.LOOK] * len(sheets)
    roles = [StepRole.LOOK if sheet.use is not None else StepRole.CHECK for sheet in sheets]
    if verb is Verb.CREATE and len(own) > 1:
        roles[own[0]], roles[own[-1]] = StepRole.BEGIN, StepRole.FINISH
    else:
        roles[own[-1]] = StepRole.WHOLE
    for index in own:
        if sheets[index].when is not None or verb is Verb.SHOW:
            roles[index] = StepRole.WHOLE
    return roles


def _used(
    sheet: StepSheet, number: int, verb: Verb, made: Mapping[Verb, Sequence[OperationStep]], path: KeyPath
) -> list[OperationStep]:
    if sheet.use is not Verb.SHOW:
        raise SheetError((*path, "use"), "accepted: show, which tells of the share before it is changed")
    if verb is Verb.SHOW or Verb.SHOW not in made:
        raise SheetError((*path, "use"), "there is no show to be used here")
    shown = made[Verb.SHOW]
    return [replace(step, number=number, role=StepRole.LOOK, missing=step.missing or sheet.missing) for step in shown]


def _check_told(verb: Verb, steps: Sequence[OperationStep], places: Places, path: KeyPath) -> None:
    """A number of the connector's own has to be read before it is written."""
    told: set[str] = set()
    for index, step in enumerate(steps):
        for place in step.spellings[0].places:
            if place.identifies == "share" and place.name not in told:
                what = f"{{{place.name}}} is not told by the reply of any command before"
                raise SheetError((*path, index, "send"), what)
            if place.field in _RELATIVE and all(one.role is not StepRole.LOOK for one in steps[:index]):
                raise SheetError((*path, index, "send"), f'{{{place.name}}} needs {{ use = "show" }} before')
        told.update(places.own)
