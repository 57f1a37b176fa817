"""Rules as arrays for the greedy passes, minimums, repair where they fail, and exact solutions to compare with."""
