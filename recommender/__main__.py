"""`python -m recommender`: the command line, see `recommender.cli`."""

from recommender.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
