"""What the programs that unfold files share: their memory limit, their refusals, and the lines by which they report."""

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

CRASHED = 3  # exit status
PIECE = 1 << 20  # bytes that are looked at together
Answer = dict[str, Any]


class Refused(Exception):  # noqa: N818  (an answer, no fault)
    """A refusal. problems: {kind, and where known line, column, value} of each."""

    def __init__(self, *problems: Answer) -> None:
        super().__init__(problems)
        self.problems = problems


def tell(words: Answer) -> None:
    """Write one line for the program that listens."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def answer(work: Callable[..., Answer]) -> None:
    """Run `work` on what the command line asks for, within its memory limit, and write the answer as the last line.

    The command line's one argument is a JSON object: the keyword arguments of `work`, and among its `limits` the
    `memory` in bytes. A program that ends without an answer was stopped, or, with status `CRASHED`, met something that
    it does not know.
    """
    question = json.loads(sys.argv[1])
    _fence(question["limits"]["memory"])
    try:
        tell({**work(**question), "done": True})
    except Refused as refused:
        tell({"refused": refused.problems})
    except MemoryError:  # Arrow's own is one of these
        tell({"refused": [{"kind": "unfolds"}]})
    except ImportError:  # there was no memory for a library
        raise
    except Exception:
        traceback.print_exc()
        sys.exit(CRASHED)


def _fence(memory: int) -> None:
    """No more address space than `memory` bytes; Windows has the counts of each program alone."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_ratio(unfolded: int, packed: int, limits: Answer) -> None:
    """Raise Refused where a file unfolds to more than its limits, or to absurdly much for its size (a bomb).

    unfolded, packed: bytes so far. limits: `bytes` at most; `ratio` times the packed bytes at most, from `spared` on.
    """
    if unfolded > limits["bytes"]:
        raise Refused({"kind": "too_big"})
    if unfolded > limits["spared"] and unfolded > limits["ratio"] * packed:
        raise Refused({"kind": "unfolds"})
