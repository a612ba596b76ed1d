"""The designs named on the command line."""

import typer

from connector.toml_words import did_you_mean
from harness.scenario.service import Design

__all__ = ["read_design", "read_designs"]


def read_design(word: str) -> Design:
    """Parse the name of a design. Raises `typer.BadParameter`."""
    try:
        return Design(word.strip())
    except ValueError as error:
        meant = did_you_mean(word.strip(), list(Design))
        raise typer.BadParameter(f"unknown pipeline {word.strip()!r}{meant}; accepted: {', '.join(Design)}") from error


def read_designs(words: str) -> tuple[Design, ...]:
    """Parse comma-separated names of designs, each at most once. Raises `typer.BadParameter`."""
    designs = tuple(read_design(word) for word in words.split(","))
    if len(set(designs)) < len(designs):
        raise typer.BadParameter(f"{words!r} names a pipeline twice")
    return designs
