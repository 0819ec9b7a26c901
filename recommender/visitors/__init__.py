"""What visitors let be kept: their ratings, what was recommended to them, what they made of it."""
