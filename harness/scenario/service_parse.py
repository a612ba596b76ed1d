"""The service under test from a scenario file, or from a file of its own that takes its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connector.errors import TomlProblem
from connector.toml_lines import KeyPath
from connector.tomlfile import TomlDocument, read_document
from harness.scenario.roles import Role
from harness.scenario.service_checks import service_complaints
from harness.scenario.service_spec import FileSpec, ServiceKind, ServiceSpec
from harness.scenario.service_tables import FileTable, ServiceTable
from harness.scenario.templates import hosts_in

__all__ = ["GivenService", "service_file", "service_of_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenService:
    """document, key: where it is written. beside: the folder from which its relative paths are meant; None: no
    file is looked at. replaces: it takes the place of what the scenario says, whose `[pipeline]` then does not apply.
    """

    document: TomlDocument
    key: KeyPath
    table: ServiceTable
    beside: Path | None
    replaces: bool = False

    @property
    def is_reference(self) -> bool:
        return self.table.kind is ServiceKind.REFERENCE

    @property
    def given(self) -> bool:
        """Whether anybody has said which service it is; the reference pipeline goes without saying."""
        return bool(self.table.model_fields_set)

    @property
    def parts(self) -> Sequence[str]:
        """Their names."""
        return [role.value for role in Role] if self.is_reference else [part.name for part in self.table.parts]

    def clusters(self) -> Iterator[str]:
        """The clusters that it names: each `{host.NAME}`, and each with a port of its own."""
        yield from self.table.ports
        files = (file.text for file in (self._file(each) for each in self.table.files))
        parts = (text for part in self.table.parts for text in (*part.command, *part.environment.values()))
        for text in (*files, *parts):
            yield from hosts_in(text)

    def problems(self, clusters: Sequence[str]) -> Iterator[TomlProblem]:
        """What is wrong with it, in a scenario with these clusters."""
        for key, reason in service_complaints(self.table, clusters, self.beside):
            yield self.document.problem((*self.key, *key), reason)

    def spec(self) -> ServiceSpec | None:
        """None for the reference pipeline."""
        if self.is_reference:
            return None
        return ServiceSpec(
            kind=self.table.kind,
            sheet=self.table.sheet,
            url=self.table.url or "",
            parts=tuple(part.spec() for part in self.table.parts),
            files=tuple(self._file(file) for file in self.table.files),
            ports=self.table.ports,
            keys=self.table.keys,
            beside=self.beside or Path(),
        )

    def _file(self, file: FileTable) -> FileSpec:
        text = file.text
        if file.template is not None and self.beside is not None:
            text = (self.beside / file.template).read_text(encoding="utf-8")
        return file.spec(text or "")


def service_file(path: Path) -> GivenService:
    """Read a file of its own, with the keys of `[service]` at the top. Raises `TomlProblems`."""
    return _whole(read_document(path), path.parent)


def service_of_text(text: str, source: str, beside: Path | None) -> GivenService:
    """The same from a text."""
    return _whole(TomlDocument.parse(text, source), beside)


def _whole(document: TomlDocument, beside: Path | None) -> GivenService:
    return GivenService(document=document, key=(), table=document.validate(ServiceTable), beside=beside, replaces=True)
