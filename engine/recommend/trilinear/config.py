"""Settings of the trilinear model, in one frozen object."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from engine.recommend.base import Config


class LossName(StrEnum):
    """What is learned from: `softmax` and `bce` from what was bought or clicked, `mse` and `kl` from ratings 1-5."""

    SOFTMAX = "softmax"
    BCE = "bce"
    MSE = "mse"
    KL = "kl"

    @property
    def of_ratings(self) -> bool:
        return self in (LossName.MSE, LossName.KL)


class Tuning(StrEnum):
    """How much of the text encoder learns: nothing of it (`head`: cached vectors, a projection learns), its last
    layer, adapters of low rank in every layer (`lora`), or all of it."""

    HEAD = "head"
    LAST_LAYER = "last-layer"
    LORA = "lora"
    FULL = "full"


class TrilinearConfig(Config):
    """Settings.

    loss: None = `bce`, and `mse` for a shop whose positive event is a rating. `softmax` shares one purchase out among
        all products, so its scores flatten where habits are strong: on the sample it found as much that was new, and
        ranked what is bought again worse
    diversity: λ of L + λ·D; 0 learns relevance alone. temperature: of the softmax slate that D judges
    dim: latent dimensions d; heads: attention heads K of the profile; history: products of a profile at most
    weeks: length of a label window; windows: how many of them, `stride` days apart; shoppers: of a window at most
    negatives: products drawn a batch for the sampled softmax; a shop with fewer uses all of them
    batch: shoppers a step; accumulate: steps an update; patience: epochs without a better nDCG@10 before the end
    rate, encoder_rate, weight_decay: AdamW's, for the formula and for the encoder
    live: texts encoded with gradients a step; lora_rank: rank of the adapters (the encoder modes only)
    groups: shoppers' group columns in the profile; promotions: the promotion plan as an attribute
    word_dropout: share of words hidden; adversarial: ε of FGM; average: best epochs whose weights are averaged
    device: auto = a CUDA GPU where there is one
    """

    loss: LossName | None = None
    tuning: Tuning = Tuning.HEAD
    diversity: float = Field(default=0.0, ge=0, le=1)
    temperature: float = Field(default=0.5, gt=0, le=10)
    dim: int = Field(default=64, ge=2, le=1024)
    heads: int = Field(default=4, ge=1, le=64)
    history: int = Field(default=100, ge=1, le=1000)
    weeks: int = Field(default=4, ge=1, le=52)
    windows: int = Field(default=3, ge=1, le=52)
    stride: int = Field(default=14, ge=1, le=365)
    shoppers: int = Field(default=4_000, ge=1, le=1_000_000)
    negatives: int = Field(default=4_096, ge=1, le=1_000_000)
    batch: int = Field(default=128, ge=1, le=8_192)
    accumulate: int = Field(default=1, ge=1, le=1_024)
    epochs: int = Field(default=3, ge=0, le=1_000)
    patience: int = Field(default=3, ge=1, le=100)
    rate: float = Field(default=1e-3, gt=0, le=1)
    encoder_rate: float = Field(default=2e-5, gt=0, le=1)
    weight_decay: float = Field(default=0.01, ge=0, le=1)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    seed: int = Field(default=0, ge=0, lt=2**31)
    live: int = Field(default=64, ge=1, le=4_096)
    lora_rank: int = Field(default=8, ge=1, le=256)
    groups: bool = False
    promotions: bool = False
    word_dropout: float = Field(default=0.0, ge=0, lt=1)
    adversarial: float = Field(default=0.0, ge=0, le=10)
    average: int = Field(default=1, ge=1, le=20)
    device: Literal["auto", "cpu", "cuda"] = "auto"

    @model_validator(mode="after")
    def _words_need_an_encoder(self) -> Self:
        if self.word_dropout and self.tuning is Tuning.HEAD:
            raise ValueError("word_dropout hides words from the encoder, and tuning 'head' never runs it.")
        return self
