"""The facts of one shop at one cut-off: history, vectors, candidates, what lists are judged against, and what is measured."""
