"""Item vectors: from texts by an encoder, from behaviour by co-purchase."""

from engine.encoders.encoder import Encoder
from engine.encoders.transformer import default_encoder, open_encoder
from engine.encoders.vectors import Kind, item_vectors

__all__ = ["Encoder", "Kind", "default_encoder", "item_vectors", "open_encoder"]
