"""Completion of a command line by the shell: a script that is written once, so that no key waits for Python."""

import argparse
from pathlib import Path

from bookpress.cli import command


def add(commands: command.Commands, parser: argparse.ArgumentParser, package: str) -> None:
    """Add the command, which completes a package's whole command line."""

    def completion(options: argparse.Namespace) -> str:
        """Print what lets a shell complete this command."""
        import shtab  # the other commands start without it

        parser.prog = package  # shells complete the installed name
        for one in [parser, *commands.choices.values()]:
            for action in one._actions:
                if action.type is Path:
                    action.complete = shtab.FILE
        return str(shtab.complete(parser, options.shell))

    made = command.add(commands, completion)
    made.add_argument("shell", choices=["bash", "zsh"])
