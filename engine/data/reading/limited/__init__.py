"""Programs of their own that unfold packed files under a memory limit; `limited_process` starts them.

They import nothing of Evenshelf but each other: alone, they start in a fraction of a second.
"""
