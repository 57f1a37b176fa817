"""What a list is made for, such as a shopper or a product, and what follows from that."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """What the lists of a bench are made for. Pages and commands ask these questions instead of who it is.

    name         of the context, several of them: "shoppers"; also the key of its words
    noun         one of them in a message: "shopper"
    has_history  they bought products: lists can be held against histories and later purchases, and groups of them, λ by
                 taste and exposure that is due by purchases make sense
    trained      their lists come from a trained model, which can be asked for further candidates
    askable      a list may also be asked for by a free text (`Bench.ask`)
    """

    name: str
    noun: str
    has_history: bool
    trained: bool
    askable: bool


SHOPPERS = Context("shoppers", "shopper", has_history=True, trained=True, askable=False)
PRODUCTS = Context("products", "product", has_history=False, trained=False, askable=True)
