"""Signatures of audits: kept in order, checked when they are made, never changed."""

import pytest

from engine.data import InputError
from engine.strategies import Basis, Store
from engine.strategy.strategy import DEFAULT

AUDIT, OTHER = "a" * 64, "b" * 64


def test_signatures_come_back_as_they_were_given(store: Store) -> None:
    version = store.save("shop", "Mix", DEFAULT, Basis("f00d"), author="Ann")
    first = store.sign("shop", AUDIT, "refused", author="Bo", comment="too few\nreasons", points=["差距已读", "b"])
    second = store.sign("shop", AUDIT, "signed", author="Ann", strategy=(version.name, version.number))
    store.sign("shop", OTHER, "signed", author="Ann")
    store.sign("elsewhere", AUDIT, "signed", author="Cy")
    assert store.signatures("shop", AUDIT) == [first, second]
    assert first.points == ("差距已读", "b") and second.strategy == ("Mix", 1) and first.at < second.at
    assert len(store.signatures("shop")) == 3


def test_what_cannot_be_a_signature_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="SHA-256"):
        store.sign("shop", "abc", "signed", author="Ann")
    with pytest.raises(InputError, match="author is empty"):
        store.sign("shop", AUDIT, "signed", author=" ")
    with pytest.raises(InputError, match="signed or refused"):
        store.sign("shop", AUDIT, "maybe", author="Ann")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        store.sign("shop", AUDIT, "signed", author="Ann", strategy=("nothing", 1))
    assert store.signatures("shop") == []
