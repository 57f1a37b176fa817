"""What lists are worth: curves over λ, floors and targets, comparisons, scores of models, hindsight."""
