"""Synthetic ratings: as many as one likes, with the structure of a real set; nobody gave them.

`learnt` takes from a real set what it looks like (`world`), `crowd` says who rates how much,
`drawing` makes their ratings block by block, `tuning` sets its dials such that titles are as
popular and tastes as strong as they really are, `tally` measures real and synthetic ratings alike,
and `folder` puts it together and writes it. docs/synthetic.md says how like the two are.
"""

from recommender.synthesis.folder import Made, synthesise

__all__ = ["Made", "synthesise"]
