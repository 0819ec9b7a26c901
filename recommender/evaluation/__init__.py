"""How good a model is: metrics, the few-ratings protocol, cross-validation, and the report."""
