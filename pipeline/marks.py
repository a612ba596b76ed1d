"""The marks that shares carry on their clusters: `owner/store/id` names the pipeline, its store and the record."""

from dataclasses import dataclass

from pipeline.record import ShareRecord

__all__ = ["Maker", "Marks", "StoreIdentity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreIdentity:
    """id: made once, with the store, and kept with it.

    older_rows: records up to this row were made before stores had ids. Their shares carry `owner/id` for good, since a
    mark cannot be changed.
    """

    id: str
    older_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who made a share, by its mark. store None: a mark of the older form, which does not say."""

    store: str | None
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The marks of one pipeline on one store. owner: of the settings; several pipelines may have the same."""

    owner: str
    store: StoreIdentity

    def of(self, record: ShareRecord) -> str:
        """The mark of a record's share, the same from its create to its delete."""
        if record.row <= self.store.older_rows:
            return f"{self.owner}/{record.id}"
        return f"{self.owner}/{self.store.id}/{record.id}"

    def read(self, mark: str | None) -> Maker | None:
        """Who made a share with this mark; None: another owner, or nobody of this form."""
        match (mark or "").split("/"):
            case [self.owner, share]:
                return Maker(store=None, share=share)
            case [self.owner, store, share]:
                return Maker(store=store, share=share)
            case _:
                return None
