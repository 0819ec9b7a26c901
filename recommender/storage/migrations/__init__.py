"""How the database came to be as it is, a step a file; `recommender.storage.schema` runs them."""
