"""The command line: `evenshelf COMMAND …`, or `python -m engine COMMAND …`. Exit 0 done, 2 bad input, 1 our fault."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from engine.commands import COMMANDS
from engine.commands.shared import write_json
from engine.data import Cancelled, InputError
from engine.data.storage import private
from engine.data.storage.disk import check_file, refusal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it ended."""
    parser = argparse.ArgumentParser(prog=_program(), description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0]))
    options = parser.parse_args(arguments)
    private.tighten()
    try:
        if getattr(options, "json", None):
            check_file(Path(options.json))
        COMMANDS[options.command].run(options)
        sys.stdout.flush()
    except InputError as refused:
        return _refused(refused, options)
    except BrokenPipeError:  # who reads what we print has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        refused_write = refusal(error)
        return _failed() if refused_write is None else _refused(refused_write, options)
    except (KeyboardInterrupt, Cancelled):
        print("Cancelled; nothing half-written is left.", file=sys.stderr)
        return 130
    except Exception:
        return _failed()
    return 0


def _program() -> str:
    """What this was started as."""
    return "evenshelf" if Path(sys.argv[0]).stem == "evenshelf" else "python -m engine"


def _refused(refused: InputError, options: argparse.Namespace) -> int:
    print(refused, file=sys.stderr)
    if getattr(options, "json", None):
        with suppress(OSError, InputError):  # where nothing can be written, it is said on stderr alone
            check_file(Path(options.json))
            write_json(options.json, [problem.as_json() for problem in refused.problems])
    return 2


def _failed() -> int:
    traceback.print_exc()
    print("This is our fault, not yours. Please report it with the lines above.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
