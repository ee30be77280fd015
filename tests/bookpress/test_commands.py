"""What all commands share: names, near words, widths, terminals of few signs, completion by the shell."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from shared import ROOT

COMMANDS = Path(sys.executable).parent  # where what is installed lies
READING = ["beltroad", "bookpress"]


def said(*command, **environment):
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, encoding="utf-8"
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("package", READING)
def test_a_command_is_named_as_it_was_called(package):
    for called, name in (
        ((COMMANDS / package,), package),
        (
            (sys.executable, "-m", package),
            f"python -m {package}",
        ),
    ):
        assert said(*called, "--version")[1].startswith(f"{package} ")
        assert said(*called, "--help")[1].startswith(f"usage: {name} [")


def test_the_engine_installs_its_command():
    described = tomllib.loads((ROOT / "bookpress/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert described["scripts"] == {"bookpress": "bookpress.__main__:main"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tabel1"], "beltroad: found 'tabel1'; did you mean table1?\n"),
        (["quite", "other"], "beltroad: found 'quite', expected one of: table1, figure1, "),
        (["table1", "--exporter", "AUS", "--format", "cvs"], "--format: found 'cvs'; did you mean csv?\n"),
        (["claims", "--section", "2.11"], "found '2.11'"),
        (["table1", "--exporter", "Brasil"], "did you mean Brazil (BRA)?\n"),
        (["table1"], "are required: --exporter; see `"),
    ],
)
def test_what_is_not_known_gets_one_line_with_the_nearest(ask, arguments, message):
    done = ask(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert message.replace("found '2.11'", "did you mean 2.1?\n") in done.stderr


def test_claims_fit_a_terminal_and_are_whole_for_a_program(ask, monkeypatch):
    for width in (80, 60):
        monkeypatch.setenv("COLUMNS", str(width))
        text = ask("claims").stdout
        assert max(map(len, text.splitlines())) <= width
    rows = json.loads(ask("claims", "--format", "json").stdout)["table"]
    assert all(name in text for name in rows)
    assert max(len(row["claim"]) for row in rows.values()) > 80
    words = " ".join(text.split())
    assert all(" ".join(row["claim"].split()) in words for row in rows.values())


@pytest.mark.parametrize("form", ["text", "csv", "json", "markdown"])
def test_a_terminal_of_few_signs_gets_near_ones(form):
    command = [sys.executable, "-m", "bookpress", "claims", "--format", form]
    status, text, errors = said(*command, PYTHONIOENCODING="ascii")
    assert (status, errors) == (0, "") and text.isascii() and "?" not in text.replace("?\n", "\n")
    assert "'" in text and "\\u" not in text
    whole = said(*command, PYTHONIOENCODING="utf-8")[1]
    assert not whole.isascii() and len(whole.splitlines()) == len(text.splitlines())
    if form == "json":
        assert json.loads(text).keys() == json.loads(whole).keys()


def test_a_message_too_is_printed_with_near_signs():
    status, text, errors = said(
        *(sys.executable, "-m", "beltroad", "table1", "--exporter", "“São Paulo”"), PYTHONIOENCODING="ascii"
    )
    assert (status, text) == (2, "") and "found ''Sao Paulo''" in errors


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["beltroad", "tab"], "table1"),
        (["beltroad", "table1", "--expo"], "--exporter"),
        (["beltroad", "table1", "--format", "js"], "json"),
        (["beltroad", "table1", "--from", "_toc"], "_toc.yml"),
        (["bookpress", "refr"], "refresh"),
    ],
)
def test_bash_completes_commands_options_choices_and_files(words, offered, tmp_path):
    script = tmp_path / "completion"
    script.write_text(said(COMMANDS / words[0], "completion", "bash")[1], encoding="utf-8")
    lines = f'. {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_{words[0]} 2>&1; echo "${{COMPREPLY[@]}}"'
    assert said("bash", "-c", lines, "bash", *words) == (0, f"{offered}\n", "")


@pytest.mark.parametrize("package", READING)
def test_zsh_gets_a_script_that_it_can_read(package, tmp_path):
    text = said(COMMANDS / package, "completion", "zsh")[1]
    assert text.startswith(f"#compdef {package}\n") and "verify" in text
    if shutil.which("zsh"):
        (tmp_path / "script").write_text(text, encoding="utf-8")
        assert said("zsh", "-n", tmp_path / "script") == (0, "", "")


def test_no_other_command_waits_for_completion():
    code = "import sys; from bookpress.__main__ import main\ntry: main(['--version'])\nfinally: assert 'shtab' not in sys.modules"
    assert said(sys.executable, "-c", code)[0] == 0
