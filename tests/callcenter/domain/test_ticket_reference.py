"""The page about tickets says what the tables say."""

from pathlib import Path

from callcenter.domain.ticket_reference import page
from callcenter.domain.ticket_rules import RULES


def test_the_page_is_as_the_tables_are(repository: Path) -> None:
    written = (repository / "docs" / "tickets.md").read_text("utf-8")

    assert written == page(), "run: python -m callcenter.domain.ticket_reference > docs/tickets.md"


def test_every_command_stands_on_the_page() -> None:
    assert all(f"| `{rule.command}` |" in page() for rule in RULES)
