"""How numba compiles the functions that kernels call."""

from functools import partial
from typing import Any

from numba import njit

# These functions use arrays that their kernel made and holds, so they need not count references to them (`_nrt`): at
# two atomic additions for each array and call, counting took a third of a kernel's time. So they make no arrays and
# return no slices. A kernel itself, and what makes memory for it, is a plain njit function.
kernel_part: Any = partial(njit, nogil=True, error_model="numpy", _nrt=False)
