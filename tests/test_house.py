"""Rules of the house that a machine can check."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("cli", "connectors", "model", "rules", "sandbox", "sync")


def test_arrows_between_rooms_point_down() -> None:
    command = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports())"
    result = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_installed_distribution_claims_one_of_our_import_names() -> None:
    claims = {
        (distribution.metadata["Name"], Path(file).parts[0])
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or ()
        if Path(file).parts[0] in ROOMS
    }
    assert not {name for name, _ in claims} - {"crosstie"}


@pytest.mark.parametrize("module", ["model.interpret", "rules.engine"])
def test_judgement_loads_no_client_and_no_database(module: str) -> None:
    """What import-linter cannot see: what a library of ours would bring along."""
    code = f"import sys, {module}; print(sorted({{'requests', 'sqlalchemy', 'jira', 'github'}} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_readme_names_the_command_that_ci_runs() -> None:
    assert "make test" in (ROOT / "README.md").read_text()
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert all((folder / "__init__.py").exists() for folder in folders)
