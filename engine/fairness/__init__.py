"""Who gains and who loses: the same metrics by group of shoppers and by provider, with inference and with privacy.

Plain array functions. values float64 [U, M] are figures of shoppers, NaN = not judged; codes int64 [U, C] are each
shopper's groups; slates int64 [U, k] as in `engine.metrics`. docs/fairness.md has every definition with its formula.

| file             | question                                                  |
|------------------|-----------------------------------------------------------|
| groups           | Which shoppers belong to which group?                     |
| against_history  | Is a list more popular, or more expensive, than its shopper's own purchases? |
| moments          | What are size, mean and variance of each group and the rest? |
| bootstrap        | How certain is a figure?                                  |
| permutation      | Is a gap more than chance?                                |
| corrections      | … among many questions? How large is it? How small a gap could be found? |
| plan             | How is an audit made?                                     |
| results          | What are the types of an audit's rows?                    |
| figures          | The rows of an audit                                      |
| shoppers         | The audit of shoppers                                     |
| attention        | Who gets attention, and who sells?                        |
| lumping          | Which providers are named?                                |
| one_product      | Does a figure rest on one product?                        |
| providers        | The audit of providers                                    |
| disclosure       | Could a figure of too few shoppers be worked out?         |
| suppression      | Which figures may be released?                            |
| ledger           | Which figures were released before?                       |
| traces           | Was the ledger deleted or replaced?                       |
| pseudonyms       | Shoppers' names that need a key                           |
| private          | Counts and means released with noise                      |
| budget           | How much privacy has been given up?                       |
"""

from engine.data.labels import EVERYTHING, OTHERS, UNKNOWN
from engine.fairness.against_history import lift, mean_had, mean_shown
from engine.fairness.attention import Position, impact_ratios, inequity, parity_gap, position_weights
from engine.fairness.bootstrap import intervals
from engine.fairness.corrections import adjusted, cohens_h, detectable, hedges_g
from engine.fairness.disclosure import disclosed
from engine.fairness.figures import TESTS, with_q_values, worst
from engine.fairness.groups import CROSS, Groups, group_by
from engine.fairness.ledger import Ledger, read_ledger, write_ledger
from engine.fairness.lumping import Providers, by_size, with_unknown
from engine.fairness.one_product import RESTS_ON_ONE, TIMES
from engine.fairness.permutation import permutation_test
from engine.fairness.plan import Plan
from engine.fairness.providers import audit_providers
from engine.fairness.pseudonyms import pseudonyms, read_key
from engine.fairness.results import (
    Extremes,
    Gap,
    Number,
    Overall,
    ProviderShare,
    ProvidersTogether,
    Record,
    Row,
    ShopperGap,
    Suppressed,
)
from engine.fairness.shoppers import ShopperAudit, audit_shoppers
from engine.fairness.suppression import releasable
from engine.fairness.traces import Break, breaks, noted

__all__ = [
    "CROSS",
    "EVERYTHING",
    "OTHERS",
    "RESTS_ON_ONE",
    "TESTS",
    "TIMES",
    "UNKNOWN",
    "Break",
    "Extremes",
    "Gap",
    "Groups",
    "Ledger",
    "Number",
    "Overall",
    "Plan",
    "Position",
    "ProviderShare",
    "Providers",
    "ProvidersTogether",
    "Record",
    "Row",
    "ShopperAudit",
    "ShopperGap",
    "Suppressed",
    "adjusted",
    "audit_providers",
    "audit_shoppers",
    "breaks",
    "by_size",
    "cohens_h",
    "detectable",
    "disclosed",
    "group_by",
    "hedges_g",
    "impact_ratios",
    "inequity",
    "intervals",
    "lift",
    "mean_had",
    "mean_shown",
    "noted",
    "parity_gap",
    "permutation_test",
    "position_weights",
    "pseudonyms",
    "read_key",
    "read_ledger",
    "releasable",
    "with_q_values",
    "with_unknown",
    "worst",
    "write_ledger",
]
