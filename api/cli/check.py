"""`callcenter check`: is a scenario sound, and what does it say in plain words?"""

from api.cli.options import Changes, Lang, OneScenario
from api.words import NOT_MEANT, Language


def check(
    scenario: OneScenario,
    changes: Changes = [],  # noqa: B006 - typer reads the default and never changes it
    lang: Lang = None,
) -> None:
    """Check a scenario and say in plain words what it describes."""
    from rich.padding import Padding
    from rich.text import Text as Line

    from api.console import terminal
    from simulation.scenario import load, warnings
    from simulation.scenario.describe import describe

    lang = lang or Language.of_place()
    console = terminal()
    found = load(scenario, changes)
    titles = {str(name): words for name, words in found.title.items()}
    title = titles.get(lang) or next(iter(titles.values()), found.scenario)
    console.print(Line(f"\n{title}", style="bold"))
    if found.about:
        console.print(Line(found.about.strip()))
    for section in describe(found, lang.value):
        console.print(Line(f"\n{section.title}", style="bold cyan"))
        for sentence in section.lines:
            console.print(Padding(Line(sentence), (0, 0, 0, 2)))
    doubts = warnings(found)
    console.print()
    for doubt in doubts:
        console.print(Line(f"{NOT_MEANT[lang]}: {doubt}", style="yellow"))
    sound = {"en": "The scenario is sound and can be run.", "ko": "시나리오에 오류가 없습니다."}
    console.print(Line(sound[lang], style="green"))
