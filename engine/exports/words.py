"""The English words of notes; `ui/translations/exports.toml` has the same in every language of the pages."""

from engine.exports.exported import Note

WORDS = {
    # not carried over, or acting otherwise
    "relevance": "Relevance is nearness to one vector there. The model's scores stay here.",
    "method": "Only MMR is known there. {method} becomes MMR, which λ moves otherwise.",
    "minmax": "Scores are not spread over 0 to 1 there. λ acts more strongly. Convert it by their span.",
    "span": "λ fits pools whose scores span {span}. In others it acts a little otherwise.",
    "scale": "λ was set for other scores. It acts otherwise there.",
    "facets": "Only vectors make products alike there. Left out: {facets}.",
    "limit": "The limit on {facet} is left out.",
    "rule": "The rule {kind} is left out.",
    "floor": "The floor, {keep} of {metric}, is not watched there. The file has the λ it allows.",
    "no_floor": "The floor, {keep} of {metric}, is not watched there.",
    "against": "It compares with the ranking without rules. That is left out.",
    "field": "{field} is left out.",
    "new": "Products a shopper already had are not left out. Filter them.",
    "itself": "The product itself comes first there. Filter it out.",
    "negative": "Likeness below 0 counts as 0 here. There it counts as it is.",
    "approximate": "The pool comes from an approximate search there. It may miss products.",
    "order": "The chosen products stand by relevance there, not as chosen.",
    "nothing": "No limit can be carried over. This file changes nothing.",
    "no_lambda": "PAI-Rec's rules know no λ. {method} with λ {diversity} is left out.",
    "minimum": "The minimum of {facet} is left out. Rules there only limit.",
    "one_value": "The limit on {facet} {value} is left out. Rules there limit all values alike.",
    "none_of_all": "A limit of 0 on every {facet} is left out.",
    "scoped": "Left out: it is for some shoppers or days only.",
    "first": "The limit on {facet} holds beyond the first {first} places too.",
    "unknown": "Products without {facet} count as one value there. Here they are free.",
    "no_mmr": "At λ 0 MMR is not needed. It is left out.",
    "price_ignored": "Crowding prices are left out. MMR there weighs nearness alone. At λ 0 they are carried.",
    "price_scaled_anew": "Crowding prices are left out. Boosts there are scaled anew in each answer.",
    "price_minmax": "Crowding prices fit scores from 0 to 1. Convert them by their span.",
    "price_scale": "Crowding prices fit relevance by rank. They weigh otherwise there.",
    "price_span": "Crowding prices fit pools whose scores span {span}. In others they weigh otherwise.",
    "price_order": "Products stand by what they are worth less their prices.",
    "offsets": "Of products worth the same, everybody gets the same one there.",
    "no_effect": "At λ 1 crowding prices change nothing, here or there.",
    # to be done there
    "version": "Use {product} {version} or later.",
    "index": "Store this shop's {similarity} vectors as {field}: length 1, cosine.",
    "vector": "Put the vector to search with in place of {blank}.",
    "factories": "Switch on mmr_over_sample_factory and mmr_rerank_factory in the cluster.",
    "sort_names": "Name {name} in SortNames of your scene, last.",
    "sort_names_priced": "Name {first}, ItemRankScore and {name} in SortNames of your scene, last.",
    "prices": "Load crowding.parquet or .jsonl: the number {field} of each product. Repeat when prices change.",
    "property": "Give products the property {facet} there.",
    "computed": "Give products the property {facet} there. Evenshelf works it out by itself.",
}


def note_text(note: Note) -> str:
    """The note in English."""
    return WORDS[note.key].format(**note.values)
