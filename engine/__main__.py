"""The command line: `python -m engine COMMAND ...`. Exit 0 done, 2 bad input, 1 our fault."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict

from engine.commands import COMMANDS
from engine.commands.shared import write_json
from engine.data import Cancelled, InputError, private


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it ended."""
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0]))
    options = parser.parse_args(arguments)
    private.tighten()
    try:
        COMMANDS[options.command].run(options)
    except InputError as refused:
        print(refused, file=sys.stderr)
        if getattr(options, "json", None):
            write_json(options.json, [asdict(problem) for problem in refused.problems])
        return 2
    except (KeyboardInterrupt, Cancelled):
        print("Cancelled; nothing half-written is left.", file=sys.stderr)
        return 130
    except Exception:
        traceback.print_exc()
        print("This is our fault, not yours. Please report it with the lines above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
