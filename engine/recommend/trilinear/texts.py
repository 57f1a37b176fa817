"""M_θ's encoder during training: a table of text vectors, of which the encoder modes keep a part alive.

Encoding the whole catalogue at every step is out of reach, so a step encodes `live` of its products with gradients
and takes the others from the table, which is made again at every epoch (as in a memory bank, Wu et al. 2018).
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from engine.data import Progress, silent
from engine.encoders.transformer import MAX_TOKENS, Transformer
from engine.recommend.counts import Ints
from engine.recommend.trilinear.config import TrilinearConfig, Tuning
from engine.recommend.trilinear.options import hide_words

CHUNK = 64  # texts encoded at once


class Texts(Protocol):
    """table [n, d_text]: the products' text vectors as of now."""

    table: Tensor

    def parameters(self) -> dict[str, nn.Parameter]: ...
    def at(self, rows: Ints, rng: np.random.Generator) -> Tensor: ...
    def refresh(self, report: Progress = silent) -> None: ...


class FrozenTexts:
    """`head`: the table never changes."""

    def __init__(self, table: Tensor) -> None:
        self.table = table

    def parameters(self) -> dict[str, nn.Parameter]:
        return {}

    def at(self, rows: Ints, rng: np.random.Generator) -> Tensor:
        return self.table

    def refresh(self, report: Progress = silent) -> None:
        return None


class TrainedTexts:
    """The other modes: some of the encoder's parameters learn."""

    def __init__(self, encoder: Transformer, texts: Sequence[str], config: TrilinearConfig, device: str) -> None:
        self.texts, self.config, self.device = list(texts), config, device
        self.tokenizer, self.model, self.pool = encoder.fresh()
        self.model = tuned(self.model, config).to(device)
        self.table = torch.zeros(len(self.texts), encoder.dim, device=device)

    def parameters(self) -> dict[str, nn.Parameter]:
        return {name: value for name, value in self.model.named_parameters() if value.requires_grad}

    def at(self, rows: Ints, rng: np.random.Generator) -> Tensor:
        """The table with `rows` encoded anew, gradients kept -> [n, d_text]."""
        chosen = [self.texts[row] for row in rows]
        if self.config.word_dropout:
            chosen = hide_words(chosen, self.config.word_dropout, rng)
        self.model.train()
        where = torch.from_numpy(rows).to(self.device)  # [L]
        return self.table.index_copy(0, where, self.encode(chosen))  # [n, d_text]

    def refresh(self, report: Progress = silent) -> None:
        """Encode all texts as the encoder is now."""
        self.model.eval()
        with torch.no_grad():
            order = np.argsort([len(text) for text in self.texts], kind="stable")
            for at in range(0, len(order), CHUNK):
                report("train.encode", at, len(order))
                rows = order[at : at + CHUNK]
                self.table[torch.from_numpy(rows)] = self.encode([self.texts[row] for row in rows])

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Unit rows [L, d_text]; an empty text is a zero row, as in the cache."""
        tokens = self.tokenizer(
            list(texts), truncation=True, max_length=MAX_TOKENS, padding=True, return_tensors="pt"
        ).to(self.device)
        hidden = self.model(**tokens).last_hidden_state  # [L, T, d_text]
        pooled = self.pool(hidden, tokens["attention_mask"][..., None])  # [L, d_text]
        has_text = torch.tensor([[bool(text)] for text in texts], device=self.device)  # [L, 1]
        return torch.nn.functional.normalize(pooled.float(), dim=1) * has_text


def tuned(model: Any, config: TrilinearConfig) -> Any:
    """The encoder with just those parameters learning that the mode says."""
    if config.tuning is Tuning.LORA:
        from peft import LoraConfig, get_peft_model

        names = dict(model.named_modules())
        targets = [name for name in names if name.rsplit(".", 1)[-1] in ("query", "value", "q_lin", "v_lin")]
        settings = LoraConfig(r=config.lora_rank, lora_alpha=2 * config.lora_rank, target_modules=targets)
        return get_peft_model(model, settings)
    model.requires_grad_(config.tuning is Tuning.FULL)
    if config.tuning is Tuning.LAST_LAYER:
        layers = max((m for m in model.modules() if isinstance(m, nn.ModuleList)), key=len)
        layers[-1].requires_grad_(True)
    return model


def changed(texts: Texts) -> dict[str, Tensor]:
    """The encoder's parameters that learned, under the names of the plain model: adapters are merged into it."""
    if not isinstance(texts, TrainedTexts):
        return {}
    learned = set(texts.parameters())
    if texts.config.tuning is not Tuning.LORA:
        return {name: value.detach() for name, value in texts.model.named_parameters() if name in learned}
    merged = texts.model.merge_and_unload()
    touched = {name.split(".lora_")[0].removeprefix("base_model.model.") for name in learned}
    return {f"{name}.weight": merged.get_submodule(name).weight.detach() for name in sorted(touched)}
