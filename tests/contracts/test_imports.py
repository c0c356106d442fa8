"""The walls of the house: who may import whom, as written in `pyproject.toml`."""

import subprocess
import sys
from pathlib import Path


def test_every_import_contract_is_kept(repository: Path) -> None:
    # A process of its own: import-linter keeps settings in module variables.
    linter = "from importlinter.cli import lint_imports_command as lint; lint()"
    result = subprocess.run(
        [sys.executable, "-c", linter, "--no-logo", "--no-cache"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout
