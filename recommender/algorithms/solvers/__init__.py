"""Numerical work that several algorithms share."""
