"""From a data set to a release."""
