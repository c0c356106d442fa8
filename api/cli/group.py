"""A group of commands under one name."""

import typer


def group(about: str) -> typer.Typer:
    """Make a group that prints its help when no command is given."""
    return typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None)
