"""Models that answer for a visitor: the contract, fold-in, explanation, neighbours, packing.

Nothing here trains on a data set or imports a training library, so a page that serves a release
starts fast. `recommender.algorithms` makes these values; `recommender.releases` stores them.
"""
