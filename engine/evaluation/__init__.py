"""How good lists are: curves over λ, floors and targets, comparisons, scores of models, hindsight."""
