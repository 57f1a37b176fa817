"""Where to compute: the graphics card if there is one. On machines without one torch is not imported to find out."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

DEVICES = ("auto", "cpu", "cuda")


def card(device: str) -> str:
    """Name of the card to compute on, "" for the CPU; ValueError for "cuda" without one."""
    if device == "cpu":
        return ""
    name = _name() if may_have_card() else ""
    if device == "cuda" and not name:
        raise ValueError("device 'cuda' needs an NVIDIA card and torch with CUDA: choose 'auto' or 'cpu'")
    return name


def may_have_card() -> bool:
    """Whether importing torch (seconds) to ask for a card is worth it."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1") or find_spec("torch") is None:
        return False
    driver = Path("/proc/driver/nvidia").exists() or Path("/dev/dxg").exists()
    return driver or shutil.which("nvidia-smi") is not None


def _name() -> str:
    from engine.rerank.on_torch.torch_path import cuda_name

    return cuda_name()
