"""A shop or a model with a damaged file gives what it gave before, or is refused: nothing changes in silence."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.file_damage import DAMAGES
from engine.data import InputError, open_shop
from engine.training import registry
from engine.training.stored_models import load_model
from engine.training.training import fit
from engine.training.update import live_model
from tests.fixtures.shops import synthetic

TIMES = 100
USERS = np.arange(20, dtype=np.int64)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage") / "shop"
    synthetic().save(folder)
    fit("frequency", folder, synthetic())
    registry.activate(folder, "frequency")
    return folder


def test_a_hundred_damaged_files(whole: Path, tmp_path: Path) -> None:
    draw = random.Random(0)
    files = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file() and path.stat().st_size)
    assert len(files) == 9  # four tables, shop.json, a model, its ids and its card, the choice
    before = read(whole)
    refused = 0
    for number in range(TIMES):
        place = tmp_path / str(number)
        shutil.copytree(whole, place)
        file, damage = files[number % len(files)], DAMAGES[draw.choice(sorted(DAMAGES))]
        old = (place / file).read_bytes()
        (place / file).write_bytes(damage(bytearray(old), draw))
        try:
            found = read(place)
        except InputError as error:
            assert error.problems[0].kind in ("broken_shop", "old_shop", "damaged_model"), error
            refused += 1
            continue
        chosen = found.pop("chosen") or registry.choice_is_lost(place)
        assert chosen in (True, "frequency")
        for name, values in found.items():
            np.testing.assert_array_equal(values, before[name], err_msg=f"{file} {damage.__name__}")
    assert refused >= TIMES // 2


def read(folder: Path) -> dict[str, object]:
    """What lists are made from."""
    data = open_shop(folder)
    model, _ = load_model(folder, data, "frequency")
    live = live_model("frequency", folder, folder)
    log = data.interactions
    return {
        "hash": data.hash,
        "least": data.min_interactions,
        "log": log[["user", "item"]].to_numpy(),
        "ids": data.items["item_id"].to_numpy().astype(str),
        "scores": model.score(USERS),
        "known": np.array(live.known.users),
        "chosen": "" if registry.choice_is_lost(folder) else registry.active(folder),
    }
